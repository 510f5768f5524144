"""Nothing goes out before its time, or long after it, whatever the clock does."""

import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.pushes import engine
from campaigns.pushes.states import State


def test_nothing_goes_out_before_its_time(approve_at, channel, clock):
    push = approve_at(1)
    assert engine.tick().due == 0
    clock.shift(timedelta(minutes=1))
    assert engine.tick().sent == 1
    assert channel.sends == [push.key]


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
