"""Partner media: package, feed, links and mail; nothing goes out twice, nothing goes unseen."""

import io
import smtplib
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from campaigns.channels.adapters import Outcome, Trace
from campaigns.channels.adapters import partner as partner_adapter
from campaigns.channels.adapters.partner import PartnerAdapter
from campaigns.channels.partner import items, mailing
from campaigns.channels.partner.models import PackageLink, PartnerItem, PartnerMail, PartnerSetup
from campaigns.regions.roles import Role
from tests.factories import make_case

ADAPTER = PartnerAdapter()
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def asked(delivery, tree):
    made = delivery(account="partner:650000")
    return replace(made, ends_at=made.scheduled_at + timedelta(days=5))


@pytest.fixture
def mailed(asked):
    """The same, to a partner that wants mail."""
    PartnerSetup.objects.create(account=asked.account, mail_to="a@media.invalid\nb@media.invalid")
    return asked


@pytest.fixture
def campaign_administrator(person):
    return person(Role.CAMPAIGN_ADMINISTRATOR, "650000")


class KilledError(BaseException):
    pass


class FakeServer(EmailBackend):
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
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.FakeServer"
    monkeypatch.setattr("campaigns.channels.mail.get_connection", FakeServer)
    yield FakeServer
    FakeServer.refuses_connection = FakeServer.breaks_off = None


def entries(content: bytes) -> list[str]:
    feed = ET.fromstring(content)
    return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]


# --- Sending --------------------------------------------------------------------------------------


def test_without_mail_the_package_is_ready(asked):
    assert [remark.code for remark in ADAPTER.preflight(asked)] == ["partner.no_way"]
    assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND
    assert [ADAPTER.send(asked).outcome for _try in range(3)] == [Outcome.SENT] * 3
    item = PartnerItem.objects.get()
    assert item.sent_at
    assert ADAPTER.reconcile(asked).trace == Trace.FOUND
    with zipfile.ZipFile(settings.PRIVATE_DIR / item.package) as archive:
        assert "return-form.xlsx" in archive.namelist()
    assert mail.outbox == []


def test_it_is_mailed_once(mailed):
    assert ADAPTER.preflight(mailed) == []
    assert [ADAPTER.send(mailed).outcome for _try in range(3)] == [Outcome.SENT] * 3
    [letter] = mail.outbox
    assert letter.to == ["a@media.invalid", "b@media.invalid"]
    assert "退保骗局" in letter.subject
    assert letter.extra_headers["Message-ID"].startswith(f"<{mailed.key}@")
    [(name, content, kind)] = letter.attachments
    assert (name, kind) == ("case-1.zip", "application/zip")
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert PartnerMail.objects.get().outcome == "accepted"


def test_a_large_package_goes_as_a_link(mailed, monkeypatch):
    monkeypatch.setattr(mailing, "MOST_ATTACHED", 10)
    ADAPTER.send(mailed)
    [letter] = mail.outbox
    assert letter.attachments == []
    assert items.address_of(PackageLink.objects.get()) in letter.body


@pytest.mark.parametrize(
    ("place", "error", "ends"),
    [
        ("refuses_connection", ConnectionRefusedError(111, "x"), ("temporary", "not_found")),
        (
            "refuses_connection",
            smtplib.SMTPAuthenticationError(535, b"x"),
            ("temporary", "not_found"),
        ),
        ("breaks_off", smtplib.SMTPDataError(451, b"later"), ("temporary", "not_found")),
        ("breaks_off", smtplib.SMTPDataError(554, b"no"), ("failed", "not_found")),
        ("breaks_off", smtplib.SMTPRecipientsRefused({"a": (550, b"x")}), ("failed", "not_found")),
        ("breaks_off", smtplib.SMTPServerDisconnected("gone"), ("unknown", "cannot_tell")),
        ("breaks_off", TimeoutError(), ("unknown", "cannot_tell")),
        ("breaks_off", ValueError("anything"), ("unknown", "cannot_tell")),
    ],
)
def test_what_the_mail_server_may_do(mailed, server, place, error, ends):
    setattr(server, place, error)
    assert (ADAPTER.send(mailed).outcome, ADAPTER.reconcile(mailed).trace) == ends
    assert PartnerItem.objects.get().sent_at is None
    assert PartnerMail.objects.count() == 1


