"""Reports by mail: due when they should be, with what their owner may see, each at most once."""

import smtplib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import cron
from campaigns.calendar.models import Edition
from campaigns.models import Channel, Metric, Posting, ReportMail, Subscription
from campaigns.reach.persons import keep
from campaigns.regions.roles import Role
from campaigns.reports import mailing, subscriptions
from campaigns.reports.figures import persons

BEIJING = ZoneInfo("Asia/Shanghai")
# A Tuesday.
NOW = datetime(2026, 3, 10, 8, 30, tzinfo=BEIJING)
Rhythm = Subscription.Rhythm


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BEIJING)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reader(person):
    def make(region="000000", role=Role.MANAGER):
        user = person(role, region)
        user.email = f"{user.username}@example.invalid"
        user.save()
        return user

    return make


@pytest.fixture
def wish(reader, edition):
    def make(user=None, query="campaign=315-2026", by="channel", kind="csv", rhythm=Rhythm.DAILY):
        return subscriptions.subscribe(user or reader(), query, by, kind, rhythm)

    return make


@pytest.fixture
def figures(recorded, edition):
    recorded(7_000_000, edition=edition, channel="wechat", metric="reads", region="650000")
    recorded(400, edition=edition, channel="field", metric="leaflets", region="650000")
    recorded(3, edition=edition, region="430100")


class Server(EmailBackend):
    """A mail server that does what a test tells it."""

    refuses_connection: Exception | None = None
    breaks_off: BaseException | None = None

    def open(self):
        if self.refuses_connection:
            raise self.refuses_connection

    def send_messages(self, messages):
        if self.breaks_off:
            raise self.breaks_off
        return super().send_messages(messages)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("campaigns.channels.mail.get_connection", Server)
    yield Server
    Server.refuses_connection = Server.breaks_off = None


@pytest.mark.parametrize(
    ("rhythm", "after", "due"),
    [
        (Rhythm.DAILY, at(10, 8), at(10)),
        (Rhythm.DAILY, at(10), at(11)),
        (Rhythm.WEEKLY, at(10, 8), at(16)),
        (Rhythm.WEEKLY, at(16, 8), at(16)),
        (Rhythm.MONTHLY, at(10, 8), at(1, month=4)),
        (Rhythm.MONTHLY, at(31, 8, month=12), datetime(2027, 1, 1, 9, tzinfo=BEIJING)),
        # Still the day before in London, and already the first in Beijing.
        (Rhythm.MONTHLY, datetime(2026, 3, 31, 17, tzinfo=ZoneInfo("UTC")), at(1, month=4)),
    ],
)
def test_when_the_next_is_due(rhythm, after, due):
    assert subscriptions.next_due(rhythm, after) == due


def test_at_a_campaigns_end(wish, clock, edition):
    made = wish(rhythm=Rhythm.EDITION_END)
    assert made.next_due == at(16)
    # Its days are moved: the report moves along.
    Edition.objects.update(ends_on=date(2026, 3, 17))
    clock.move_to(at(16, 10))
    assert mailing.work() == {}
    clock.move_to(at(18, 10))
    assert mailing.work() == {"planned": 1, "sent": 1}
    clock.move_to(at(25, 10))
    assert mailing.work() == {}
    assert Subscription.objects.get().next_due is None


@pytest.mark.usefixtures("figures")
def test_a_report_comes_with_figures_definitions_and_a_link(wish, clock):
    wish()
    assert mailing.work() == {}
    clock.move_to(at(10))
    assert mailing.work() == {"planned": 1, "sent": 1}
    [letter] = mail.outbox
    assert letter.subject == "【触达报告】2026年3·15宣传周 2026-03-10 – 2026-03-10 700万人次"
    assert letter.to == ["manager-000000@example.invalid"]
    assert "7,000,003人次" in letter.body
    assert Metric.objects.get(pk="reads").definition in letter.body
    assert Metric.objects.get(pk="leaflets").definition in letter.body
    assert "http://testserver/admin/dashboard/?campaign=315-2026" in letter.body
    [(name, content, kind)] = letter.attachments
    assert name.endswith(".csv")
    assert kind == "text/csv"
    assert "7000000" in content
    row = ReportMail.objects.get()
    assert letter.extra_headers["Message-ID"].startswith(f"<{row.key}@")
    assert (row.state, row.due_at, row.recipient) == ("sent", at(10), letter.to[0])
    assert Subscription.objects.get().next_due == at(11)
    assert mailing.work() == {}


