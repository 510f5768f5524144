"""What each view shows, to whom, and in how many queries."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.calendar.windows import BEIJING
from campaigns.models import Push, Region, Task
from campaigns.regions.roles import Role
from tests.campaigns.agenda.conftest import NOON, entries_of
from tests.factories import EditionFactory

VIEWS = ["year", "month", "week", "list", "board"]


def kinds(context) -> list[tuple[str, int]]:
    return [(entry.kind, entry.pk) for entry in entries_of(context)]


class TestPlaces:
    @pytest.mark.parametrize("view", ["month", "week", "list"])
    def test_a_push_and_a_session_stand_on_their_day(
        self, administrator, look, view, push_at, session_at
    ):
        push, session = push_at(), session_at()
        context = look(view, day="2026-03-10")
        assert {("push", push.pk), ("session", session.pk)} <= set(kinds(context))
        if view != "list":
            days = {day.date: day for week in context["weeks"] for day in week}
            assert [entry.pk for entry in days[date(2026, 3, 11)].entries] == [push.pk]
            assert [entry.pk for entry in days[date(2026, 3, 12)].entries] == [session.pk]

    def test_a_window_keeps_its_lane_over_all_its_days(self, administrator, look, edition):
        EditionFactory(
            code="x", year=2025, name="另一", starts_on=date(2026, 3, 11), ends_on=date(2026, 3, 18)
        )
        days = {day.date: day for week in look("month")["weeks"] for day in week}
        first = [days[date(2026, 3, n)].bands[0].entry.pk for n in range(9, 16)]
        assert set(first) == {edition.pk}
        assert days[date(2026, 3, 10)].bands[1:] == []
        assert days[date(2026, 3, 16)].bands[0] is None
        assert days[date(2026, 3, 16)].bands[1].is_named

    def test_the_year_counts_days_and_draws_windows(self, administrator, look, push_at, edition):
        push_at()
        year = look("year")["year"]
        assert [(bar.entry.pk, bar.x, bar.width) for bar in year.bars] == [(edition.pk, 67, 7)]
        assert (year.count, year.months[2].count) == (1, 1)
        day = next(d for week in year.months[2].weeks for d in week if d.date == date(2026, 3, 11))
        assert (day.count, day.level, day.in_window) == (1, 1, True)

    def test_the_board_has_the_states_of_the_model(self, administrator, look, push_at):
        push_at()
        context = look("board")
        columns = [column.state for column in context["board"].columns]
        assert columns == ["planned"]
        everything = len(columns) + len(context["board"].empty)
        assert everything == len(Push.State.choices)
        assert look("board", kind="session")["board"].kind == "session"

    def test_a_busy_day_says_how_many_more_and_where(self, administrator, client, many):
        many(30)
        answer = client.get(reverse("campaigns_admin:agenda_month"))
        busy = [day for week in answer.context["weeks"] for day in week if day.more]
        assert busy
        assert all(len(day.entries) == 3 for day in busy)
        more = f"{reverse('campaigns_admin:agenda_list')}?day={busy[0].date}"
        assert more in answer.content.decode()

    def test_the_agenda_is_paged(self, administrator, look, many):
        many(30)
        first, second = look("list"), look("list", p=2)
        assert first["page"].paginator.num_pages == 2
        assert not set(kinds(first)) & set(kinds(second))
        assert len(kinds(first)) + len(kinds(second)) == 61

    @pytest.mark.parametrize("view", VIEWS)
    def test_with_nothing_there_is_a_word(self, administrator, client, view):
        answer = client.get(reverse(f"campaigns_admin:agenda_{view}"), {"day": "2031-03-01"})
        text = answer.content.decode()
        assert "这些天没有安排" in text or "这一年没有符合条件的活动" in text

    @pytest.mark.parametrize("view", ["month", "week"])
    def test_an_empty_view_leads_on_to_the_next_entry(self, administrator, look, view, edition):
        assert look(view, day="2026-01-15")["next_day"] == edition.starts_on
        assert look(view, day="2026-01-15", series="515")["next_day"] is None
        assert look(view, day="2026-04-15")["next_day"] is None

    def test_an_empty_board_leads_on_to_the_next_of_its_kind(
        self, administrator, look, edition, tree, push_at
    ):
        Task.objects.create(
            edition=edition, region=tree["000000"], title="x", due_on=date(2026, 2, 1)
        )
        push = push_at()
        assert look("board", day="2025-06-01", kind="push")["next_day"] == date(2026, 3, 11)
        push.delete()
        assert look("board", day="2025-06-01", kind="push")["next_day"] is None
        assert look("board", day="2025-06-01", kind="task")["next_day"] == date(2026, 2, 1)

    @pytest.mark.parametrize("day", ["2019-01-01", "2100-12-31", "2024-02-29"])
    @pytest.mark.parametrize("view", VIEWS)
    def test_the_ends_of_the_calendar(self, administrator, look, view, day):
        look(view, day=day)


class TestTimes:
    def test_a_place_in_xinjiang_has_both_times(self, administrator, look, push_at, session_at):
        push_at()
        session_at(region="430102")
        session_at(region="654321")
        shown = [(entry.time, entry.informal_time) for entry in entries_of(look("week"))]
        assert shown == [
            ("12:00", "新疆时间 10:00"),
            ("12:00", ""),
            ("12:00", "新疆时间 10:00"),
        ]

    def test_the_informal_day_is_told_where_it_is_another(self, administrator, look, session_at):
        session_at(datetime(2026, 3, 12, 0, 30, tzinfo=BEIJING))
        assert entries_of(look("week"))[0].informal_time == "新疆时间 03-11 22:30"

    def test_a_region_below_can_have_its_own_clock(self, administrator, look, session_at, tree):
        Region.objects.filter(code="654300").update(informal_zone=Region.InformalZone.NONE)
        session_at(region="654321")
        assert entries_of(look("week"))[0].informal_time == ""

    def test_times_are_beijing_times_whatever_the_profile_says(
        self, administrator, client, push_at
    ):
        from wagtail.users.models import UserProfile

        UserProfile.objects.create(user=administrator, current_time_zone="America/New_York")
        push_at(datetime(2026, 3, 11, 0, 5, tzinfo=BEIJING))
        context = client.get(reverse("campaigns_admin:agenda_week")).context
        days = {day.date: day for week in context["weeks"] for day in week}
        assert days[date(2026, 3, 11)].entries[0].time == "00:05"


class TestHolidays:
    def test_days_off_and_made_up_are_shown(self, administrator, look):
        days = {day.date: day for week in look("month", day="2026-10-01")["weeks"] for day in week}
        assert days[date(2026, 10, 1)].holidays[0].name == "国庆节"
        assert not days[date(2026, 10, 1)].holidays[0].is_workday
        assert days[date(2026, 10, 10)].holidays[0].is_workday
        assert days[date(2026, 10, 17)].holidays == []

    @pytest.mark.parametrize("view", VIEWS)
    def test_a_year_that_is_not_known_says_so(self, administrator, client, view):
        told = client.get(reverse(f"campaigns_admin:agenda_{view}"), {"day": "2027-03-10"})
        assert told.context["unknown_years"][0] == 2027
        assert "2027" in told.content.decode().split("agenda-remark--holidays")[1][:200]

    def test_a_year_that_is_known_says_nothing(self, administrator, look):
        assert look("month", day="2026-03-10")["unknown_years"] == []


class TestFilters:
    @pytest.mark.parametrize(
        "case",
        [
            ({}, {"push-650000", "push-430000", "session"}),
            ({"kind": "push"}, {"push-650000", "push-430000"}),
            ({"channel": "wechat"}, {"push-650000", "push-430000"}),
            ({"channel": "field"}, {"session"}),
            ({"region": "650000"}, {"push-650000", "session"}),
            ({"region": "654300"}, {"session"}),
            ({"language": "kk-arab"}, {"session"}),
            ({"state": "push.planned"}, {"push-650000", "push-430000"}),
            ({"state": "push.sent"}, set()),
            ({"series": "515"}, set()),
            ({"series": "315", "language": "zh-hans"}, {"push-650000", "push-430000"}),
        ],
    )
    def test_each_narrows(self, administrator, look, push_at, session_at, case):
        told, shown = case
        push_at(account="wechat:650000")
        push_at(account="wechat:430000")
        session_at()
        context = look("list", day="2026-03-01", **told)
        met = {
            "session" if entry.kind == "session" else f"push-{entry.region_code}"
            for entry in entries_of(context)
            if not entry.is_window
        }
        assert met == shown
        assert context["asked"].remarks == []

    @pytest.mark.parametrize(
        "told",
        [
            {"kind": "party"},
            {"channel": "radio"},
            {"language": "xx"},
            {"series": "0"},
            {"state": "push.gone"},
            {"state": "planned"},
            {"day": "yesterday"},
            {"day": "9999-01-01"},
        ],
    )
    @pytest.mark.parametrize("view", VIEWS)
    def test_what_makes_no_sense_is_named_and_left_out(self, administrator, look, view, told):
        context = look(view, **told)
        (remark,) = context["asked"].remarks
        assert next(iter(told.values())) in remark
        assert context["asked"].chosen == {}

    def test_filters_and_day_stay_in_the_addresses(self, administrator, look):
        context = look("month", channel="wechat", day="2026-03-10")
        assert all("channel=wechat" in tab["address"] for tab in context["tabs"])
        assert "channel=wechat" in context["steps"]["after"]
        assert "day=2026-04-01" in context["steps"]["after"]


class TestScope:
    def test_a_region_sees_its_own_and_below(self, client, person, look, push_at, session_at):
        client.force_login(person(Role.REGIONAL_COORDINATOR, "650000"))
        own, below = push_at(account="wechat:650000"), session_at(region="654321")
        push_at(account="wechat:430000")
        push_at(account="wechat:000000")
        session_at(region="430102")
        met = {one for one in kinds(look("list", day="2026-03-01")) if one[0] != "edition"}
        assert met == {("push", own.pk), ("session", below.pk)}

    @pytest.mark.parametrize("code", ["430000", "999999", "65"])
    @pytest.mark.parametrize("view", VIEWS)
    def test_another_region_is_absent(self, client, person, clock, view, code):
        client.force_login(person(Role.REGIONAL_COORDINATOR, "650000"))
        answer = client.get(reverse(f"campaigns_admin:agenda_{view}"), {"region": code})
        assert answer.status_code == 404

    def test_every_region_that_is_seen_is_offered(self, administrator, look, tree):
        offered = dict(look("month")["asked"].choices["region"])
        assert offered.keys() == tree.keys()
        assert offered["654321"] == "654321 　　　布尔津支公司"

    def test_only_own_regions_are_offered(self, client, person, look, clock):
        client.force_login(person(Role.REGIONAL_COORDINATOR, "654300"))
        codes = [code for code, _name in look("month")["asked"].choices["region"]]
        assert codes == ["654300", "654321"]


@pytest.mark.parametrize("view", VIEWS)
def test_fifty_entries_take_as_many_queries_as_five(administrator, client, many, view):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(reverse(f"campaigns_admin:agenda_{view}"), {"day": "2026-03-10"})
        return len(caught)

    many(5)
    queries()
    few = queries()
    many(45)
    assert queries() == few


def test_the_menu_leads_there(administrator, client):
    assert reverse("campaigns_admin:agenda_month") in client.get("/admin/").content.decode()


def test_the_week_before_is_a_week_before(administrator, look):
    steps = look("week", day=f"{NOON.date() + timedelta(days=7)}")["steps"]
    assert (steps["before"], steps["today"]) == ("?day=2026-03-15", "?day=2026-03-10")
