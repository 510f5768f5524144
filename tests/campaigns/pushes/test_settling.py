"""What broke off is asked about before anything else is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.channels.adapters import Outcome, Receipt, Trace
from campaigns.pushes import claims, engine
from campaigns.pushes.models import Push, PushAttempt
from campaigns.pushes.states import Mover, State, move
from tests.campaigns.pushes.conftest import outcomes, states


def test_an_unknown_push_that_the_channel_holds_is_not_sent_again(approve_at, channel):
    channel.answers["case-1"] = Receipt(Outcome.UNKNOWN, "timed out")
    push = approve_at(0)
    assert engine.tick().unknown == 1
    result = engine.tick()
    push.refresh_from_db()
    assert (result.due, result.sent) == (1, 1)
    assert push.state == State.SENT
    assert outcomes(push) == ["found"]
    assert channel.sends == [push.key]


def test_an_unknown_push_that_the_channel_does_not_hold_is_sent_with_the_same_key(
    approve_at, channel
):
    channel.answers["case-1"] = ConnectionError("reset")
    push = approve_at(0)
    engine.tick()
    channel.answers.clear()
    assert engine.tick().sent == 1
    assert channel.sends == [push.key, push.key]
    assert outcomes(push) == ["abandoned", "sent"]


@pytest.mark.parametrize("trace", [Trace.CANNOT_TELL, TimeoutError("no answer")])
def test_while_the_channel_cannot_tell_it_stays_unknown_and_is_asked_ever_more_rarely(
    approve_at, channel, clock, trace
):
    channel.answers["case-1"] = Receipt(Outcome.UNKNOWN, "timed out")
    channel.traces["case-1"] = trace
    push = approve_at(0)
    asked_at = []
    for minute in range(70):
        before = len(channel.questions)
        engine.tick()
        if len(channel.questions) > before:
            asked_at.append(minute)
        clock.shift(timedelta(minutes=1))
    push.refresh_from_db()
    assert push.state == State.UNKNOWN
    assert asked_at == [1, 2, 4, 8, 16, 31, 59]
    assert channel.sends == [push.key]
    channel.traces["case-1"] = Trace.FOUND
    clock.shift(timedelta(hours=2))
    assert engine.tick().sent == 1


def test_what_a_stopped_tick_had_no_time_to_ask_about_is_free_at_once(
    approve_at, channel, settings
):
    push = approve_at(0)
    channel.answers["case-1"] = Receipt(Outcome.UNKNOWN)
    engine.tick()
    assert engine.tick(should_stop=lambda: True).sent == 0
    push.refresh_from_db()
    assert (push.state, push.claimed_by, push.lease_until) == (State.UNKNOWN, "", None)
    assert not list(settings.CLAIMS_DIR.iterdir())
    assert engine.tick().sent == 1


class TestDeadClaimants:
    """What a tick held when it died is settled by the next, without waiting."""

    @staticmethod
    def held(push: Push, *, tried: bool, name: str = "f" * 32) -> Push:
        """As a tick leaves it that was killed before or after it had begun the call."""
        lease = {"claimed_by": name, "lease_until": timezone.now() + claims.LEASE}
        move(push, State.SENDING, mover=Mover.ENGINE, **lease)
        if tried:
            PushAttempt.objects.create(push=push, number=1, started_at=timezone.now())
        return push

    @staticmethod
    def leave_file(settings, name: str = "f" * 32) -> None:
        settings.CLAIMS_DIR.mkdir(parents=True, exist_ok=True)
        (settings.CLAIMS_DIR / name).touch()

    def test_claimed_but_not_tried_is_sent_without_asking(self, approve_at, channel, settings):
        push = self.held(approve_at(0), tried=False)
        self.leave_file(settings)
        result = engine.tick()
        assert (result.due, result.sent, result.recovered) == (1, 1, 1)
        assert channel.questions == []
        assert channel.sends == [push.key]

    def test_tried_and_found_is_not_sent_again(self, approve_at, channel, settings):
        push = self.held(approve_at(0), tried=True)
        self.leave_file(settings)
        channel.accepted.append(push.key)
        assert engine.tick().sent == 1
        assert channel.sends == []
        assert outcomes(push) == ["found"]

    def test_tried_and_not_found_is_sent_with_the_same_key(self, approve_at, channel, settings):
        push = self.held(approve_at(0), tried=True)
        self.leave_file(settings)
        assert engine.tick().sent == 1
        assert channel.sends == [push.key]
        assert outcomes(push) == ["abandoned", "sent"]

    def test_tried_and_cannot_tell_is_unknown(self, approve_at, channel, settings):
        push = self.held(approve_at(0), tried=True)
        self.leave_file(settings)
        channel.traces["case-1"] = Trace.CANNOT_TELL
        assert engine.tick().unknown == 1
        push.refresh_from_db()
        assert push.state == State.UNKNOWN
        assert channel.sends == []

    def test_a_living_tick_is_not_robbed_even_when_its_lease_is_over(
        self, approve_at, channel, clock
    ):
        with claims.claimant() as other:
            self.held(approve_at(0), tried=True, name=other.name)
            clock.shift(timedelta(minutes=30))
            assert engine.tick().due == 0
        assert engine.tick().sent == 1

    def test_a_claim_from_another_machine_runs_out_with_its_lease(self, approve_at, channel, clock):
        self.held(approve_at(0), tried=True)
        assert engine.tick().due == 0
        clock.shift(claims.LEASE + timedelta(seconds=1))
        assert engine.tick().sent == 1

    def test_what_interrupts_every_tick_is_given_up(self, approve_at, channel, settings):
        push = approve_at(0)
        Push.objects.update(tries=10)
        self.held(push, tried=True)
        self.leave_file(settings)
        assert engine.tick().failed == 1
        assert channel.sends == []

    def test_no_signs_of_life_pile_up(self, approve_at, channel, settings):
        self.leave_file(settings)
        approve_at(0)
        engine.tick()
        assert list(settings.CLAIMS_DIR.iterdir()) == []


def test_when_the_outcome_cannot_be_written_the_next_tick_finds_it(
    approve_at, channel, monkeypatch
):
    from campaigns.pushes.run import Run

    push = approve_at(0)
    monkeypatch.setattr(Run, "close", lambda *_args: 1 / 0)
    engine.tick()
    assert states() == [State.SENDING]
    monkeypatch.undo()
    # Undoing took the stand-in away, too; the real channel holds nothing, so it is sent.
    assert engine.tick().sent == 1
    push.refresh_from_db()
    assert push.state == State.SENT
