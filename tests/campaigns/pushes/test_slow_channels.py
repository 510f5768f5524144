"""Channels that take their time hold up no other, and are asked until they are done."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.channels.adapters import ADAPTERS, Adapter, Finding, Outcome, Receipt, Trace
from campaigns.pushes import claims, engine
from campaigns.pushes.states import Mover, State, move
from tests.campaigns.pushes.conftest import outcomes
from tests.factories import AccountFactory


class TestSlowChannels:
    """A channel that takes the push and works on it."""

    @pytest.fixture
    def pending(self, channel):
        channel.answers["case-1"] = Receipt(
            Outcome.PENDING, "publish_id 1", request="freepublish/submit", url="https://mp/1"
        )
        return channel

    def test_stays_sending_and_is_asked_ever_more_rarely(self, approve_at, pending, clock):
        pending.traces["case-1"] = Trace.PENDING
        push = approve_at(0)
        assert engine.tick().pending == 1
        push.refresh_from_db()
        assert (push.state, push.claimed_by, push.url) == (State.SENDING, "", "https://mp/1")
        asked_at = []
        for minute in range(1, 40):
            clock.shift(timedelta(minutes=1))
            before = len(pending.questions)
            engine.tick()
            if len(pending.questions) > before:
                asked_at.append(minute)
        assert asked_at == [1, 2, 4, 8, 16, 31]
        assert len(pending.sends) == 1
        assert outcomes(push) == ["pending"]
        assert push.attempts.get().request == "freepublish/submit"

    def test_is_sent_when_the_channel_says_so(self, approve_at, pending, clock):
        push = approve_at(0)
        engine.tick()
        pending.traces["case-1"] = Trace.FOUND
        clock.shift(timedelta(minutes=1))
        assert engine.tick().sent == 1
        assert outcomes(push) == ["found"]

    def test_that_refuses_after_all_fails_with_its_words(self, approve_at, pending, clock):
        push = approve_at(0)
        engine.tick()
        pending.reconcile = lambda _delivery: Finding(Trace.REFUSED, "original check failed")
        clock.shift(timedelta(minutes=1))
        assert engine.tick().failed == 1
        assert push.transitions.last().reason == "original check failed"
        assert outcomes(push) == ["failed"]
        assert len(pending.sends) == 1

    def test_that_loses_it_gets_it_again_with_the_same_key(self, approve_at, pending, clock):
        push = approve_at(0)
        engine.tick()
        pending.answers.clear()
        pending.traces["case-1"] = Trace.NOT_FOUND
        clock.shift(timedelta(minutes=1))
        assert engine.tick().sent == 1
        assert pending.sends == [push.key, push.key]

    def test_that_cannot_tell_is_asked_again(self, approve_at, pending, clock):
        push = approve_at(0)
        engine.tick()
        pending.traces["case-1"] = Trace.CANNOT_TELL
        clock.shift(timedelta(minutes=1))
        assert engine.tick().pending == 1
        push.refresh_from_db()
        assert (push.state, push.claimed_by) == (State.SENDING, "")


class _Gate(Adapter):
    """Holds its calls until it is opened, and knows how many came at the same time."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.lock = threading.Lock()
        self.inside = self.most = self.done = 0

    def send(self, delivery) -> Receipt:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        assert self.open.wait(30)
        with self.lock:
            self.inside -= 1
            self.done += 1
        return Receipt(Outcome.SENT)

    def reconcile(self, delivery) -> Finding:
        return Finding(Trace.NOT_FOUND)


def test_a_slow_channel_holds_up_no_other_and_is_called_as_often_as_its_account_allows(
    own_database, approve_at, monkeypatch, settings
):
    settings.PUSH_THREADS = 16
    slow, quick = _Gate(), _Gate()
    monkeypatch.setitem(ADAPTERS, "wechat", slow)
    monkeypatch.setitem(ADAPTERS, "jpush", quick)
    quick.open.set()
    held = AccountFactory(code="wechat:000000-slow", adapter="wechat", at_once=2)
    free = AccountFactory(code="app:000000", adapter="jpush")
    for minute in range(5):
        approve_at(-minute, account=held)
        approve_at(-minute, account=free)

    def open_when_the_quick_one_is_done() -> bool:
        if quick.done == 5 and slow.inside == 2:
            slow.open.set()
        return False

    result = engine.tick(should_stop=open_when_the_quick_one_is_done)
    assert (result.sent, slow.done, quick.done) == (10, 5, 5)
    assert (slow.most, quick.most) == (2, 1)


def test_other_ticks_calls_count_against_the_accounts_lines(approve_at, channel, account):
    busy, waiting = approve_at(-1), approve_at(0)
    with claims.claimant() as other:
        move(busy, State.SENDING, mover=Mover.ENGINE, claimed_by=other.name,
             lease_until=timezone.now() + claims.LEASE)  # fmt: skip
        assert engine.tick().sent == 0
    assert channel.sends == []
    assert engine.tick().sent == 2
    assert waiting.key in channel.sends
