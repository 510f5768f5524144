"""A place on the home page: taken once, shown from its beginning to its end."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models.signals import post_save
from django.utils import timezone

from campaigns.channels.adapters import ADAPTERS, Outcome, Trace, adapter_of
from campaigns.channels.adapters.website import WebsiteAdapter
from campaigns.channels.models import ChannelAccount, Placement
from content.hooks import featured_pieces
from tests.factories import make_case, section

ADAPTER = WebsiteAdapter()


@pytest.fixture
def placed(delivery):
    return delivery(account="website:000000")


def test_every_adapter_exists_but_those_that_are_to_come():
    to_come = {ChannelAccount.Adapter.WECHAT, ChannelAccount.Adapter.JPUSH}
    assert set(ADAPTERS) | to_come == set(ChannelAccount.Adapter)


def test_the_account_names_its_adapter(placed):
    assert adapter_of(placed.account) is ADAPTERS["website"]


def test_a_place_is_taken_once_however_often_it_is_asked_for(placed):
    assert [ADAPTER.send(placed).outcome for _try in range(3)] == [Outcome.SENT] * 3
    assert Placement.objects.get().key == placed.key


def test_the_database_holds_no_key_twice(placed):
    ADAPTER.send(placed)
    row = Placement.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_reconcile(placed):
    assert ADAPTER.reconcile(placed).trace == Trace.NOT_FOUND
    ADAPTER.send(placed)
    assert ADAPTER.reconcile(placed).trace == Trace.FOUND


@pytest.mark.parametrize(
    ("begins", "ends", "shown"),
    [(-60, 60, True), (60, 120, False), (-120, -60, False), (-60, 0, False)],
)
def test_the_piece_is_featured_from_beginning_to_end(placed, begins, ends, shown):
    now = timezone.now()
    span = {
        "starts_at": now + timedelta(minutes=begins), "ends_at": now + timedelta(minutes=ends),
    }  # fmt: skip
    ADAPTER.send(replace(placed, **span))
    assert [piece.page.code for piece in featured_pieces("zh-hans")] == ["case-1"] * shown
    assert featured_pieces("kk-arab") == []


def test_a_place_whose_time_is_over_is_objected_to(placed):
    past = timezone.now() - timedelta(minutes=1)
    assert ADAPTER.preflight(placed) == []
    assert ADAPTER.preflight(replace(placed, starts_at=past - timedelta(hours=1), ends_at=past))
    assert ADAPTER.preflight(replace(placed, ends_at=placed.starts_at))


def test_taking_back_gives_the_place_up(placed):
    ADAPTER.send(placed)
    assert ADAPTER.withdraw(placed).outcome == Outcome.SENT
    assert featured_pieces("zh-hans") == []
    # That it was taken stays written down.
    assert ADAPTER.reconcile(placed).trace == Trace.FOUND
    assert ADAPTER.withdraw(placed).outcome == Outcome.SENT


def test_the_piece_has_its_place_on_its_own_shelf_too(client, placed):
    ADAPTER.send(placed)
    mark = 'class="campaign"'
    assert mark in client.get("/zh-hans/").content.decode()
    assert mark in client.get(section("cases").url).content.decode()
    assert mark not in client.get(section("knowledge").url).content.decode()


def test_a_draft_goes_live_only_by_what_a_reviewer_approved(delivery, tree):
    now = timezone.now()
    page = make_case("later", live=False)
    page.go_live_at = now + timedelta(minutes=30)
    revision = page.save_revision()
    asked = replace(
        delivery(page, account="website:000000"),
        starts_at=now + timedelta(minutes=30), ends_at=now + timedelta(minutes=90),
    )  # fmt: skip
    assert [remark.code for remark in ADAPTER.preflight(asked)] == ["website.not_live"]
    revision.publish()  # what an approval does: it is scheduled
    page.refresh_from_db()
    asked = replace(asked, page=page)
    assert ADAPTER.preflight(asked) == []
    early = replace(asked, starts_at=now + timedelta(minutes=29))
    assert [remark.code for remark in ADAPTER.preflight(early)] == ["website.not_live"]
    # A later draft that nobody approved is not what goes live.
    page.title = "未审"
    page.save_revision()
    with time_machine.travel(now + timedelta(minutes=31)):
        call_command("publish_scheduled", verbosity=0)
        page.refresh_from_db()
        assert (page.live, page.title) == (True, "退保骗局")


def test_a_piece_that_comes_down_too_early_is_remarked(placed):
    placed.page.expire_at = placed.ends_at - timedelta(minutes=1)
    assert [(remark.code, remark.is_error) for remark in ADAPTER.preflight(placed)] == [
        ("website.comes_down", False)
    ]


def test_taking_and_giving_up_a_place_is_told_to_the_page_cache(placed):
    """A cached home page must not go on showing what was there before."""
    told = []

    def hear(sender, instance, **_kwargs):
        told.append(instance.key)

    post_save.connect(hear, sender=Placement)
    try:
        ADAPTER.send_all([placed])
        ADAPTER.send_all([placed])
        assert told == [placed.key]
        ADAPTER.withdraw(replace(placed))
    finally:
        post_save.disconnect(hear, sender=Placement)
    assert told == [placed.key] * (2 if placed.ends_at > timezone.now() else 1)
