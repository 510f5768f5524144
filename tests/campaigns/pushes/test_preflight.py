"""Every rule of preflight: what it says, and whether that stops the push."""

import socket
import threading
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.calendar.windows import BEIJING
from campaigns.pushes import engine, hands
from campaigns.pushes.approval import preflight
from campaigns.pushes.models import Push
from campaigns.pushes.states import State
from campaigns.regions.roles import Role
from tests.campaigns.pushes.conftest import NOON
from tests.factories import make_case


def codes(push: Push) -> dict[str, bool]:
    """What is said about the push; by each code, whether it is an error."""
    push = Push.objects.select_related("account", "edition", "page__locale").get(pk=push.pk)
    return {remark.code: remark.is_error for remark in preflight(push).remarks}


def test_nothing_stands_against_an_ordinary_push(plan_at):
    assert codes(plan_at(5)) == {}


def test_the_account_is_not_active(plan_at, account):
    push = plan_at(5)
    account.is_active = False
    account.save()
    assert codes(push) == {"account.inactive": True}


def test_outside_the_campaigns_days(plan_at, edition):
    push = plan_at(5)
    edition.starts_on = edition.ends_on
    edition.save()
    assert codes(push) == {"window.outside": True}


def test_both_languages(plan_at, edition, page):
    push = plan_at(5)
    edition.needs_both_languages = True
    edition.save()
    assert codes(push) == {"languages.not_live": True}
    kazakh = make_case("case-1-kk", language="kk", translation_of=page, live=False)
    assert codes(push) == {"languages.not_live_yet": False}
    type(kazakh).objects.update(live=True)
    assert codes(push) == {}


class TestEmbargo:
    def test_of_the_campaign(self, plan_at, edition):
        push = plan_at(5)
        edition.embargo_until = NOON + timedelta(hours=1)
        edition.save()
        assert codes(push) == {"embargo.campaign": True}
        edition.embargo_until = push.scheduled_at
        edition.save()
        assert codes(push) == {}

    def test_of_the_piece(self, plan_at, page):
        push = plan_at(5)
        page.go_live_at = NOON + timedelta(hours=1)
        page.save()
        assert codes(push) == {"embargo.piece": True}


class TestQuietHours:
    @pytest.mark.parametrize(
        ("hours", "at", "quiet"),
        [
            ((time(22), time(7)), "2026-03-10T23:00", True),
            ((time(22), time(7)), "2026-03-11T06:59", True),
            ((time(22), time(7)), "2026-03-11T07:00", False),
            ((time(12), time(14)), "2026-03-11T12:00", True),
            ((time(12), time(14)), "2026-03-11T14:00", False),
            ((time(12), time(12)), "2026-03-11T12:00", False),
        ],
    )
    def test_are_beijings(self, plan_at, account, hours, at, quiet):
        begin, end = hours
        account.quiet_from, account.quiet_until = begin, end
        account.save()
        wanted = datetime.fromisoformat(at).replace(tzinfo=BEIJING)
        push = plan_at((wanted - NOON).total_seconds() / 60)
        assert codes(push) == ({"quiet.hours": True} if quiet else {})

    def test_late_into_the_night_is_not_sent(self, approve_at, channel, account, clock):
        account.quiet_from, account.quiet_until = time(12, 30), time(14)
        account.save()
        push = approve_at(29)
        clock.shift(timedelta(minutes=31))
        assert engine.tick().failed == 1
        assert "12:30" in push.transitions.last().reason


