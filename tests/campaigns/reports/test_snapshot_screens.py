"""Closing a period on a screen, looking at it later, and taking its figures away."""

import hashlib
import json
from datetime import date

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Channel, Posting, Snapshot
from campaigns.reach.ledger import correct
from campaigns.reach.persons import keep
from campaigns.regions.roles import Role
from campaigns.reports import figures as told
from campaigns.reports import snapshots

CLOSE = "/admin/snapshot/close/"
ADDRESS = f"{CLOSE}?campaign=315-2026&from=2026-03-09&to=2026-03-15"


@pytest.fixture(autouse=True)
def _after_the_campaign():
    with time_machine.travel("2026-03-20T02:00:00Z", tick=False):
        yield


@pytest.fixture
def manager(person):
    return person(Role.MANAGER, "000000")


@pytest.fixture
def figures(recorded, edition):
    recorded(7_000, edition=edition, channel="wechat", metric="reads", region="650000")
    recorded(400, edition=edition, channel="field", metric="leaflets", region="650000")
    recorded(3, edition=edition, region="430100")


@pytest.fixture
def close(manager, edition, tree):
    def do(region="000000", first=date(2026, 3, 9)):
        chosen = told.Selection((edition,), False, first, date(2026, 3, 15), manager, tree[region])
        return snapshots.close(chosen, manager, snapshots.preview(chosen).seen)

    return do


@pytest.mark.usefixtures("figures")
def test_closing_is_looked_at_confirmed_and_done(client, manager, tree):
    client.force_login(manager)
    dashboard = client.get("/admin/dashboard/?campaign=315-2026&from=2026-03-09&to=2026-03-15")
    assert ADDRESS.replace("&", "&amp;") in dashboard.text
    page = client.get(ADDRESS)
    assert page.context["preview"].total == 7_003
    seen = page.context["confirm"].initial["seen"]
    # Not without having said that it cannot be undone.
    again = client.post(ADDRESS, {"seen": seen, "note": "上报"})
    assert list(again.context["confirm"].errors) == ["sure"]
    assert not Snapshot.objects.exists()
    done = client.post(ADDRESS, {"seen": seen, "note": "上报", "sure": "on"})
    closed = Snapshot.objects.get()
    assert done.url == reverse("snapshot:look", args=[closed.pk])
    assert (closed.region, closed.note, closed.closed_by) == (tree["000000"], "上报", manager)
    # Twice is once.
    client.post(ADDRESS, {"seen": seen, "note": "上报", "sure": "on"})
    assert Snapshot.objects.get() == closed
    assert client.get(ADDRESS).context["same"] == closed


@pytest.mark.usefixtures("figures")
def test_what_came_in_meanwhile_is_shown_first(client, manager, recorded, edition):
    client.force_login(manager)
    seen = client.get(ADDRESS).context["confirm"].initial["seen"]
    recorded(1, edition=edition)
    answer = client.post(ADDRESS, {"seen": seen, "sure": "on"}, follow=True)
    assert not Snapshot.objects.exists()
    assert answer.context["preview"].total == 7_004
    assert "没有封账" in answer.text


@pytest.mark.usefixtures("figures")
def test_without_days_those_that_have_figures(client, manager):
    client.force_login(manager)
    selection = client.get(f"{CLOSE}?campaign=315-2026").context["selection"]
    assert (selection.first, selection.last) == (date(2026, 3, 10), date(2026, 3, 10))


def test_whoever_sees_two_parts_says_which(client, person, tree, figures):
    user = person(Role.MANAGER, "650000")
    Posting.objects.create(user=user, role=Role.MANAGER, region=tree["430100"])
    client.force_login(user)
    page = client.get(ADDRESS)
    assert page.context["problem"]
    assert "confirm" not in page.context
    assert client.get(f"{ADDRESS}&region=430100").context["preview"].total == 3
    assert client.get(f"{ADDRESS}&region=430000").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "from=x&to=y",
        "from=2026-03-15&to=2026-03-09",
        "to=2099-01-01",
        "campaign=nothing",
        "campaign=everyday",
        "region=%20",
        "channel=x&metric=%00",
    ],
)
def test_a_malformed_address_closes_nothing(client, manager, figures, query):
    client.force_login(manager)
    assert client.get(f"{CLOSE}?{query}").status_code == 200
    answer = client.post(f"{CLOSE}?{query}", {"seen": "x", "sure": "on"})
    assert answer.status_code == 302
    assert not Snapshot.objects.exists()


def test_only_a_manager_closes(client, person, figures):
    client.force_login(person(Role.REGIONAL_COORDINATOR, "000000"))
    assert client.get(ADDRESS).status_code == 302
    client.post(ADDRESS, {"seen": "x", "sure": "on"})
    assert not Snapshot.objects.exists()
    assert CLOSE not in client.get("/admin/snapshot/").text