@pytest.mark.usefixtures("figures")
def test_persons_stand_in_the_mail_apart_from_person_times(wish, clock, edition, tree):
    made = wish()
    clock.move_to(at(10))
    mailing.work()
    assert "\n人数" not in mail.outbox[0].body
    website = Channel.objects.get(code="website").pk
    readers = {b"%016x" % number for number in range(1, 501)}
    for day in (date(2026, 3, 9), date(2026, 3, 10)):
        keep({(edition.pk, website, tree["000000"].pk, day, b"aaaaaaaa"): readers})
    clock.move_to(at(11))
    mailing.work()
    letter = mail.outbox[1]
    known = persons.known(subscriptions.filters_of(made).selection)
    [line] = [line for line in letter.body.splitlines() if line.startswith("人数")]
    assert line == (
        f"人数（估计值，不计入人次）：约500人（95%置信区间：{known.low}至{known.high}）"
    )
    assert "　" + known.definition in letter.body.splitlines()
    # The total is what it was: persons are in no 人次.
    assert letter.subject.endswith(" 700万人次")
    assert "7,000,003人次" in letter.body


@pytest.mark.usefixtures("figures")
def test_figures_are_those_that_its_owner_may_see_then(wish, reader, clock, tree):
    user = reader("650000")
    wish(user)
    clock.move_to(at(10))
    mailing.work()
    Posting.objects.filter(user=user).delete()
    Posting.objects.create(user=user, role=Role.MANAGER, region=tree["430000"])
    clock.move_to(at(11))
    mailing.work()
    assert ["700万人次" in letter.subject for letter in mail.outbox] == [True, False]
    assert " 3人次" in mail.outbox[1].subject


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda user: type(user).objects.filter(pk=user.pk).update(is_active=False), "no_right"),
        (lambda user: Posting.objects.get(user=user).delete(), "no_right"),
        (lambda user: type(user).objects.filter(pk=user.pk).update(email=""), "no_address"),
        (
            lambda _user: Subscription.objects.update(query="campaign=315-2026&region=430000"),
            "no_region",
        ),
    ],
)
def test_who_may_no_longer_see_gets_nothing_and_is_told(wish, reader, clock, spoil, why):
    user = reader("650000")
    wish(user)
    spoil(user)
    clock.move_to(at(10))
    assert mailing.work() == {"planned": 1, "failed": 1}
    assert mail.outbox == []
    stopped = Subscription.objects.get()
    assert (stopped.stopped, bool(stopped.paused_at)) == (why, True)
    assert ReportMail.objects.get().detail == stopped.get_stopped_display()
    clock.move_to(at(11))
    assert mailing.work() == {}
    subscriptions.resume(stopped)
    assert Subscription.objects.get().stopped == ""


def test_who_slept_a_week_sends_one(wish, clock):
    wish()
    clock.move_to(at(17, 15))
    assert mailing.work() == {"planned": 1, "sent": 1}
    assert Subscription.objects.get().next_due == at(18)


def test_paused_and_deleted_ones_send_nothing(wish, clock):
    made = wish()
    subscriptions.pause(made)
    clock.move_to(at(11, 10))
    assert mailing.work() == {}
    subscriptions.resume(made)
    assert Subscription.objects.get().next_due == at(12)
    subscriptions.send_now(made)
    subscriptions.delete(made)
    clock.move_to(at(12, 10))
    assert mailing.work() == {}
    assert mail.outbox == []
    assert ReportMail.objects.get().state == "failed"


def test_one_that_is_deleted_while_it_is_made_is_not_sent(wish, clock, monkeypatch):
    made = wish()
    make = mailing.message_for

    def meanwhile(row):
        subscriptions.delete(made)
        return make(row)

    monkeypatch.setattr(mailing, "message_for", meanwhile)
    clock.move_to(at(10))
    assert mailing.work() == {"planned": 1, "called_off": 1}
    assert mail.outbox == []


def test_one_beside_the_rhythm_asked_for_twice_is_one(wish):
    made = wish()
    assert subscriptions.send_now(made) == subscriptions.send_now(made)
    assert mailing.work() == {"sent": 1}
    assert Subscription.objects.get().next_due == made.next_due


