"""What failed for a time is tried again, less and less often, and then given up."""

from datetime import timedelta

from django.utils import timezone

from campaigns.channels.adapters import Outcome, Receipt
from campaigns.pushes import engine
from campaigns.pushes.models import Push
from campaigns.pushes.states import State
from tests.campaigns.pushes.conftest import outcomes


def test_a_temporary_failure_is_tried_again_with_growing_waits_and_then_given_up(
    approve_at, channel, clock
):
    channel.answers["case-1"] = Receipt(Outcome.TEMPORARY, "busy")
    push = approve_at(0)
    tried_at = []
    for minute in range(40):
        if engine.tick().due:
            tried_at.append(minute)
        clock.shift(timedelta(minutes=1))
    push.refresh_from_db()
    assert tried_at == [0, 1, 3, 6, 12]
    assert push.state == State.FAILED
    assert outcomes(push) == ["retry"] * 4 + ["failed"]
    assert len(set(channel.sends)) == 1


def test_a_temporary_failure_that_passes_ends_as_sent(approve_at, channel, clock):
    channel.answers["case-1"] = Receipt(Outcome.TEMPORARY, "busy")
    push = approve_at(0)
    assert engine.tick().retried == 1
    assert engine.tick().due == 0
    channel.answers.clear()
    clock.shift(timedelta(minutes=1))
    assert engine.tick().sent == 1
    assert outcomes(push) == ["retry", "sent"]


def test_a_push_that_always_breaks_off_ends_as_failed(approve_at, channel, clock):
    channel.answers["case-1"] = RuntimeError("boom")
    push = approve_at(0)
    for _minute in range(10):
        engine.tick()
        clock.shift(timedelta(minutes=1))
    push.refresh_from_db()
    assert push.state == State.FAILED
    assert len(channel.sends) == 5


def test_the_channels_own_wait_is_honoured(approve_at, channel, clock):
    channel.answers["case-1"] = Receipt(Outcome.TEMPORARY, "busy", retry_after=600)
    push = approve_at(0)
    engine.tick()
    push.refresh_from_db()
    assert push.try_at - timezone.now() >= timedelta(seconds=599)


def test_an_absurd_wait_is_not(approve_at, channel, clock):
    channel.answers["case-1"] = Receipt(Outcome.TEMPORARY, "busy", retry_after=10**15)
    push = approve_at(0)
    engine.tick()
    push.refresh_from_db()
    assert push.state == State.APPROVED
    assert push.try_at - timezone.now() <= timedelta(hours=6)


def test_what_failed_together_does_not_come_back_together(approve_at, channel, monkeypatch):
    monkeypatch.setattr("campaigns.pushes.run.JITTER", 0.2)
    channel.answers["case-1"] = Receipt(Outcome.TEMPORARY, "busy")
    for minute in range(4):
        approve_at(-minute)
    engine.tick()
    waits = set(Push.objects.values_list("try_at", flat=True))
    assert len(waits) == 4
    assert all(timedelta(seconds=44) < at - timezone.now() < timedelta(seconds=56) for at in waits)
