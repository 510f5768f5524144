"""Regions' wider windows stand in every view, for head office and for all whom they govern."""

from datetime import date

import pytest
from django.urls import reverse

from campaigns.models import RegionalWindow
from campaigns.regions.roles import Role
from tests.campaigns.agenda.conftest import entries_of

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 22)


@pytest.fixture
def wider(edition, tree):
    return RegionalWindow.objects.create(
        edition=edition, region=tree["650000"], starts_on=FIRST, ends_on=LAST
    )


def windows_in(view: str, context) -> list[int]:
    """The regional windows that the view shows."""
    if view == "year":
        shown = [bar.entry for bar in context["year"].bars]
    elif view == "list":
        shown = entries_of(context)
    else:
        bands = [band for week in context["weeks"] for day in week for band in day.bands]
        shown = {band.entry.key: band.entry for band in bands if band}.values()
    return [entry.pk for entry in shown if entry.kind == "window"]


@pytest.mark.parametrize("view", ["year", "month", "week", "list"])
@pytest.mark.parametrize(
    ("region", "is_told"),
    [("000000", True), ("650000", True), ("654321", True), ("430100", False)],
)
def test_is_drawn_for_head_office_and_for_those_below(
    *, client, person, look, wider, view, region, is_told
):
    client.force_login(person(Role.REGIONAL_COORDINATOR, region))
    assert windows_in(view, look(view, day="2026-03-10")) == ([wider.pk] if is_told else [])


def test_a_regions_filter_shows_what_holds_there(administrator, look, wider, edition, tree):
    RegionalWindow.objects.create(
        edition=edition, region=tree["430000"], starts_on=FIRST, ends_on=LAST
    )
    for region in ("650000", "654300", "654321"):
        assert windows_in("month", look("month", day="2026-03-10", region=region)) == [wider.pk]


def test_it_is_not_moved_in_the_calendar(administrator, client, wider):
    address = reverse("campaigns_admin:agenda_move", args=["window", wider.pk])
    assert client.get(address).url == reverse("wagtailadmin_home")
    wider.refresh_from_db()
    assert (wider.starts_on, wider.ends_on) == (FIRST, LAST)


@pytest.mark.parametrize(
    ("region", "days", "is_editable"),
    [
        ("654300", "2026-03-02 – 2026-03-22", False),
        ("650000", "2026-03-02 – 2026-03-22", True),
        ("430100", "", False),
    ],
)
def test_the_edition_tells_each_region_its_days_and_by_whose_word(
    *, client, person, wider, edition, region, days, is_editable
):
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, region))
    answer = client.get(reverse("edition:inspect", args=[edition.pk]))
    page = answer.content.decode()
    assert [str(here.region.code) for here in answer.context["days_here"]] == [region] * bool(days)
    assert ("新疆分公司" in page) is bool(days)
    assert days in page
    assert (reverse("regionalwindow:edit", args=[wider.pk]) in page) is is_editable
