"""What is read from the rollups is what the ledger says, whatever is cut out and asked for."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Channel, Posting
from campaigns.reach import sums
from campaigns.reach.ledger import record
from campaigns.regions.roles import Role
from tests.campaigns.reach.conftest import entries_behind

KEYS = ("edition", "node", "channel", "day", "metric", "basis", "language", "content")
DAYS = [date(2026, 1, 30) + timedelta(days=n) for n in range(95)]


def from_the_ledger(cut: sums.Cut, keys, tree) -> dict[tuple, int]:
    """The same by adding up entries one by one."""
    found: dict[tuple, int] = defaultdict(int)
    nodes = [region for region in tree.values() if region.pk in cut.nodes]
    for entry in entries_behind(cut).select_related("region"):
        if "content" in keys and not entry.content:
            continue
        told = {
            "edition": entry.edition_id or 0,
            "node": next(node.pk for node in nodes if node.contains(entry.region)),
            "channel": entry.channel_id,
            **{name: getattr(entry, name) for name in KEYS[3:]},
        }
        found[tuple(told[key] for key in keys)] += entry.count
    return {key: count for key, count in found.items() if count}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_cut_by_any_keys_is_what_the_ledger_says(entry, edition, tree, data):
    figures = st.builds(
        dict,
        count=st.integers(-5, 10**9),
        region=st.sampled_from(sorted(tree)),
        channel=st.sampled_from(["website", "wechat", "field"]),
        day=st.sampled_from(DAYS),
        metric=st.sampled_from(["views", "leaflets"]),
        basis=st.sampled_from(["measured", "estimated"]),
        language=st.sampled_from(["", "kk"]),
        content=st.sampled_from(["", "case-1", "case-2"]),
        edition=st.sampled_from([None, edition]),
    )
    days = st.none() | st.sampled_from(DAYS)
    with transaction.atomic():
        record([entry(**told) for told in data.draw(st.lists(figures, min_size=1, max_size=25))])
        channels = Channel.objects.filter(
            code__in=data.draw(st.sets(st.sampled_from(["website", "wechat"])))
        )
        nodes = data.draw(st.sampled_from([["000000"], ["650000", "430100"], ["654321"]]))
        cut = sums.Cut(
            editions=data.draw(st.sampled_from([(0,), (edition.pk,), (0, edition.pk)])),
            nodes=tuple(tree[code].pk for code in nodes),
            first=data.draw(days),
            last=data.draw(days),
            channels=tuple(channels.values_list("pk", flat=True)),
            metrics=data.draw(st.sampled_from([(), ("views",)])),
            bases=data.draw(st.sampled_from([(), ("measured",)])),
            languages=data.draw(st.sampled_from([(), ("kk",), ("",)])),
            content=data.draw(st.sampled_from(["", "case-1"])),
        )
        keys = data.draw(st.lists(st.sampled_from(KEYS), unique=True))
        found = {tuple(key): count for *key, count in sums.cube(cut, keys)}
        assert found == from_the_ledger(cut, keys, tree)
        transaction.set_rollback(True)


def test_how_far_the_figures_go(recorded, tree, edition):
    recorded(1, day=date(2026, 3, 3))
    newest = recorded(2, day=date(2026, 3, 1), region="654321")
    recorded(3, day=date(2026, 3, 9), edition=edition)
    cut = sums.Cut(editions=(0,), nodes=(tree["000000"].pk,))
    assert sums.extent(cut) == sums.Extent(date(2026, 3, 1), date(2026, 3, 3), newest.pk)
    assert sums.extent(cut.of(nodes=(tree["430000"].pk,))) == sums.Extent(None, None, None)


def test_a_year_is_read_by_months(recorded, tree):
    for day in DAYS:
        recorded(1, day=day)
    cut = sums.Cut(
        editions=(0,), nodes=(tree["000000"].pk,), first=date(2026, 2, 1), last=date(2026, 3, 31)
    )
    with CaptureQueriesContext(connection) as queries:
        assert sums.cube(cut, ("metric",)) == [("views", 59)]
    assert len(queries) == 1
    assert "monthlyreach" in queries[0]["sql"]


def test_of_a_month_no_more_than_half_its_days_are_read(recorded, tree):
    """The other days are taken away from the month; who has figures on these alone is not named."""
    for number, day in enumerate(DAYS):
        recorded(1, day=day, metric="views" if day.day < 29 else "reads", source_key=f"k{number}")
    cut = sums.Cut(
        editions=(0,), nodes=(tree["000000"].pk,), first=date(2026, 3, 1), last=date(2026, 3, 28)
    )
    with CaptureQueriesContext(connection) as queries:
        assert sums.cube(cut, ("metric",)) == [("views", 28)]
    daily = next(query["sql"] for query in queries if "dailytotal" in query["sql"])
    assert "2026-03-29" in daily
    assert "2026-03-28" not in daily


@pytest.fixture
def counted(recorded, tree):
    """One entry on a day, and the cut of some days that has it in these regions and channels."""
    recorded(1, region="654321", content="case-1", day=date(2026, 3, 9))

    def cut(regions, channels):
        return sums.Cut(
            editions=(0,),
            nodes=tuple(tree[code].pk for code in regions),
            first=date(2026, 3, 9),
            last=date(2026, 3, 12),
            channels=tuple(Channel.objects.filter(code__in=channels).values_list("pk", flat=True)),
        )

    return cut


@pytest.mark.parametrize(
    ("regions", "channels", "keys", "table"),
    [
        (["000000"], [], ("metric",), "dailytotal"),
        (["650000", "430000"], [], ("day", "metric"), "dailytotal"),
        (["000000"], [], ("content",), "dailypiecetotal"),
        (["000000"], [], ("channel",), "dailyreach"),
        (["000000"], ["website"], ("content",), "dailypiece"),
        (["650000", "430100"], [], ("metric",), "dailyreach"),
    ],
)
def test_channels_are_read_together_where_that_will_do(regions, channels, keys, table, counted):
    cut = counted(regions, channels)
    with CaptureQueriesContext(connection) as queries:
        assert [row[-1] for row in sums.cube(cut, keys)] == [1]
    read = {word.strip('"') for query in queries for word in query["sql"].split()}
    assert f"campaigns_{table}" in read


class TestWhoSeesWhat:
    def test_the_topmost_regions_of_ones_own(self, tree, person):
        user = person(Role.MANAGER, "654300")
        Posting.objects.create(user=user, role=Role.EDITOR, region=tree["654321"])
        Posting.objects.create(user=user, role=Role.EDITOR, region=tree["430000"])
        assert {node.code for node in sums.nodes_for(user)} == {"654300", "430000"}
        assert [node.code for node in sums.nodes_for(user, tree["654321"])] == ["654321"]

    @pytest.mark.parametrize("region", ["000000", "430000", "430102"])
    def test_what_is_outside_is_not_found(self, tree, person, region):
        with pytest.raises(Http404):
            sums.nodes_for(person(Role.MANAGER, "650000"), tree[region])

    def test_nobody_without_a_posting_sees_anything(self, tree, django_user_model):
        user = django_user_model.objects.create_user(username="guest")
        assert sums.nodes_for(user) == ()
        cut = sums.Cut(editions=(0,), nodes=())
        assert sums.cube(cut, ("metric",)) == []

    def test_the_command_line_and_superusers_see_all(self, tree, admin_user):
        for user in (None, admin_user):
            assert [node.code for node in sums.nodes_for(user)] == ["000000"]