def test_after_a_temporary_failure_it_goes_out(mailed, server):
    server.refuses_connection = ConnectionRefusedError()
    assert ADAPTER.send(mailed).outcome == Outcome.TEMPORARY
    server.refuses_connection = None
    assert ADAPTER.send(mailed).outcome == Outcome.SENT
    assert len(mail.outbox) == 1
    assert [row.outcome for row in PartnerMail.objects.all()] == ["not_sent", "accepted"]


def test_a_push_that_was_moved_has_a_new_embargo(mailed, server):
    server.refuses_connection = ConnectionRefusedError()
    ADAPTER.send(mailed)
    server.refuses_connection = None
    later = replace(mailed, scheduled_at=mailed.scheduled_at + timedelta(days=1))
    assert ADAPTER.send(later).outcome == Outcome.SENT
    assert PartnerItem.objects.get().embargo_until == later.scheduled_at


def test_killed_between_package_and_mail_it_is_mailed_once(mailed, monkeypatch):
    def die(*args):
        raise KilledError

    monkeypatch.setattr(partner_adapter.mailing, "send", die)
    with pytest.raises(KilledError):
        ADAPTER.send(mailed)
    monkeypatch.undo()
    before = PartnerItem.objects.get().sha256
    assert ADAPTER.reconcile(mailed).trace == Trace.NOT_FOUND
    assert ADAPTER.send(mailed).outcome == Outcome.SENT
    assert (len(mail.outbox), PartnerItem.objects.get().sha256) == (1, before)


def test_killed_before_the_row_the_same_package_is_made_again(mailed, monkeypatch):
    made = []

    def die(delivery, package, content):
        made.append(content)
        raise KilledError

    monkeypatch.setattr(partner_adapter.items, "keep", die)
    with pytest.raises(KilledError):
        ADAPTER.send(mailed)
    monkeypatch.undo()
    assert ADAPTER.reconcile(mailed).trace == Trace.NOT_FOUND
    ADAPTER.send(mailed)
    assert (settings.PRIVATE_DIR / PartnerItem.objects.get().package).read_bytes() == made[0]


def test_killed_while_mailing_nobody_sends_again_until_a_person_decides(
    mailed, server, campaign_administrator
):
    server.breaks_off = KilledError()
    with pytest.raises(KilledError):
        ADAPTER.send(mailed)
    server.breaks_off = None
    assert PartnerMail.objects.get().outcome == "started"
    assert ADAPTER.reconcile(mailed).trace == Trace.CANNOT_TELL
    assert ADAPTER.send(mailed).outcome == Outcome.UNKNOWN
    assert mail.outbox == []
    broken = PartnerMail.objects.get()
    assert mailing.settle(broken, campaign_administrator, arrived=False)
    assert not mailing.settle(broken, campaign_administrator, arrived=True)
    assert ADAPTER.reconcile(mailed).trace == Trace.NOT_FOUND
    assert ADAPTER.send(mailed).outcome == Outcome.SENT
    assert len(mail.outbox) == 1


def test_a_mail_that_arrived_counts_as_sent(mailed, server, campaign_administrator):
    server.breaks_off = TimeoutError()
    ADAPTER.send(mailed)
    mailing.settle(PartnerMail.objects.get(), campaign_administrator, arrived=True)
    assert ADAPTER.reconcile(mailed).trace == Trace.FOUND
    assert PartnerItem.objects.get().sent_at
    assert mail.outbox == []


# --- The feed -------------------------------------------------------------------------------------


