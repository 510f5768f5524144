"""The tick: what is due goes out once, whatever happens, and every end can be seen."""

import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.channels.adapters import ADAPTERS, Adapter, Finding, Outcome, Receipt, Trace
from campaigns.channels.models import Placement
from campaigns.pushes import claims, engine
from campaigns.pushes.models import Push, PushAttempt
from campaigns.pushes.planning import plan_push
from campaigns.pushes.states import Mover, State, move
from tests.factories import AccountFactory, make_case


@pytest.fixture(autouse=True)
def _no_chance(monkeypatch):
    """Waits are exact here; that they differ has a test of its own."""
    monkeypatch.setattr("campaigns.pushes.run.JITTER", 0)


def states() -> list[str]:
    return list(Push.objects.order_by("pk").values_list("state", flat=True))


def outcomes(push: Push) -> list[str]:
    return list(push.attempts.values_list("outcome", flat=True))


def test_a_due_push_is_sent_and_its_road_written_down(approve_at, channel):
    push = approve_at(0)
    result = engine.tick()
    push.refresh_from_db()
    assert (result.due, result.sent) == (1, 1)
    assert push.state == State.SENT
    assert push.sent_at is not None
    assert channel.accepted == [push.key]
    assert outcomes(push) == ["sent"]
    assert [t.to_state for t in push.transitions.all()] == [
        "planned",
        "ready",
        "approved",
        "sending",
        "sent",
    ]
    assert push.claimed_by == ""


def test_nothing_goes_out_before_its_time(approve_at, channel, clock):
    push = approve_at(1)
    assert engine.tick().due == 0
    clock.shift(timedelta(minutes=1))
    assert engine.tick().sent == 1
    assert channel.sends == [push.key]


def test_repeated_ticks_do_nothing_more(approve_at, channel):
    approve_at(0)
    engine.tick()
    assert engine.tick().as_dict() == engine.TickResult().as_dict()
    assert len(channel.sends) == 1


def test_later_than_the_tolerance_is_missed_not_sent(approve_at, channel, account, clock):
    push = approve_at(0)
    clock.shift(timedelta(minutes=account.tolerance_minutes, seconds=1))
    result = engine.tick()
    push.refresh_from_db()
    assert (result.due, result.missed, result.sent) == (1, 1, 0)
    assert push.state == State.MISSED
    assert channel.sends == []


def test_late_within_the_tolerance_is_sent(approve_at, channel, account, clock):
    approve_at(0)
    # Not to the second: the tick's own clock goes on while a busy machine works.
    clock.shift(timedelta(minutes=account.tolerance_minutes - 1))
    assert engine.tick().sent == 1


def test_more_missed_pushes_than_a_batch_holds_do_not_hide_what_is_due(approve_at, channel, clock):
    old = approve_at(0)
    for slot in range(2, 62):
        old.pk, old.slot, old.key = None, slot, uuid.uuid4()
        old.save()
    clock.shift(timedelta(minutes=121))
    approve_at(121)
    result = engine.tick()
    assert (result.due, result.missed, result.sent) == (62, 61, 1)


def test_no_adapter_is_called_inside_a_transaction(own_database, approve_at, channel):
    channel.answers["case-1"] = Receipt(Outcome.UNKNOWN, "timed out")
    approve_at(0)
    engine.tick()
    engine.tick()
    assert len(channel.sends) == len(channel.questions) == 1
    assert channel.in_transaction == [False, False]


def test_a_tick_inside_a_transaction_is_refused(own_database, approve_at, channel):
    approve_at(0)
    with pytest.raises(RuntimeError), transaction.atomic():
        engine.tick()
    assert channel.sends == []


def test_one_bad_push_does_not_stop_the_others(approve_at, channel, edition, account):
    channel.answers["bad"] = RuntimeError("boom")
    pages = [make_case("good-1"), make_case("bad"), make_case("good-2")]
    for page in pages:
        approve_at(0, page=page)
    result = engine.tick()
    assert (result.due, result.sent, result.unknown) == (3, 2, 1)
    assert states() == [State.SENT, State.UNKNOWN, State.SENT]


def test_a_piece_that_cannot_be_prepared_fails_with_the_reason(approve_at, channel, monkeypatch):
    push = approve_at(0)
    monkeypatch.setattr(channel, "preflight", lambda _delivery: 1 / 0)
    assert engine.tick().failed == 1
    assert "ZeroDivisionError" in push.transitions.last().reason