@pytest.mark.usefixtures("figures")
class TestLooking:
    def test_nothing_came_in(self, client, manager, close):
        client.force_login(manager)
        page = client.get(reverse("snapshot:look", args=[close().pk]))
        assert page.context["total"]["frozen"] == "7,003"
        assert "封账之后，该期间没有新的记录" in page.text

    def test_a_difference_leads_to_its_entries(self, client, manager, close, recorded, edition):
        from campaigns.models import ReachEntry

        closed = close()
        correction = correct(ReachEntry.objects.get(count=7_000), 6_990, "重复计数", manager)
        recorded(2, edition=edition, region="430100")
        client.force_login(manager)
        address = reverse("snapshot:look", args=[closed.pk])
        for by in told.BY:
            page = client.get(f"{address}?by={by}")
            assert page.context["total"]["later"] == "-8"
            assert page.context["entries_count"] == 2
            lines = [*page.context["rows"], *page.context["outputs"]]
            for line in lines:
                behind = client.get(address + line["entries"].partition("#")[0])
                counts = [entry.count for entry in behind.context["entries"]]
                assert line["later"] == (f"{sum(counts):+,}" if counts else "0"), (by, line)
        page = client.get(f"{address}?by=channel&of=channel&key=wechat")
        assert "重复计数" in page.text
        assert reverse("reachentry:inspect", args=[correction.pk]) in page.text
        assert [entry.pk for entry in page.context["entries"]] == [correction.pk]

    @pytest.mark.parametrize(
        "query", ["by=x", "by=day&of=day&key=x", "of=x&key=y", "key=%00", "p=x", "p=999", "key="]
    )
    def test_a_malformed_address_is_no_failure(self, client, manager, close, query):
        client.force_login(manager)
        address = reverse("snapshot:look", args=[close().pk])
        assert client.get(f"{address}?{query}").status_code == 200

    def test_a_region_sees_its_own(self, client, person, close):
        own, other, above = close("650000"), close("430000"), close("000000")
        client.force_login(person(Role.REGIONAL_COORDINATOR, "650000"))
        for closed, status in ((own, 200), (other, 404), (above, 404)):
            for name in ("look", "export"):
                address = reverse(f"snapshot:{name}", args=[closed.pk])
                assert client.get(address).status_code == status
        assert [row.pk for row in client.get("/admin/snapshot/").context["object_list"]] == [own.pk]

    def test_the_list_narrows(self, client, manager, close):
        own, other = close("650000"), close("430100")
        client.force_login(manager)

        def listed(query):
            return {
                row.pk for row in client.get(f"/admin/snapshot/?{query}").context["object_list"]
            }

        assert listed("") == {own.pk, other.pk}
        assert listed("region=430000") == {other.pk}
        assert listed("campaign=315-2026") == {own.pk, other.pk}
        assert listed("campaign=everyday") == set()
        assert listed("closed_at_from=2026-03-21") == set()

    def test_the_list_does_not_ask_more_for_more(self, client, manager, close):
        client.force_login(manager)
        close()
        client.get("/admin/snapshot/")
        with CaptureQueriesContext(connection) as few:
            client.get("/admin/snapshot/")
        for day in range(10, 14):
            close(first=date(2026, 3, day))
            close("650000", first=date(2026, 3, day))
        with CaptureQueriesContext(connection) as many:
            client.get("/admin/snapshot/")
        assert len(many) == len(few)

    def test_the_files_hold_what_was_frozen(
        self, client, manager, close, *, recorded, edition, tree
    ):
        closed = close()
        client.force_login(manager)
        address = reverse("snapshot:export", args=[closed.pk])
        before = client.get(f"{address}?by=region&format=json")
        recorded(1_000_000, edition=edition)
        tree["650000"].name = "新名"
        tree["650000"].save()
        after = client.get(f"{address}?by=region&format=json")
        assert after.content == before.content
        assert json.loads(after.content)["total"]["person_times"] == 7_003
        assert "attachment" in after["Content-Disposition"]
        assert "private" in after["Cache-Control"]
        text = client.get(f"{address}?format=frozen").content
        assert hashlib.sha256(text).hexdigest() == closed.sha256
        for query in ("by=x", "format=exe", "by=%00"):
            assert client.get(f"{address}?{query}").status_code == 404

    def test_what_was_changed_in_the_database_is_said(self, client, manager, close):
        closed = close()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE campaigns_snapshot SET frozen = REPLACE(frozen, '7003', '7004')")
        client.force_login(manager)
        assert "校验和不符" in client.get(reverse("snapshot:look", args=[closed.pk])).text


@pytest.mark.usefixtures("figures")
def test_persons_stand_apart_where_they_are_known(client, manager, edition, tree, close):
    client.force_login(manager)
    assert "不计入人次" not in card(client.get(ADDRESS))
    website = Channel.objects.get(code="website")
    readers = {b"%016x" % number for number in range(1, 1_201)}
    keep({(edition.pk, website.pk, tree["000000"].pk, date(2026, 3, 10), b"aaaaaaaa"): readers})
    for address in (ADDRESS, reverse("snapshot:look", args=[close().pk])):
        told = card(client.get(address))
        assert "约1,20" in told or "约1,19" in told
        assert "95%置信区间" in told
        assert "不计入人次" in told


def card(answer) -> str:
    found = BeautifulSoup(answer.content, "html.parser").select("[aria-labelledby=reach-persons]")
    return " ".join(one.get_text(" ", strip=True) for one in found)