def test_the_feed_is_valid_and_whole(client, asked, delivery):
    address = items.new_feed_address(asked.account)
    ADAPTER.send(asked)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    feed = ET.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == address
    assert address.rpartition("/")[2] not in feed.findtext(f"{ATOM}id")
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{asked.key}"
    assert entry.findtext(f"{ATOM}title") == "退保骗局"
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-Hans"
    assert "李某接到电话" in entry.findtext(f"{ATOM}content")
    assert entry.findtext(f"{ATOM}updated")


def test_characters_that_xml_cannot_hold_do_no_harm(client, delivery, tree):
    page = make_case("odd", title="甲\x0b乙 <b>&", summary="a\x08b")
    asked = delivery(page, account="partner:650000")
    address = items.new_feed_address(asked.account)
    ADAPTER.send(asked)
    assert entries(client.get(address).content) == ["甲乙 <b>&"]


def test_entries_appear_when_sent_and_their_embargo_is_past(client, mailed, server):
    address = items.new_feed_address(mailed.account)
    PartnerSetup.objects.update(embargo_minutes=60)
    server.breaks_off = TimeoutError()
    ADAPTER.send(mailed)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert entries(client.get(address).content) == []  # not sent
    PartnerMail.objects.update(outcome="not_sent")
    server.breaks_off = None
    ADAPTER.send(mailed)
    assert entries(client.get(address).content) == []  # embargo
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert entries(client.get(address).content) == ["退保骗局"]
        mailed.page.unpublish()
        assert entries(client.get(address).content) == []


def test_only_the_own_pieces_stand_in_a_feed(client, asked, delivery):
    other = delivery(make_case("other", title="别家"), account="partner:430000")
    ADAPTER.send(asked)
    ADAPTER.send(other)
    assert entries(client.get(items.new_feed_address(other.account)).content) == ["别家"]


def test_the_address_is_secret_and_can_be_changed(client, asked):
    first = items.new_feed_address(asked.account)
    assert first.rpartition("/")[2].removesuffix(".atom") not in str(
        PartnerSetup.objects.values().get()
    )
    second = items.new_feed_address(asked.account)
    assert [client.get(address).status_code for address in (first, second)] == [404, 200]
    items.close_feed(asked.account)
    assert client.get(second).status_code == 404
    for token in ("", "x", "%00", "a" * 500):
        assert client.get(f"/partner/feed/{token}.atom").status_code == 404


def test_a_piece_closed_to_the_public_leaves_feed_and_links(client, asked):
    address = items.new_feed_address(asked.account)
    ADAPTER.send(asked)
    link = items.address_of(items.new_link(PartnerItem.objects.get(), by=None))
    assert client.get(link).status_code == 200
    closed = PageViewRestriction.objects.create(
        page=asked.page.get_parent(), restriction_type=PageViewRestriction.LOGIN
    )
    assert entries(client.get(address).content) == []
    assert client.get(link).status_code == 404
    closed.delete()
    assert client.get(link).status_code == 200
    asked.page.unpublish()
    assert client.get(link).status_code == 404


def test_secret_addresses_never_stand_in_a_log(client, asked, caplog):
    address = items.new_feed_address(asked.account)
    ADAPTER.send(asked)
    link = items.new_link(PartnerItem.objects.get(), by=None)
    items.close_feed(asked.account)
    items.close_link(link)
    for secret in (address, items.address_of(link)):
        assert client.get(secret).status_code == 404
        assert secret.rpartition("/")[2] not in caplog.text
    assert "/partner/feed/***" in caplog.text


def test_an_inactive_account_has_no_feed(client, asked):
    address = items.new_feed_address(asked.account)
    asked.account.is_active = False
    asked.account.save()
    assert client.get(address).status_code == 404


def test_what_has_not_changed_is_not_sent_again(client, asked):
    address = items.new_feed_address(asked.account)
    for _state in ("empty", "with an entry"):
        etag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
        ADAPTER.send(asked)
    assert client.get(address)["ETag"] != ""