class TestQuota:
    def test_a_day(self, approve_at, plan_at, account, channel, clock):
        account.most_a_day = 2
        account.save()
        first, second = approve_at(0), approve_at(1)
        assert codes(plan_at(5)) == {"quota.day": True}
        assert codes(plan_at(24 * 60)) == {}
        clock.shift(timedelta(minutes=1))
        assert engine.tick().sent == 2
        assert {first.pk, second.pk} == set(
            Push.objects.filter(state="sent").values_list("pk", flat=True)
        )

    def test_a_month(self, approve_at, plan_at, account):
        account.most_a_month = 1
        account.save()
        approve_at(0)
        assert codes(plan_at(24 * 60)) == {"quota.month": True}

    def test_is_kept_at_sending_whatever_was_approved(self, approve_at, account, channel):
        pushes = [approve_at(0), approve_at(-1), approve_at(-2)]
        account.most_a_day = 2
        account.save()
        result = engine.tick()
        assert (result.sent, result.failed) == (2, 1)
        assert len(channel.sends) == 2
        assert "2" in Push.objects.get(state="failed").transitions.last().reason
        assert len(pushes) == 3

    def test_taking_back_costs_nothing(self, approve_at, website, clock):
        website.most_a_day = 1
        website.save()
        push = approve_at(0, account=website)
        engine.tick()
        clock.shift(timedelta(days=1))
        push.refresh_from_db()
        hands.withdraw(push, None, "wrong picture")
        approve_at(24 * 60, account=website)
        assert engine.tick().sent == 1

    def test_what_failed_costs_nothing(self, approve_at, account, channel):
        from campaigns.channels.adapters import Outcome, Receipt

        account.most_a_day = 1
        account.save()
        channel.answers["case-1"] = Receipt(Outcome.FAILED, "no")
        approve_at(0)
        engine.tick()
        channel.answers.clear()
        approve_at(-1)
        assert engine.tick().sent == 1


class TestRepeats:
    def test_the_same_piece_sooner_than_the_account_likes(self, approve_at, plan_at, account):
        account.repeat_days = 3
        account.save()
        approve_at(0)
        assert codes(plan_at(2 * 24 * 60)) == {"repeat.piece": False}
        assert codes(plan_at(4 * 24 * 60)) == {}
        assert codes(plan_at(60, page=make_case("case-2"))) == {}

    def test_of_two_that_are_due_at_once_only_the_later_is_a_repetition(
        self, plan_at, account, channel
    ):
        from campaigns.pushes.approval import approve

        first, second = plan_at(0), plan_at(-1)
        for push in (first, second):
            approve(push, None)
        account.repeat_days = 7
        account.save()
        assert engine.tick().sent == 1
        assert Push.objects.get(state=State.FAILED) == first

    def test_a_repetition_with_consent_goes_out(self, approve_at, account, channel):
        account.repeat_days = 7
        account.save()
        approve_at(-1)
        approve_at(0)
        assert engine.tick().sent == 2


class TestTranslations:
    def test_by_hand_the_chinese_published_later_is_an_error_unless_in_one_go(self, plan_at, page):
        kazakh = make_case("case-1-kk", language="kk", translation_of=page)
        now = timezone.now()
        type(page).objects.filter(pk=page.pk).update(last_published_at=now)
        type(page).objects.filter(pk=kazakh.pk).update(last_published_at=now - timedelta(days=1))
        push = plan_at(5, language="kk")
        assert codes(push) == {"translation.stale": True}
        assert codes(plan_at(5)) == {}
        type(page).objects.filter(pk=kazakh.pk).update(last_published_at=now - timedelta(minutes=5))
        assert codes(push) == {}

    def test_with_localize_a_changed_original_is_an_error_until_it_is_brought_over(
        self, plan_at, page, clock
    ):
        from wagtail.models import Locale
        from wagtail_localize.models import StringTranslation, Translation, TranslationSource

        kazakh = make_case("case-1-kk", language="kk", translation_of=page)
        page.save_revision().publish()
        source, _created = TranslationSource.get_or_create_from_instance(page)
        Translation.objects.create(
            source=source, target_locale=Locale.objects.get(language_code="kk")
        )
        clock.shift(timedelta(minutes=1))
        kazakh.save_revision().publish()
        push = plan_at(60, language="kk")
        assert codes(push) == {}
        clock.shift(timedelta(minutes=1))
        page.save_revision().publish()
        assert codes(push) == {}
        page.summary = "另一个摘要"
        page.save_revision().publish()
        assert codes(push) == {"translation.stale": True}
        clock.shift(timedelta(minutes=1))
        kazakh.save_revision().publish()
        assert codes(push) == {"translation.stale": True}
        clock.shift(timedelta(minutes=1))
        for segment in source.stringsegment_set.all():
            StringTranslation.objects.create(
                translation_of=segment.string,
                context=segment.context,
                locale=kazakh.locale,
                data="аударма",
            )
        kazakh.save_revision().publish()
        assert codes(push) == {}


