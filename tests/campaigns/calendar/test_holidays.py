"""Days off and make-up workdays, and years of which nobody knows them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.calendar.holiday_data import EID_AL_ADHA, EID_AL_FITR, ESTIMATED
from campaigns.calendar.holidays import (
    Holiday,
    Holidays,
    holiday_of,
    is_known,
    lay_estimated,
    unknown_years,
)
from campaigns.calendar.models import PublicHoliday
from campaigns.regions.roles import Role
from tests.factories import EditionFactory


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 2, 14), Holiday("春节", is_workday=True)),
        (date(2026, 2, 17), Holiday("春节", is_workday=False)),
        (date(2026, 10, 1), Holiday("国庆节", is_workday=False)),
        (date(2026, 3, 14), None),
        (date(2026, 3, 16), None),
        (date(2027, 10, 1), None),
    ],
)
def test_each_kind_of_day(day, holiday):
    assert holiday_of(day) == holiday


def test_a_year_before_its_notice_is_unknown():
    assert is_known(2026)
    assert not is_known(2027)
    assert unknown_years(date(2026, 12, 28), date(2028, 1, 3)) == [2027, 2028]


# --- Of single regions ----------------------------------------------------------------------------

EID = date(2026, 5, 27)


@pytest.fixture
def eid(tree) -> PublicHoliday:
    return PublicHoliday.objects.create(
        name="古尔邦节", first_day=EID, days=3, region=tree["650000"], is_estimated=True
    )


@pytest.mark.parametrize(
    ("posted", "shown"),
    [("000000", True), ("650000", True), ("654321", True), ("430000", False), ("430102", False)],
)
def test_a_regions_holiday_concerns_it_what_is_below_and_who_sees_all(person, eid, posted, shown):
    found = Holidays(EID, EID, person(Role.REGIONAL_COORDINATOR, posted)).on(EID)
    wanted = Holiday("古尔邦节", is_workday=False, region="新疆分公司", is_estimated=True)
    assert found == ([wanted] if shown else [])


def test_it_lasts_its_days_also_into_the_span(person, eid):
    user = person(Role.MANAGER)
    first, last = date(2026, 5, 28), date(2026, 6, 30)
    holidays = Holidays(first, last, user)
    assert [day for day in range(28, 32) if holidays.on(date(2026, 5, day))] == [28, 29]


@pytest.mark.parametrize(("code", "shown"), [("654300", 1), ("430000", 0), ("000000", 1)])
def test_a_region_that_is_looked_at_has_its_own(person, tree, eid, code, shown):
    assert len(Holidays(EID, EID, person(Role.MANAGER), tree[code]).on(EID)) == shown


def test_what_holds_everywhere_is_shown_to_everybody(person, tree):
    PublicHoliday.objects.create(name="临时放假", first_day=EID)
    assert Holidays(EID, EID, person(Role.MANAGER, "430102")).on(EID)[0].region == ""


def test_the_countrys_own_comes_first(person, eid):
    PublicHoliday.objects.update(first_day=date(2026, 10, 1))
    found = Holidays(date(2026, 10, 1), date(2026, 10, 1), person(Role.MANAGER))
    assert [one.name for one in found.on(date(2026, 10, 1))] == ["国庆节", "古尔邦节"]


def tabular(year: int, month: int, day: int) -> date:
    """A day of the tabular Islamic calendar (civil epoch), as its textbooks give it."""
    days = day + (59 * (month - 1) + 1) // 2
    return date.fromordinal(days + (year - 1) * 354 + (3 + 11 * year) // 30 + 227014)


def test_the_estimates_are_those_of_the_islamic_calendar():
    """Each is the tabular calendar's day, or the day before it."""
    reckoned = {
        name: {tabular(year, month, day) for year in range(1447, 1452)}
        for name, month, day in ((EID_AL_FITR, 10, 1), (EID_AL_ADHA, 12, 10))
    }
    for name, first, _days in ESTIMATED:
        assert {first, first + timedelta(days=1)} & reckoned[name], first
    assert {first.year for _name, first, _days in ESTIMATED} == set(range(2026, 2031))


def test_they_are_laid_once_where_their_region_is(tree):
    lay_estimated()
    assert PublicHoliday.objects.count() == len(ESTIMATED)
    assert set(PublicHoliday.objects.values_list("region__code", flat=True)) == {"650000"}
    PublicHoliday.objects.filter(first_day__year=2026).delete()
    lay_estimated()
    assert not PublicHoliday.objects.filter(first_day__year=2026).exists()


def test_without_that_region_nothing_is_laid(head_office):
    lay_estimated()
    assert not PublicHoliday.objects.exists()


class TestScreens:
    def test_a_notice_replaces_the_estimate(self, client, person, eid, tree):
        client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
        address = reverse("publicholiday:edit", args=[eid.pk])
        told = {"name": eid.name, "first_day": "2026-05-28", "days": 3, "note": "新政办发"}
        assert client.post(address, told).context["form"].errors.keys() == {"region"}
        client.post(address, told | {"region": tree["650000"].pk})
        eid.refresh_from_db()
        assert (eid.first_day, eid.is_estimated) == (date(2026, 5, 28), False)
        shown = client.get(reverse("campaigns_admin:agenda_month"), {"day": "2026-05-28"})
        assert "古尔邦节" in shown.content.decode()
        assert "agenda-holiday__estimated" not in shown.content.decode()

    @pytest.mark.parametrize("days", ["0", "32"])
    def test_bad_lengths_are_named(self, client, person, tree, days):
        client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
        told = {"name": "x", "first_day": "2026-05-28", "days": days}
        answer = client.post(reverse("publicholiday:add"), told)
        assert answer.context["form"].errors.keys() == {"days"}

    def test_head_office_may_leave_the_region_open_and_not_twice(self, client, person):
        client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
        told = {"name": "抗战胜利80周年", "first_day": "2026-09-03", "days": 1}
        for _time in range(2):
            client.post(reverse("publicholiday:add"), told)
        assert PublicHoliday.objects.get().region is None
        listed = client.get(reverse("publicholiday:index"), {"q": "80"})
        assert listed.context["object_list"].count() == 1

    def test_what_holds_everywhere_is_head_offices(self, client, person):
        row = PublicHoliday.objects.create(name="x", first_day=EID)
        client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
        assert client.get(reverse("publicholiday:edit", args=[row.pk])).status_code == 404

    @pytest.mark.parametrize("view", ["year", "month", "week", "list"])
    def test_each_view_marks_it_as_estimated(self, client, person, eid, view):
        EditionFactory(starts_on=EID, ends_on=EID)
        client.force_login(person(Role.REGIONAL_COORDINATOR, "654321"))
        answer = client.get(reverse(f"campaigns_admin:agenda_{view}"), {"day": "2026-05-27"})
        page = answer.content.decode()
        assert "古尔邦节" in page
        assert "预计" in page[page.index("古尔邦节") : page.index("古尔邦节") + 200]

    def test_ten_times_the_holidays_cost_no_more_queries(self, client, person, eid, tree):
        client.force_login(person(Role.MANAGER))
        address = reverse("campaigns_admin:agenda_year") + "?day=2026-05-27"
        counts = []
        for number in (0, 10):
            for n in range(number):
                PublicHoliday.objects.create(name=f"x{n}", first_day=EID, region=tree["650000"])
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counts.append(len(captured))
        assert counts[0] == counts[1]
