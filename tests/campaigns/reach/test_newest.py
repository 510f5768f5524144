"""Pages of the ledger: the newest entries, found where the sums say that entries are."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.reach import sums
from campaigns.reach.ledger import record
from campaigns.reach.models import ReachEntry
from campaigns.reach.newest import newest
from campaigns.regions.roles import Role
from tests.campaigns.reach.conftest import entries_behind

DAYS = [date(2026, 3, 1) + timedelta(days=n) for n in range(6)]


@pytest.fixture(params=["few regions", "many regions"], autouse=True)
def ways(request, monkeypatch) -> str:
    """By region where the cut has few of them, by channel otherwise."""
    if request.param == "many regions":
        monkeypatch.setattr("campaigns.reach.newest.FEW", 0)
    return request.param


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_page_after_page_they_are_what_the_database_sorts(entry, edition, tree, data):
    figures = st.builds(
        dict,
        count=st.just(1),
        region=st.sampled_from(["650000", "654321", "430102"]),
        channel=st.sampled_from(["website", "wechat", "field"]),
        day=st.sampled_from(DAYS),
        metric=st.sampled_from(["views", "leaflets"]),
        content=st.sampled_from(["", "case-1"]),
        edition=st.sampled_from([None, edition]),
    )
    with transaction.atomic():
        record([entry(**told) for told in data.draw(st.lists(figures, min_size=1, max_size=40))])
        cut = sums.Cut(
            editions=data.draw(st.sampled_from([(0,), (edition.pk,), (0, edition.pk)])),
            nodes=(tree[data.draw(st.sampled_from(["000000", "650000"]))].pk,),
            first=data.draw(st.none() | st.sampled_from(DAYS)),
            metrics=data.draw(st.sampled_from([(), ("views",)])),
            content=data.draw(st.sampled_from(["", "case-1"])),
        )
        entries = entries_behind(cut)
        wanted = list(entries.order_by("-day", "-pk"))
        size, seen, after = data.draw(st.integers(1, 7)), [], None
        while page := newest(entries, size, after, cut):
            assert page == newest(entries, size, after, None)
            seen += page
            after = page[-1].day, page[-1].pk
        assert seen == wanted
        transaction.set_rollback(True)


def test_no_page_reads_more_slices_than_it_has_rows(ways, recorded, edition, tree):
    for number in range(24):
        recorded(
            1,
            edition=edition,
            day=DAYS[number % 6],
            channel=["website", "wechat", "app", "field"][number // 6],
        )
    cut = sums.Cut(editions=(edition.pk,), nodes=(tree["000000"].pk,))
    with CaptureQueriesContext(connection) as queries:
        assert len(newest(ReachEntry.objects.all(), 5, None, cut)) == 5
    of_the_ledger = [q["sql"] for q in queries if 'FROM "campaigns_reachentry"' in q["sql"]]
    # Two days, through four channels or at once; and the rows themselves.
    assert len(of_the_ledger) == (9 if ways == "many regions" else 3)


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