class _Site(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Host"]))
        is_health = self.path == "/healthz" and self.server.is_ours
        self.send_response(200 if is_health else self.server.status)
        self.end_headers()
        self.wfile.write(b'{"status": "ok", "database": "ok"}' if is_health else b"?")

    def log_message(self, *_args):
        pass


@pytest.fixture
def site(settings):
    """Stands in for the site, on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.asked, server.status, server.is_ours = [], 200, True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.PREFLIGHT_URL = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class TestTheAddress:
    def test_is_fetched_as_a_reader_would(self, plan_at, site):
        assert codes(plan_at(5)) == {}
        assert site.asked == [("/zh-hans/cases/case-1/", "testserver")]

    def test_that_does_not_answer_200_stops_the_push(self, approve_at, channel, site):
        push = approve_at(0)
        site.status = 500
        assert codes(push) == {"address.not_200": True}
        assert engine.tick().failed == 1
        assert "HTTP 500" in push.transitions.last().reason
        assert channel.sends == []

    def test_is_asked_once_a_tick_for_many_pushes(self, approve_at, site):
        for minute in range(5):
            approve_at(-minute)
        site.asked.clear()
        assert engine.tick().sent == 5
        assert len(site.asked) == 1

    def test_nobody_there_stops_the_push_and_is_waited_for_once(self, approve_at, settings):
        for code in ("case-2", "case-3"):
            approve_at(0, page=make_case(code))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            settings.PREFLIGHT_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
            assert engine.tick().failed == 2


class TestTheAddressWhenNobodyHasNamedOne:
    """SITE_URL is asked; what this machine cannot see there keeps nothing from going out."""

    @pytest.fixture
    def public(self, site, settings):
        settings.SITE_URL, settings.PREFLIGHT_URL = settings.PREFLIGHT_URL, ""
        return site

    @pytest.fixture
    def nobody(self, settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            settings.SITE_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
            settings.PREFLIGHT_URL = ""
            yield

    def test_the_public_address_is_asked(self, plan_at, public, settings):
        assert codes(plan_at(5)) == {}
        host = settings.SITE_URL.removeprefix("http://")
        assert public.asked == [("/zh-hans/cases/case-1/", host)]

    def test_the_sites_own_refusal_stops_the_push(self, approve_at, public):
        push = approve_at(0)
        public.status = 404
        assert codes(push) == {"address.not_200": True}
        assert engine.tick().failed == 1

    def test_an_unreachable_site_stops_nothing_and_is_told(
        self, client, person, approve_at, nobody, caplog
    ):
        push = approve_at(0)
        assert codes(push) == {"address.not_seen": False}
        assert push.consents.count() == 0
        client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
        page = client.get(reverse("push:inspect", args=[push.pk])).content.decode()
        assert "PREFLIGHT_URL" in page
        assert engine.tick().sent == 1
        assert "is not reached from here" in caplog.text

    def test_another_server_under_that_name_says_nothing_of_the_page(self, approve_at, public):
        public.status, public.is_ours = 404, False
        assert codes(approve_at(0)) == {"address.not_seen": False}
        assert engine.tick().sent == 1

    def test_none_asks_nobody(self, plan_at, public, settings):
        settings.PREFLIGHT_URL = "none"
        public.status = 500
        assert codes(plan_at(5)) == {}
        assert public.asked == []