def test_a_server_that_is_away_is_tried_again_and_then_no_more(wish, clock, server):
    wish()
    clock.move_to(at(10))
    server.refuses_connection = ConnectionRefusedError("no")
    assert mailing.work() == {"planned": 1, "retried": 1}
    assert mailing.work() == {}
    for wait in (5, 10, 20):
        clock.shift(timedelta(minutes=wait))
        assert mailing.work() == {"retried": 1}
    clock.shift(timedelta(minutes=40))
    assert mailing.work() == {"failed": 1}
    row = ReportMail.objects.get()
    assert (row.state, row.tries) == ("failed", mailing.MOST_TRIES)
    assert row.detail
    assert mail.outbox == []


def test_what_is_deleted_while_it_is_being_sent_is_not_tried_again(wish, clock, server):
    subscription = wish()
    clock.move_to(at(10))

    class DeletingError(ConnectionRefusedError):
        def __init__(self) -> None:
            subscriptions.delete(subscription)

    server.refuses_connection = DeletingError
    assert mailing.work() == {"planned": 1, "failed": 1}
    clock.shift(timedelta(minutes=5))
    assert mailing.work() == {}


def test_it_goes_out_when_the_server_is_back(wish, clock, server):
    wish()
    clock.move_to(at(10))
    server.refuses_connection = ConnectionRefusedError("no")
    mailing.work()
    server.refuses_connection = None
    clock.shift(timedelta(minutes=5))
    assert mailing.work() == {"sent": 1}
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPDataError(554, b"no"), "failed"),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no")}), "failed"),
        (smtplib.SMTPServerDisconnected("gone"), "unknown"),
        (TimeoutError(), "unknown"),
        (smtplib.SMTPDataError(451, b"later"), "pending"),
    ],
)
def test_how_a_broken_off_try_ends(wish, clock, server, error, state):
    wish()
    clock.move_to(at(10))
    server.breaks_off = error
    mailing.work()
    assert ReportMail.objects.get().state == state
    server.breaks_off = None
    clock.shift(timedelta(minutes=6))
    mailing.work()
    # What nobody knows of is not sent a second time.
    assert len(mail.outbox) == (state == "pending")


def test_a_report_that_cannot_be_made_stops_no_other(wish, reader, clock, monkeypatch, figures):
    broken, sound = wish(by="day"), wish(reader("650000"))
    render = mailing.exports.render

    def fail(report, kind):
        if report.by == "day":
            raise RuntimeError("no")
        return render(report, kind)

    monkeypatch.setattr(mailing.exports, "render", fail)
    clock.move_to(at(10))
    assert mailing.work() == {"planned": 2, "retried": 1, "sent": 1}
    assert ReportMail.objects.get(subscription=sound).state == "sent"
    waiting = ReportMail.objects.get(subscription=broken)
    assert (waiting.state, waiting.tries) == ("pending", 1)


def test_what_is_too_large_is_fetched_through_the_link(wish, clock, monkeypatch, figures):
    monkeypatch.setattr(mailing, "MOST_ATTACHED", 10)
    wish()
    clock.move_to(at(10))
    mailing.work()
    [letter] = mail.outbox
    assert letter.attachments == []
    assert "请从看板下载" in letter.body


def test_another_tick_that_has_it_in_hand_is_left_alone(wish, clock):
    wish()
    clock.move_to(at(10))
    subscriptions.plan_due(at(10))
    row, as_another_has_it = ReportMail.objects.get(), ReportMail.objects.get()
    assert mailing._take(row, at(10))
    assert not mailing._take(as_another_has_it, at(10))
    assert mailing.work() == {}
    # Killed while it worked the figures out: nothing was sent, so it is done again.
    clock.shift(mailing.LEASE)
    assert mailing.work() == {"sent": 1}


def test_what_a_dead_tick_was_sending_is_unknown_and_not_sent_again(wish, clock):
    wish()
    clock.move_to(at(10))
    subscriptions.plan_due(at(10))
    ReportMail.objects.update(state="sending", started_at=at(10))
    assert mailing.work() == {}
    clock.shift(mailing.LEASE + timedelta(minutes=1))
    assert mailing.work() == {"unknown": 1}
    assert mail.outbox == []


def test_the_tick_does_it(wish, clock, monkeypatch):
    monkeypatch.setattr(cron.engine, "tick", lambda **_: cron.engine.TickResult())
    wish()
    clock.move_to(at(10))
    report = cron.tick()
    assert report.errors == {}
    assert report.results["reports"] == {"planned": 1, "sent": 1}