# --- Links ----------------------------------------------------------------------------------------


def test_a_link_opens_until_it_ends(client, asked):
    ADAPTER.send(asked)
    link = items.new_link(PartnerItem.objects.get(), by=None, days=3)
    address = items.address_of(link)
    answer = client.get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="case-1.zip"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None
    client.head(address)
    assert PackageLink.objects.get().downloads == 1
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert client.get(address).status_code == 404
    items.close_link(link)
    assert client.get(address).status_code == 404
    assert PackageLink.objects.get().downloads == 1


def test_a_changed_link_opens_nothing(client, asked):
    ADAPTER.send(asked)
    good = items.address_of(items.new_link(PartnerItem.objects.get(), by=None))
    other = items.new_link(PartnerItem.objects.get(), by=None)
    number, sign = good.rpartition("/")[2].split(":")
    for signed in (f"{other.pk}:{sign}", f"{number}:{sign[:-1]}x", number, "x", "9" * 30):
        assert client.get(f"/partner/package/{signed}").status_code == 404


def test_taking_back_empties_the_feed_and_closes_links(client, asked):
    address = items.new_feed_address(asked.account)
    ADAPTER.send(asked)
    link = items.address_of(items.new_link(PartnerItem.objects.get(), by=None))
    assert ADAPTER.withdraw(asked).outcome == Outcome.SENT
    assert entries(client.get(address).content) == []
    assert client.get(link).status_code == 404
    assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND


# --- Screens --------------------------------------------------------------------------------------


def test_the_screen_of_a_partner(client, mailed, server, campaign_administrator):
    server.breaks_off = TimeoutError()
    ADAPTER.send(mailed)
    client.force_login(campaign_administrator)
    screen = reverse("campaigns_admin:partner", args=[mailed.account.pk])
    renew = reverse("campaigns_admin:partner_feed_address", args=[mailed.account.pk])
    shown = client.post(renew, {"do": "renew"})
    address = shown.context["new_address"]
    assert address in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert address not in client.get(screen).content.decode()
    item = PartnerItem.objects.get()
    client.post(reverse("campaigns_admin:partner_link", args=[item.pk]))
    link = PackageLink.objects.get()
    assert items.address_of(link) in client.get(screen).content.decode()
    client.post(reverse("campaigns_admin:partner_close", args=[link.pk]))
    assert items.address_of(link) not in client.get(screen).content.decode()
    settle = reverse("campaigns_admin:partner_mail", args=[item.mails.get().pk])
    assert settle in client.get(screen).content.decode()
    client.post(settle, {"arrived": "maybe"})
    assert item.mails.get().is_open
    client.post(settle, {"arrived": "yes"})
    assert item.mails.get().settled_by == campaign_administrator
    client.post(renew, {"do": "close"})
    assert client.get(address).status_code == 404


def test_a_wrong_mail_address_is_named(client, asked, campaign_administrator):
    client.force_login(campaign_administrator)
    address = reverse("campaigns_admin:partner_setup", args=[asked.account.pk])
    answer = client.post(address, {"mail_to": "a@media.invalid\nnobody", "embargo_minutes": "5"})
    assert "nobody" in str(answer.context["form"].errors["mail_to"])
    answer = client.post(address, {"mail_to": "a@media.invalid", "embargo_minutes": "5"})
    assert answer.status_code == 302
    assert items.setup_of(asked.account).recipients() == ["a@media.invalid"]


def test_who_only_looks_sees_no_addresses(client, asked, person):
    ADAPTER.send(asked)
    link = items.new_link(PartnerItem.objects.get(), by=None)
    client.force_login(person(Role.MANAGER, "650000"))
    page = client.get(reverse("campaigns_admin:partner", args=[asked.account.pk])).content.decode()
    assert items.address_of(link) not in page
    assert "<form" not in page.partition("field-detail")[2]
