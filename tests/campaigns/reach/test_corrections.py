"""Putting one figure right: who may, what it leaves behind, and two at once."""

import pytest
from django.urls import reverse

from campaigns.models import ReachEntry
from campaigns.reach import ledger, rollups
from campaigns.regions.roles import Role
from tests.campaigns.reach.conftest import summed


@pytest.fixture
def login(client, person):
    def as_(role=Role.MANAGER, region="650000"):
        client.force_login(person(role, region))
        return client

    return as_


def address(entry: ReachEntry) -> str:
    return reverse("campaigns_admin:correct_entry", args=[entry.pk])


def told(count, standing, reason="多填了一个零") -> dict:
    return {"count": count, "standing": standing, "reason": reason}


class TestCorrecting:
    def test_the_difference_is_an_entry_with_name_and_reason(self, login, recorded):
        entry = recorded(1000, region="654321")
        answer = login().post(address(entry), told(100, 1000))
        assert answer.url == reverse("reachentry:inspect", args=[entry.pk])
        correction = entry.corrections.get()
        assert (correction.count, correction.reason) == (-900, "多填了一个零")
        assert correction.recorded_by.username == "manager-650000"
        assert summed().get().count == 100
        assert list(rollups.differences()) == []

    def test_it_can_be_corrected_again_and_the_page_tells_the_story(self, login, recorded):
        entry = recorded(1000, region="654321")
        client = login()
        client.post(address(entry), told(100, 1000))
        page = client.get(address(entry))
        assert page.context["standing"] == 100
        assert "多填了一个零" in page.text
        client.post(address(entry), told(110, 100, "补报"))
        assert [row.count for row in entry.corrections.order_by("pk")] == [-900, 10]

    def test_the_details_lead_there_and_only_whom_may(self, login, recorded):
        entry = recorded(5, region="654321")
        details = reverse("reachentry:inspect", args=[entry.pk])
        assert address(entry) in login().get(details).text
        assert address(entry) not in login(Role.REGIONAL_COORDINATOR).get(details).text


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"count": ""}, "count"),
            ({"count": "-1"}, "count"),
            ({"count": "1.5"}, "count"),
            ({"count": str(10**15)}, "count"),
            ({"count": "1000"}, "count"),
            ({"reason": " "}, "reason"),
            ({"reason": "x" * 301}, "reason"),
            ({"standing": "x"}, "standing"),
        ],
    )
    def test_nonsense_is_named_and_nothing_recorded(self, login, recorded, changes, field):
        entry = recorded(1000)
        page = login(region="000000").post(address(entry), {**told(100, 1000), **changes})
        assert page.status_code == 200
        assert field in page.context["form"].errors
        assert ReachEntry.objects.count() == 1

    def test_who_saw_an_older_figure_looks_again(self, login, recorded):
        entry = recorded(1000)
        client = login(region="000000")
        ledger.correct(entry, 500, "somebody else")
        page = client.post(address(entry), told(100, 1000))
        assert "500" in page.context["form"].errors["count"][0]
        assert entry.corrections.count() == 1
        again = client.post(address(entry), told(100, page.context["form"]["standing"].value()))
        assert again.status_code == 302
        assert summed().get().count == 100

    def test_a_correction_itself_is_not_corrected(self, login, recorded):
        correction = ledger.correct(recorded(1000), 1, "typing mistake")
        assert login(region="000000").get(address(correction)).status_code == 404

    def test_another_province_is_not_there(self, login, recorded):
        entry = recorded(1000, region="430100")
        client = login()
        assert client.get(address(entry)).status_code == 404
        assert client.post(address(entry), told(1, 1000)).status_code == 404
        assert ReachEntry.objects.count() == 1


class TestHighWater:
    def test_all_that_stands_lies_at_or_below_it(self, recorded):
        assert ledger.high_water() == 0
        first = recorded(1)
        assert ledger.high_water() == first.pk
        correction = ledger.correct(first, 2, "typing mistake")
        assert ledger.high_water() == correction.pk
