"""A kind of entry is one subclass: here one of whole days, as tasks are."""

from datetime import date

import pytest

from campaigns.agenda import collecting, days, moving
from campaigns.agenda.asking import everything
from campaigns.agenda.entries import Entry, Span
from campaigns.agenda.sources import BY_KIND, SOURCES, Source
from campaigns.models import Edition, Region
from campaigns.regions.clocks import Clocks, clocks_of
from campaigns.regions.roles import Role
from tests.campaigns.agenda.conftest import NOON, entries_of


class Deadlines(Source):
    """The last day of each edition, as something to be done on that day."""

    kind, label, icon, model = "deadline", "期限", "tasks", Edition
    view_permission, change_permission = "campaigns.view_edition", "campaigns.change_edition"
    first = "ends_on"

    def visible_to(self, user):
        return Edition.objects.all()

    def entry(self, row, clocks, *, may_change):
        return Entry(
            kind=self.kind,
            kind_label=self.label,
            icon=self.icon,
            pk=row.pk,
            title="收尾",
            state=row.state,
            state_label=row.get_state_display(),
            address="/",
            first_day=row.ends_on,
            last_day=row.ends_on,
            move_label="移动" if may_change else "",
        )

    def move(self, row, to, by):
        Edition.objects.filter(pk=row.pk).update(ends_on=to.date())


@pytest.fixture
def deadlines(monkeypatch):
    source = Deadlines()
    for module in (collecting, moving, days):
        if hasattr(module, "BY_KIND"):
            monkeypatch.setattr(module, "BY_KIND", {**BY_KIND, "deadline": source})
    monkeypatch.setattr(collecting, "SOURCES", (*SOURCES, source))
    return source


def test_what_is_due_on_a_day_stands_on_it_and_moves_to_another(
    deadlines, administrator, look, edition
):
    (entry,) = entries_of(look("month"))
    assert (entry.kind, entry.when, entry.moment) == ("deadline", "2026-03-15", "2026-03-15")
    moved = moving.move("deadline", edition.pk, date(2026, 3, 14), entry.moment, administrator)
    assert moved.after.when == "2026-03-14"
    day = Span(date(2026, 3, 14), date(2026, 3, 14))
    kinds = [one.kind for one in collecting.entries_within(everything(administrator), day)]
    assert kinds == ["edition", "deadline"]


def test_every_state_of_every_kind_has_a_name(person):
    person(Role.MANAGER)
    for source in SOURCES:
        assert all(value and str(label) for value, label in source.states)


class TestClocks:
    def test_it_is_inherited_down_the_tree(self, tree):
        clocks = Clocks()
        assert clocks.zone_of(tree["654321"]) == "Asia/Urumqi"
        assert clocks.zone_of(tree["000000"]) == clocks.zone_of(tree["430102"]) == ""

    def test_it_can_end(self, tree):
        Region.objects.filter(code="654300").update(informal_zone=Region.InformalZone.NONE)
        assert Clocks().informal(tree["654321"], NOON) is None
        assert Clocks().informal(tree["650000"], NOON).at.hour == 10

    def test_one_region_asks_once_and_for_itself(self, tree, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert clocks_of(tree["654321"]).informal(tree["654321"], NOON).at.hour == 10
