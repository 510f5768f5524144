"""Feeds, read back as a calendar program reads them; who gets what, and who no longer."""

import hashlib
import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from campaigns.agenda import feeds
from campaigns.models import CalendarFeed, EventVersion
from campaigns.pushes.planning import cancel, retime
from campaigns.regions.roles import Role
from edu_cms.secret_addresses import hide
from tests.campaigns.agenda.conftest import NOON


@pytest.fixture
def address(person, clock):
    """The address of a new feed of somebody in that role there."""

    def make(role: Role = Role.CAMPAIGN_ADMINISTRATOR, region: str = "000000") -> str:
        feed, secret = feeds.open_feed(person(role, region), "手机")
        return reverse("campaigns:calendar_feed", args=[feed.selector, secret])

    return make


def read(address: str, **headers):
    """What a program without a session gets."""
    return Client().get(address, headers=headers)


def events(address: str) -> dict:
    calendar = Calendar.from_ical(read(address).content)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


class TestContent:
    def test_it_is_a_calendar_that_programs_take(self, address, push_at):
        push_at()
        answer = read(address())
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert "\r\n" in answer.content.decode()
        assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
        calendar = Calendar.from_ical(answer.content)
        assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
        assert calendar["prodid"]
        assert calendar["refresh-interval"].dt == timedelta(hours=1)
        assert calendar["refresh-interval"].params["VALUE"] == "DURATION"
        assert str(calendar["x-wr-calname"]) == settings.WAGTAIL_SITE_NAME

    def test_instants_are_utc_and_windows_whole_days(self, address, push_at, session_at, edition):
        push, session = push_at(), session_at()
        told = events(address())
        start = told[f"push-{push.pk}@testserver"]["dtstart"].dt
        assert start == datetime(2026, 3, 11, 4, 0, tzinfo=UTC)
        assert start.utcoffset() == timedelta(0)
        window = told[f"edition-{edition.pk}@testserver"]
        assert (window["dtstart"].dt, window["dtend"].dt) == (date(2026, 3, 9), date(2026, 3, 16))
        assert str(window["status"]) == "TENTATIVE"
        words = str(told[f"session-{session.pk}@testserver"]["description"])
        assert "北京时间 2026-03-12 12:00" in words
        assert "新疆时间 10:00" in words

    def test_a_change_keeps_the_uid_and_raises_the_sequence(
        self, address, push_at, administrator, clock
    ):
        push, where = push_at(), address(Role.CAMPAIGN_ADMINISTRATOR, "650000")
        uid = f"push-{push.pk}@testserver"
        first = events(where)[uid]
        clock.shift(timedelta(hours=1))
        assert events(where)[uid] == first
        retime(push, NOON + timedelta(days=3), by=administrator)
        second = events(where)[uid]
        assert (first["sequence"], second["sequence"]) == (0, 1)
        assert second["last-modified"].dt > first["last-modified"].dt
        assert second["dtstamp"].dt == second["last-modified"].dt
        cancel(push, administrator, "不发了")
        third = events(where)[uid]
        assert (third["sequence"], str(third["status"])) == (2, "CANCELLED")

    def test_two_readers_are_told_the_same_version(self, address, push_at):
        push_at()
        one = events(address())
        two = events(address(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
        assert one == two
        assert EventVersion.objects.count() == 2

    def test_it_speaks_chinese_whatever_the_program_says(self, address, push_at):
        push_at()
        where = address()
        assert (
            read(where, **{"Accept-Language": "kk"}).content
            == read(where, **{"Accept-Language": "zh-CN"}).content
        )

    def test_fifty_entries_take_as_many_queries_as_five(self, address, many):
        where = address()

        def queries() -> int:
            read(where)
            with CaptureQueriesContext(connection) as caught:
                read(where)
            return len(caught)

        many(5)
        few = queries()
        many(45)
        assert queries() == few

    def test_a_region_reads_its_own_and_below(self, address, push_at, session_at, edition):
        own, below = push_at(account="wechat:650000"), session_at(region="654321")
        push_at(account="wechat:000000")
        session_at(region="430102")
        told = set(events(address(Role.REGIONAL_COORDINATOR, "650000")))
        assert told == {
            f"{key}@testserver"
            for key in (f"push-{own.pk}", f"session-{below.pk}", f"edition-{edition.pk}")
        }


class TestConditions:
    def test_what_the_program_has_is_not_sent_again(self, address, push_at, administrator):
        push, where = push_at(), address(Role.CAMPAIGN_ADMINISTRATOR, "650000")
        first = read(where)
        again = read(where, **{"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        retime(push, NOON + timedelta(days=3), by=administrator)
        assert read(where, **{"If-None-Match": first["ETag"]}).status_code == 200

    def test_nobody_keeps_a_copy(self, address):
        answer = read(address())
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert not answer.cookies

    def test_head_is_answered_and_post_is_not(self, address):
        where = address()
        assert Client().head(where).status_code == 200
        assert Client().post(where).status_code == 405


class TestSecret:
    def test_only_its_hash_is_kept(self, address):
        secret = address().rsplit("/", 1)[1].removesuffix(".ics")
        feed = CalendarFeed.objects.get()
        assert feed.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
        assert len(secret) >= 43

    @pytest.mark.parametrize("change", ["secret", "selector"])
    def test_a_wrong_address_is_absent(self, address, change):
        where = address()
        wrong = (
            where.replace(".ics", "x.ics")
            if change == "secret"
            else where.replace(CalendarFeed.objects.get().selector, "0" * 16)
        )
        assert read(wrong).status_code == 404

    def test_revoked_is_absent_at_once(self, address, client):
        where = address()
        feed = CalendarFeed.objects.get()
        client.force_login(feed.user)
        client.post(reverse("campaigns_admin:agenda_feed_revoke", args=[feed.pk]))
        assert read(where).status_code == 404

    def test_nobody_revokes_anothers(self, address, client, administrator):
        where = address(Role.MANAGER)
        feed = CalendarFeed.objects.get()
        answer = client.post(reverse("campaigns_admin:agenda_feed_revoke", args=[feed.pk]))
        assert (answer.status_code, read(where).status_code) == (404, 200)

    @pytest.mark.parametrize("loss", ["inactive", "posting"])
    def test_who_has_lost_the_right_reads_nothing(self, address, loss):
        where = address()
        user = CalendarFeed.objects.get().user
        if loss == "inactive":
            user.is_active = False
            user.save()
        else:
            user.postings.get().delete()
        assert read(where).status_code == 404

    def test_it_never_stands_in_a_log(self, address, caplog):
        where = address()
        CalendarFeed.objects.all().delete()
        secret = where.rsplit("/", 1)[1].removesuffix(".ics")
        with caplog.at_level(logging.DEBUG):
            read(where)
            read(f"{where}?x")
            read(f"{where}x")
        logging.getLogger("django.server").warning('"GET %s HTTP/1.1" 200 1', where)
        assert "/calendar/" in caplog.text
        assert secret not in caplog.text
        assert secret not in hide(f"ERROR http://testserver{where}?a=b and {where}")


class TestScreen:
    def test_an_address_is_shown_once(self, administrator, client, push_at):
        push = push_at()
        screen = reverse("campaigns_admin:agenda_feeds")
        made = client.post(screen, {"label": "我的手机"})
        where = made.context["address"]
        assert "no-store" in made["Cache-Control"]
        assert where in made.content.decode()
        assert f"push-{push.pk}@testserver" in events(where.removeprefix(settings.SITE_URL))
        after = client.get(screen).content.decode()
        assert "我的手机" in after
        assert where.rsplit("/", 1)[1] not in after

    def test_it_needs_a_name_that_fits(self, administrator, client):
        for label in ("", " ", "长" * 41):
            client.post(reverse("campaigns_admin:agenda_feeds"), {"label": label})
        assert not CalendarFeed.objects.exists()

    def test_there_is_an_end_to_addresses(self, administrator, client):
        for n in range(feeds.MOST_A_PERSON):
            feeds.open_feed(administrator, str(n))
        with pytest.raises(ValidationError):
            feeds.open_feed(administrator, "one more")
        answer = client.post(reverse("campaigns_admin:agenda_feeds"), {"label": "再一个"})
        assert answer.context["form"].errors