def test_a_refusal_fails_at_once_with_the_channels_words(approve_at, channel):
    channel.answers["case-1"] = Receipt(Outcome.FAILED, "40007 invalid media_id")
    push = approve_at(0)
    assert engine.tick().failed == 1
    assert engine.tick().due == 0
    assert push.attempts.get().detail == "40007 invalid media_id"
    assert push.transitions.last().reason == "40007 invalid media_id"


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


def test_a_push_that_always_breaks_off_ends_as_failed(approve_at, channel, clock):
    channel.answers["case-1"] = RuntimeError("boom")
    push = approve_at(0)
    for _minute in range(10):
        engine.tick()
        clock.shift(timedelta(minutes=1))
    push.refresh_from_db()
    assert push.state == State.FAILED
    assert len(channel.sends) == 5


def test_an_unpublished_piece_is_not_sent_and_says_so(approve_at, channel, page):
    push = approve_at(0)
    page.unpublish()
    assert engine.tick().failed == 1
    assert channel.sends == []
    assert push.transitions.last().reason


def test_a_campaign_in_both_languages_does_not_go_out_with_one(approve_at, channel, edition, page):
    edition.needs_both_languages = True
    edition.save()
    kazakh = make_case("case-1-kk", language="kk-arab", translation_of=page)
    approve_at(0)
    approve_at(0, language="kk-arab")
    kazakh.unpublish()
    assert engine.tick().failed == 2
    assert channel.sends == []


def test_what_the_channel_objects_to_at_sending_fails(approve_at, channel):
    push = approve_at(0)
    channel.problems = ["title too long"]
    assert engine.tick().failed == 1
    assert push.transitions.last().reason == "title too long"


def test_when_the_campaign_moves_away_its_pushes_do_not_go_out(approve_at, channel, edition):
    approve_at(0)
    edition.starts_on = edition.ends_on
    edition.save()
    assert engine.tick().failed == 1
    assert channel.sends == []


def test_a_stopped_tick_gives_back_what_it_had_claimed(approve_at, channel):
    for minute in range(3):
        approve_at(-minute)
    result = engine.tick(should_stop=lambda: len(channel.sends) == 1)
    assert result.sent == 1
    assert sorted(states()) == [State.APPROVED, State.APPROVED, State.SENT]
    assert engine.tick().sent == 2


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


def test_both_adapters_at_work(approve_at, website, settings):
    packed, placed = approve_at(0), approve_at(0, account=website)
    assert engine.tick().sent == 2
    assert (settings.OUTBOX_DIR / "wechat:000000" / str(packed.pk) / "meta.json").is_file()
    place = Placement.objects.get()
    assert (place.key, place.starts_at) == (placed.key, placed.scheduled_at)
    assert place.ends_at == placed.edition.closes_at()


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


def test_planning_the_same_again_after_it_was_sent_sends_nothing(
    approve_at, channel, page, edition
):
    push = approve_at(0)
    engine.tick()
    again = plan_push(edition, page, "zh-hans", push.account, push.scheduled_at)
    assert again == push
    assert engine.tick().due == 0


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


class TestTime:
    @pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Urumqi"])
    def test_nine_in_beijing_is_nine_in_beijing_wherever_the_server_stands(
        self, approve_at, channel, clock, monkeypatch, zone
    ):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        try:
            approve_at(21 * 60)  # 09:00 of the next day
            clock.move_to(datetime(2026, 3, 11, 0, 59, 59, tzinfo=UTC))
            assert engine.tick().due == 0
            clock.move_to(datetime(2026, 3, 11, 1, 0, 0, tzinfo=UTC))
            assert engine.tick().sent == 1
        finally:
            monkeypatch.undo()
            time.tzset()

    def test_a_clock_that_jumps_back_sends_nothing_twice_and_nothing_early(
        self, approve_at, channel, clock
    ):
        approve_at(0)
        later = approve_at(30)
        engine.tick()
        clock.shift(timedelta(hours=-2))
        assert engine.tick().due == 0
        clock.shift(timedelta(hours=2, minutes=30))
        assert engine.tick().sent == 1
        assert channel.sends[-1] == later.key

    def test_a_clock_that_jumps_forward_while_it_ticks_changes_nothing_for_this_tick(
        self, approve_at, channel, clock
    ):
        pushes = [approve_at(-minute) for minute in range(3)]
        send = channel.send

        def jumping(delivery):
            clock.shift(timedelta(days=1))
            return send(delivery)

        channel.send = jumping
        assert engine.tick().sent == 3
        assert len(channel.sends) == len(pushes)