class TestScreens:
    ADDRESS = "/admin/report-mails/"

    def test_the_dashboards_address_becomes_a_subscription(self, client, reader, figures):
        user = reader()
        client.force_login(user)
        dashboard = client.get("/admin/dashboard/?campaign=315-2026&channel=wechat")
        address = "/admin/report-mails/new/?campaign=315-2026&amp;channel=wechat"
        assert address in dashboard.text
        address = address.replace("&amp;", "&")
        page = client.get(address)
        assert "官微" in page.context["narrowed"]
        told = {"rhythm": "weekly", "by": "day", "format": "json"}
        assert client.post(address, told).url == self.ADDRESS
        made = Subscription.objects.get()
        assert made.query == "campaign=315-2026&channel=wechat"
        assert (made.user, made.by, made.format, made.next_due) == (user, "day", "json", at(16))
        assert "每周一" in client.get(self.ADDRESS).text

    @pytest.mark.parametrize("field", ["rhythm", "by", "format"])
    def test_bad_input_is_named(self, client, reader, edition, field):
        client.force_login(reader())
        told = {"rhythm": "daily", "by": "day", "format": "json", field: "x"}
        page = client.post(f"{self.ADDRESS}new/?campaign=315-2026", told)
        assert list(page.context["form"].errors) == [field]
        assert not Subscription.objects.exists()

    @pytest.mark.parametrize(
        ("query", "rhythm", "words"),
        [("campaign=everyday", "edition_end", "没有尚未结束的活动")],
    )
    def test_an_end_that_never_comes_is_refused(self, client, reader, query, rhythm, words):
        client.force_login(reader())
        told = {"rhythm": rhythm, "by": "day", "format": "json"}
        assert words in client.post(f"{self.ADDRESS}new/?{query}", told).text

    def test_without_an_address_it_says_where_to_enter_one(self, client, person, edition):
        client.force_login(person(Role.MANAGER, "000000"))
        told = {"rhythm": "daily", "by": "day", "format": "json"}
        page = client.post(f"{self.ADDRESS}new/?campaign=315-2026", told)
        assert reverse("wagtailadmin_account") in page.text
        assert not Subscription.objects.exists()

    def test_so_many_and_no_more(self, client, reader, wish, monkeypatch):
        monkeypatch.setattr(subscriptions, "MOST_A_PERSON", 1)
        user = reader()
        wish(user)
        client.force_login(user)
        told = {"rhythm": "daily", "by": "day", "format": "json"}
        assert client.post(f"{self.ADDRESS}new/?campaign=315-2026", told).status_code == 200
        assert Subscription.objects.count() == 1

    def test_paused_resumed_sent_and_deleted(self, client, reader, wish):
        user = reader()
        made = wish(user)
        client.force_login(user)

        def act(name):
            return client.post(f"{self.ADDRESS}{made.pk}/{name}/").status_code

        assert act("pause") == 302
        assert Subscription.objects.get().paused_at
        assert act("resume") == 302
        assert Subscription.objects.get().paused_at is None
        assert act("send") == 302
        assert ReportMail.objects.get().state == "pending"
        assert act("explode") == 404
        assert client.get(f"{self.ADDRESS}{made.pk}/pause/").status_code == 405
        assert act("delete") == 302
        assert act("pause") == 404
        assert client.get(self.ADDRESS).context["rows"] == []

    def test_others_subscriptions_are_not_there(self, client, reader, wish):
        made = wish(reader("650000"))
        client.force_login(reader())
        for name in ("pause", "delete", "send"):
            assert client.post(f"{self.ADDRESS}{made.pk}/{name}/").status_code == 404
        assert client.get(self.ADDRESS).context["rows"] == []

    def test_the_list_says_what_became_of_each(self, client, reader, wish):
        user = reader()
        made = wish(user)
        client.force_login(user)
        for n, state in enumerate(ReportMail.State.values):
            ReportMail.objects.create(
                subscription=made, due_at=at(1 + n), try_at=at(1 + n), state=state, tries=1
            )
        page = client.get(self.ADDRESS).text
        for word in ("待发送", "发送中", "已发送", "失败", "不确定是否已发出"):
            assert word in page
        with CaptureQueriesContext(connection) as few:
            client.get(self.ADDRESS)
        for n in range(20):
            ReportMail.objects.create(
                subscription=made, due_at=at(1 + n, 5), try_at=at(1), state="sent"
            )
            wish(user) if n < 5 else None
        with CaptureQueriesContext(connection) as many:
            client.get(self.ADDRESS)
        assert len(many) == len(few)
