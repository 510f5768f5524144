"""Checked, consented to, approved; late after all; and what is too late."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from campaigns.channels.adapters import Remark
from campaigns.pushes import engine
from campaigns.pushes.approval import approve, check, send_now, withdraw_approval
from campaigns.pushes.models import Push, PushConsent
from campaigns.pushes.planning import retime
from campaigns.pushes.states import State
from campaigns.reach.models import TrackedLink
from campaigns.regions.roles import Role
from tests.campaigns.pushes.conftest import NOON
from tests.factories import AccountFactory, make_case


@pytest.fixture
def approver(person):
    return person(Role.CAMPAIGN_ADMINISTRATOR)


def warn(channel, code: str = "fake.warning") -> None:
    channel.preflight = lambda _delivery: [Remark(code, "is this meant?", is_error=False)]


def test_what_is_only_planned_or_checked_does_not_go_out(plan_at, channel, approver):
    push = plan_at(0)
    assert engine.tick().due == 0
    check(push, approver)
    assert push.state == State.READY
    assert engine.tick().due == 0
    approve(push, approver)
    assert engine.tick().sent == 1
    changes = push.transitions.values_list("to_state", "by__username")
    name = approver.username
    assert list(changes) == [
        ("planned", None), ("ready", name), ("approved", name), ("sending", None), ("sent", None),
    ]  # fmt: skip


def test_an_error_keeps_it_planned_and_is_kept_to_be_read(plan_at, channel, approver):
    push = plan_at(5)
    channel.problems = ["title too long"]
    assert [remark.text for remark in check(push, approver).errors] == ["title too long"]
    push.refresh_from_db()
    assert (push.state, push.remarks[0]["text"]) == (State.PLANNED, "title too long")
    with pytest.raises(ValidationError):
        approve(push, approver)


def test_what_was_ready_and_no_longer_is_goes_back(plan_at, channel, approver):
    push = plan_at(5)
    check(push, approver)
    channel.problems = ["title too long"]
    check(push, approver)
    assert push.state == State.PLANNED
    assert "title too long" in push.transitions.last().reason


def test_a_warning_needs_a_name(plan_at, channel, approver, clock):
    push = plan_at(5)
    warn(channel)
    with pytest.raises(ValidationError):
        approve(push, approver)
    assert push.state == State.READY
    approve(push, approver, consent=["fake.warning"], reason="it is meant")
    consent = PushConsent.objects.get()
    assert (consent.by, consent.code, consent.text) == (approver, "fake.warning", "is this meant?")
    clock.shift(timedelta(minutes=5))
    assert engine.tick().sent == 1


def test_a_new_warning_at_sending_stops_it(approve_at, channel):
    push = approve_at(0)
    warn(channel)
    assert engine.tick().failed == 1
    assert "is this meant?" in push.transitions.last().reason
    assert channel.sends == []


def test_a_consent_speaks_for_its_time_only(plan_at, channel, approver, clock):
    push = plan_at(5)
    warn(channel)
    approve(push, approver, consent=["fake.warning"])
    retime(push, NOON + timedelta(minutes=10), approver)
    assert push.state == State.PLANNED
    with pytest.raises(ValidationError):
        approve(push, approver)


def test_approval_can_be_taken_back(approve_at, channel, approver):
    push = approve_at(0)
    with pytest.raises(ValidationError):
        withdraw_approval(push, approver, " ")
    withdraw_approval(push, approver, "wrong picture")
    assert engine.tick().due == 0


def test_whoever_may_not_approve_leaves_no_trace(plan_at, channel, person):
    push = plan_at(5)
    warn(channel)
    with pytest.raises(ValidationError):
        approve(push, person(Role.REGIONAL_COORDINATOR), consent=["fake.warning"])
    assert not PushConsent.objects.exists()
    assert Push.objects.get().state == State.PLANNED


def test_another_regions_push_is_not_approved(plan_at, channel, person):
    push = plan_at(5, account=AccountFactory(code="wechat:430000"))
    with pytest.raises(ValidationError):
        approve(push, person(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
    assert Push.objects.get().state == State.PLANNED


def test_what_nobody_approved_in_time_is_missed(plan_at, channel, account, clock):
    push = plan_at(0)
    clock.shift(timedelta(minutes=account.tolerance_minutes, seconds=1))
    assert engine.tick().missed == 1
    push.refresh_from_db()
    assert push.state == State.MISSED
    assert push.transitions.last().reason


class TestSendNow:
    @pytest.mark.parametrize("state", [State.FAILED, State.MISSED])
    def test_what_did_not_go_out_is_tried_again(self, plan_at, channel, approver, clock, state):
        push = plan_at(0)
        Push.objects.update(state=state, tries=5)
        push.refresh_from_db()
        clock.shift(timedelta(hours=4))
        send_now(push, approver, "the account is back")
        assert engine.tick().sent == 1
        change = push.transitions.get(to_state="approved")
        assert (change.by, change.reason) == (approver, "the account is back")

    def test_needs_a_reason_and_a_clean_check(self, plan_at, channel, approver):
        push = plan_at(0)
        Push.objects.update(state=State.FAILED)
        push.refresh_from_db()
        with pytest.raises(ValidationError):
            send_now(push, approver, "")
        channel.problems = ["title too long"]
        with pytest.raises(ValidationError):
            send_now(push, approver, "try again")
        assert Push.objects.get().state == State.FAILED

    @pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.CANCELLED])
    def test_what_went_out_or_may_have_is_not_sent_again(self, plan_at, approver, state):
        push = plan_at(0)
        Push.objects.update(state=state)
        push.refresh_from_db()
        with pytest.raises(ValidationError):
            send_now(push, approver, "again")


class TestShortLinks:
    def test_a_push_has_one_that_counts_for_its_account(self, plan_at, approver, settings):
        from campaigns.pushes.deliveries import delivery_of

        push = plan_at(5)
        link = TrackedLink.objects.get()
        assert (link.page_id, link.edition, link.account) == (
            push.page_id, push.edition, push.account,
        )  # fmt: skip
        assert (link.region, link.channel) == (push.account.region, push.account.channel)
        assert delivery_of(push).tracked_link == f"{settings.SITE_URL}/q/{link.code}"
        plan_at(5)
        approve(push, approver)
        assert TrackedLink.objects.count() == 1

    def test_the_website_has_none(self, plan_at, website):
        from campaigns.pushes.deliveries import delivery_of

        delivery = delivery_of(plan_at(5, account=website))
        assert not TrackedLink.objects.exists()
        assert delivery.tracked_link == delivery.link

    def test_one_that_was_deleted_is_made_anew_at_approval(self, plan_at, approver):
        push = plan_at(5)
        TrackedLink.objects.get().delete()
        push.refresh_from_db()
        approve(push, approver)
        assert Push.objects.get().link == TrackedLink.objects.get()


def test_an_unpublished_piece_is_a_warning_as_long_as_there_is_time(plan_at, channel, clock):
    push = plan_at(5, page=make_case("draft", live=False))
    checked = check(push)
    assert [remark.code for remark in checked.open_warnings] == ["piece.not_live_yet"]
    approve(push, None, consent=["piece.not_live_yet"])
    clock.shift(timedelta(minutes=5))
    assert engine.tick().failed == 1
