"""Pages of the ledger: the newest entries, found where the sums say that entries are."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Channel, Region
from campaigns.reach import sums
from campaigns.reach.filters import ReachEntryFilterSet
from campaigns.reach.ledger import record
from campaigns.reach.models import ReachEntry
from campaigns.reach.newest import Wanted, newest
from campaigns.regions.roles import Role
from content.models import Audience, Category
from tests.campaigns.reach.conftest import entries_behind
from tests.factories import make_case

DAYS = [date(2026, 3, 1) + timedelta(days=n) for n in range(6)]
# In other months as well, one after the other and with months between.
ALL_DAYS = [*DAYS, date(2026, 2, 28), date(2026, 1, 31), date(2025, 9, 1), date(2025, 5, 5)]
REGIONS = ["000000", "650000", "654321", "430102"]
MANY_TRIES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(params=["few regions", "many regions"])
def ways(request, monkeypatch) -> str:
    """By region where the cut has few of them, by channel otherwise."""
    if request.param == "many regions":
        monkeypatch.setattr("campaigns.reach.newest.FEW", 0)
    return request.param


@pytest.fixture(params=["looked for", "picked"])
def depth(request, monkeypatch) -> None:
    """In the ledger itself, or after a first look by what the sums name."""
    if request.param == "picked":
        monkeypatch.setattr("campaigns.reach.newest.LOOK", 1)
        monkeypatch.setattr("campaigns.reach.newest.DAYS", 1)
        monkeypatch.setattr("campaigns.reach.newest.BLIND_DAYS", 1)


def some_figures(edition) -> st.SearchStrategy:
    return st.lists(
        st.builds(
            dict,
            # Zero and less as well: what adds up to nothing has entries all the same.
            count=st.integers(-1, 1),
            region=st.sampled_from(REGIONS),
            channel=st.sampled_from(["website", "wechat", "field"]),
            day=st.sampled_from(ALL_DAYS),
            metric=st.sampled_from(["views", "leaflets"]),
            basis=st.sampled_from(["measured", "estimated"]),
            language=st.sampled_from(["", "kk"]),
            content=st.sampled_from(["", "case-1", "case-2", "gone"]),
            edition=st.sampled_from([None, edition]),
            origin=st.sampled_from(["import", "session"]),
        ),
        min_size=1,
        max_size=40,
    )


@pytest.mark.usefixtures("ways", "depth")
@MANY_TRIES
@given(data=st.data())
def test_page_after_page_they_are_what_the_database_sorts(entry, edition, tree, data):
    channels = dict(Channel.objects.values_list("code", "pk"))
    with transaction.atomic():
        record([entry(**told) for told in data.draw(some_figures(edition))])
        nodes = data.draw(st.sampled_from([["000000"], ["650000"], ["654321", "430000"], []]))
        some = st.none() | st.sampled_from(ALL_DAYS)
        cut = sums.Cut(
            editions=data.draw(st.sampled_from([(0,), (edition.pk,), (0, edition.pk)])),
            nodes=tuple(tree[code].pk for code in nodes),
            first=data.draw(some),
            last=data.draw(some),
            channels=data.draw(st.sampled_from([(), (channels["wechat"],)])),
            metrics=data.draw(st.sampled_from([(), ("views",)])),
            bases=data.draw(st.sampled_from([(), ("measured",)])),
            languages=data.draw(st.sampled_from([(), ("",), ("kk",)])),
            content=data.draw(st.sampled_from(["", "case-1", "nothing"])),
        )
        of_pieces = data.draw(
            st.sampled_from(
                [None, Q(content__in=["case-1"]), ~Q(content__in=["case-1"]) & ~Q(content="")]
            )
        )
        alone = tree[nodes[0]].pk if len(nodes) == 1 and data.draw(st.booleans()) else None
        beside = data.draw(st.sampled_from([None, None, Q(content=""), Q(origin="session")]))
        entries = entries_behind(cut).filter(of_pieces or Q(), beside or Q())
        if alone:
            entries = entries.filter(region=alone)
        listed = list(entries.order_by("-day", "-pk"))
        wanted = Wanted(cut, of_pieces, alone, beside)
        size, seen, after = data.draw(st.integers(1, 7)), [], None
        while page := newest(entries, size, after, wanted):
            assert page == newest(entries, size, after, None)
            seen += page
            after = page[-1].day, page[-1].pk
        assert seen == listed
        transaction.set_rollback(True)


@pytest.fixture
def three_a_page(monkeypatch) -> None:
    monkeypatch.setattr("campaigns.reach.entry_views.A_PAGE", 3)


@pytest.mark.usefixtures("depth", "three_a_page")
@MANY_TRIES
@given(data=st.data())
def test_the_screen_lists_what_its_filters_say(client, person, entry, edition, data):
    """The very entries, for whoever looks, whatever is filled in."""
    with transaction.atomic():
        category, audience = Category.objects.first(), Audience.objects.first()
        make_case("case-1", category=category, audiences=[audience])
        make_case("case-2", category=Category.objects.last())
        record([entry(**told) for told in data.draw(some_figures(edition))])
        user = person(Role.MANAGER, data.draw(st.sampled_from(REGIONS)))
        asked = data.draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "campaign": st.sampled_from([["315-2026"], ["everyday", "315-2026"]]),
                    "channel": st.sampled_from([["wechat"], ["website", "field"]]),
                    "metric": st.just(["views"]),
                    "basis": st.just(["measured"]),
                    "language": st.sampled_from([["kk"], ["-"], ["kk", "-"]]),
                    "region": st.sampled_from([*REGIONS, "999999"]),
                    "only_region": st.sampled_from(REGIONS),
                    "day_from": st.sampled_from(DAYS),
                    "content": st.sampled_from(["case-1", "-", "nothing"]),
                    "risk": st.sampled_from([[category.slug], ["-"]]),
                    "audience": st.sampled_from([[audience.slug], ["-"]]),
                    "origin": st.sampled_from(["session", "collector"]),
                },
            )
        )
        client.force_login(user)
        address = f"{reverse('reachentry:index')}?{urlencode(asked, doseq=True)}"
        seen = []
        while address:
            context = client.get(address).context
            seen += context["object_list"]
            following = context.get("next_page")
            address = following and f"{reverse('reachentry:index')}{following}"
        entries = ReachEntry.objects.visible_to(user)
        filters = ReachEntryFilterSet(context["request"].GET, entries, request=context["request"])
        assert seen == list(filters.qs.order_by("-day", "-pk"))
        transaction.set_rollback(True)


def of_the_ledger(queries) -> list[str]:
    return [query["sql"] for query in queries if 'FROM "campaigns_reachentry"' in query["sql"]]


def test_no_page_reads_more_slices_than_it_has_rows(ways, recorded, edition, tree):
    for number in range(24):
        recorded(
            1,
            edition=edition,
            day=DAYS[number % 6],
            channel=["website", "wechat", "app", "field"][number // 6],
        )
    wanted = Wanted(sums.Cut(editions=(edition.pk,), nodes=(tree["000000"].pk,)))
    with CaptureQueriesContext(connection) as queries:
        assert len(newest(ReachEntry.objects.all(), 5, None, wanted)) == 5
    # Two days through four channels, how deep each is and what is in it; and the rows themselves.
    assert len(of_the_ledger(queries)) == 17


def test_a_few_among_many_are_named_by_the_sums(recorded, edition, tree, monkeypatch):
    """No day that has one has to be read for it."""
    monkeypatch.setattr("campaigns.reach.newest.LOOK", 2)
    for number, day in enumerate(ALL_DAYS * 4):
        recorded(1, edition=edition, day=day, region=REGIONS[number % 4])
    wanted = [recorded(1, edition=edition, day=day, metric="leaflets") for day in ALL_DAYS]
    for day in ALL_DAYS:
        recorded(1, edition=edition, day=day)
    cut = sums.Cut(editions=(edition.pk,), nodes=(tree["000000"].pk,), metrics=("leaflets",))
    with CaptureQueriesContext(connection) as queries:
        found = newest(ReachEntry.objects.all(), 50, None, Wanted(cut))
    assert found == sorted(wanted, key=lambda entry: entry.day, reverse=True)
    # A look into the newest day; and the rows themselves.
    assert len(of_the_ledger(queries)) == 3


def test_what_no_sum_knows_of_is_not_looked_for_day_by_day_for_ever(
    recorded, edition, tree, monkeypatch
):
    """No entry is of that origin: so many days are walked, and then the rest is asked at once."""
    monkeypatch.setattr("campaigns.reach.newest.BLIND_DAYS", 2)
    cut = sums.Cut(editions=(edition.pk,), nodes=(tree["000000"].pk,))
    wanted = Wanted(cut, beside=Q(origin="session"))
    asked = []
    for days in (3, 30):
        for n in range(days):
            recorded(1, day=date(2026, 3, 1) + timedelta(days=n), edition=edition)
        with CaptureQueriesContext(connection) as queries:
            assert newest(ReachEntry.objects.filter(origin="session"), 5, None, wanted) == []
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_sums_that_are_behind_a_moved_region_give_nothing_away(
    recorded, edition, tree, monkeypatch
):
    """Until they are made anew they lead to where it was; who looks there sees nothing of it."""
    monkeypatch.setattr("campaigns.reach.newest.DAYS", 0)
    for n in range(6):
        recorded(1, region="654321", edition=edition, metric="reads" if n % 3 else "views")
    cut = sums.Cut(editions=(edition.pk,), nodes=(tree["650000"].pk,), metrics=("reads",))
    Region.objects.get(code="654321").move(Region.objects.get(code="430000"), pos="sorted-child")
    seen = ReachEntry.objects.filter(
        region__path__startswith=tree["650000"].path, metric="reads", edition=edition
    )
    assert newest(seen, 3, None, Wanted(cut)) == []


@pytest.mark.sqlite
def test_some_regions_of_a_day_are_found_by_region(recorded, edition, tree):
    """And not by reading the whole day in the order of keys, as LIMIT makes SQLite do."""
    recorded(1, edition=edition, region="654321")
    cut = sums.Cut(editions=(edition.pk,), nodes=(tree["650000"].pk,), metrics=("views",))
    with CaptureQueriesContext(connection) as queries:
        newest(ReachEntry.objects.all(), 5, None, Wanted(cut))
    *looked, _the_rows_themselves = of_the_ledger(queries)
    with connection.cursor() as cursor:
        for sql in looked:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert "(edition_id=? AND region_id=? AND day=?" in str(cursor.fetchall())
    assert len(looked) == 2


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("query", ["", "&metric=views", "&region=650000", "&origin=import"])
def test_the_screen_goes_from_page_to_page(client, person, recorded, edition, query):
    region = "&only_region=654321" if not query else ""
    pks = [
        recorded(1, region="654321", edition=edition, day=DAYS[number % 6], origin="import").pk
        for number in range(70)
    ]
    recorded(1, region="430102", edition=edition, metric="leaflets", origin="session")
    client.force_login(person(Role.MANAGER, "650000"))
    address, seen = f"{reverse('reachentry:index')}?campaign=315-2026{query}{region}", []
    while address:
        context = client.get(address).context
        seen += [entry.pk for entry in context["object_list"]]
        following = context.get("next_page")
        address = following and f"{reverse('reachentry:index')}{following}"
    assert sorted(seen) == sorted(pks)
    assert len(seen) == len(set(seen))
