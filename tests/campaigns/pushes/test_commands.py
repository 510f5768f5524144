"""The command line: what it prints, and which option an error names."""

import json
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from campaigns import cron
from campaigns.calendar.windows import BEIJING
from campaigns.management.commands.run_scheduler import seconds_to_next_minute
from campaigns.pushes import engine
from campaigns.pushes.models import Heartbeat, Push
from campaigns.reach.importing import batches, working
from tests.factories import make_case

PROJECT = Path(__file__).resolve().parents[3]


def schedule(**changes) -> str:
    options = {
        "campaign": "315-2026",
        "content": "case-1",
        "language": "zh-hans",
        "account": "wechat:000000",
        "at": "2026-03-11T09:00",
        **changes,
    }
    out = StringIO()
    call_command("schedule_push", **{"stderr": StringIO(), **options}, stdout=out)
    return out.getvalue()


@pytest.fixture
def campaign(edition, account, page, website):
    """Everything that the command's usual options name."""


class TestSchedulePush:
    def test_plans_a_push_and_says_which(self, campaign):
        line = schedule()
        push = Push.objects.get()
        assert f"push={push.pk} state=approved" in line
        assert "2026-03-11T09:00:00+08:00" in line

    def test_is_the_operators_own_approval_and_says_so(self, campaign, channel, clock):
        schedule()
        push = Push.objects.get()
        change = push.transitions.last()
        assert (change.to_state, change.by) == ("approved", None)
        assert "schedule_push" in change.reason
        clock.move_to(push.scheduled_at)
        assert engine.tick().sent == 1

    def test_can_leave_it_to_a_person(self, campaign):
        assert "state=planned" in schedule(no_approve=True)
        assert "state=approved" in schedule()

    def test_a_warning_is_printed_and_has_to_be_accepted(self, campaign, account):
        account.repeat_days = 7
        account.save()
        schedule()
        err = StringIO()
        assert "state=ready" in schedule(at="2026-03-12T09:00", stderr=err)
        assert "repeat.piece, not accepted" in err.getvalue()
        assert "--accept-warnings" in err.getvalue()
        assert "state=approved" in schedule(at="2026-03-12T09:00", accept_warnings=True)
        assert Push.objects.get(slot=2).consents.get().code == "repeat.piece"

    def test_an_error_leaves_it_planned_and_is_told(self, campaign, account):
        account.most_a_day = 1
        account.save()
        schedule()
        with pytest.raises(CommandError, match="not approved"):
            schedule(at="2026-03-11T10:00")
        assert Push.objects.get(slot=2).state == "planned"

    def test_a_piece_that_is_to_be_published_by_then_is_consented_to_and_says_so(self, campaign):
        make_case("draft", live=False)
        err = StringIO()
        assert "state=approved" in schedule(content="draft", stderr=err)
        assert "piece.not_live_yet, accepted" in err.getvalue()

    def test_a_time_without_a_zone_is_beijings(self, campaign):
        schedule(at="2026-03-11T09:00")
        assert Push.objects.get().scheduled_at == datetime(2026, 3, 11, 9, tzinfo=BEIJING)

    def test_a_time_with_a_zone_is_taken_at_its_word(self, campaign):
        schedule(at="2026-03-11T01:00:00Z")
        assert Push.objects.get().scheduled_at == datetime(2026, 3, 11, 9, tzinfo=BEIJING)

    def test_twice_is_once(self, campaign):
        assert schedule().split()[0] == schedule().split()[0]
        assert Push.objects.count() == 1

    def test_until(self, campaign):
        schedule(account="website:000000", until="2026-03-12T18:00")
        assert Push.objects.get().ends_at == datetime(2026, 3, 12, 18, tzinfo=BEIJING)

    @pytest.mark.parametrize(
        ("changes", "option"),
        [
            ({"campaign": "999-2026"}, "--campaign"),
            ({"content": "no-such"}, "--content"),
            ({"language": "fr"}, "--language"),
            ({"language": "kk"}, "--language"),
            ({"account": "wechat:999999"}, "--account"),
            ({"at": "tomorrow"}, "--at"),
            ({"at": "2026-02-30T09:00"}, "--at"),
            ({"at": "2026-03-11"}, "--at"),
            ({"at": "2026-04-01T09:00"}, "--at"),
            ({"at": "2026-03-09T09:00"}, "--at"),
            ({"until": "2026-03-10T09:00"}, "--until"),
            ({"until": "never"}, "--until"),
        ],
    )
    def test_an_error_names_its_option(self, campaign, changes, option):
        with pytest.raises(CommandError) as error:
            schedule(**changes)
        assert str(error.value).startswith(f"{option}:")
        assert "\n" not in str(error.value)
        assert not Push.objects.exists()


class TestTick:
    def run(self, **options) -> str:
        out = StringIO()
        call_command("tick", **options, stdout=out)
        return out.getvalue()

    def test_prints_one_object_of_whole_numbers(self, approve_at, channel):
        approve_at(0)
        printed = json.loads(self.run(json=True))
        expected = {"due": 1, "sent": 1, "failed": 0, "unknown": 0, "missed": 0}
        assert {name: printed[name] for name in expected} == expected

    def test_prints_a_line_for_people(self, approve_at, channel):
        approve_at(0)
        assert self.run().startswith("due=1 sent=1 ")

    def test_a_push_that_fails_is_no_failure_of_the_tick(self, approve_at, channel, page):
        channel.answers["case-1"] = RuntimeError("boom")
        approve_at(0)
        assert json.loads(self.run(json=True))["unknown"] == 1

    def test_a_tick_that_breaks_is(self, db, monkeypatch):
        monkeypatch.setattr(engine, "tick", lambda **_options: 1 / 0)
        with pytest.raises(CommandError):
            self.run(json=True)


class TestCron:
    def test_one_part_that_breaks_does_not_stop_the_others(self, approve_at, channel, monkeypatch):
        monkeypatch.setattr(cron, "fold_spools", lambda: 1 / 0)
        approve_at(0)
        report = cron.tick()
        assert report.pushes["sent"] == 1
        assert set(report.errors) == {"hits"}

    def test_the_hits_are_folded_even_when_the_pushes_break(self, db, monkeypatch):
        folded = []
        monkeypatch.setattr(engine, "tick", lambda **_options: 1 / 0)
        monkeypatch.setattr(cron, "fold_spools", lambda: folded.append(1) or cron_fold_result())
        assert set(cron.tick().errors) == {"pushes"}
        assert folded == [1]

    def test_a_long_import_that_was_left_lying_makes_no_push_late(
        self, approve_at, channel, clock, monkeypatch
    ):
        started = []
        monkeypatch.setattr(working.subprocess, "Popen", lambda *told, **_: started.append(told))
        monkeypatch.setattr(batches, "check", lambda _batch: clock.shift(timedelta(minutes=10)))
        batches.stage(b"date,channel", "long.csv", None)
        began, push = timezone.now(), approve_at(1)
        for _round in range(2):
            cron.tick()
            clock.shift(seconds_to_next_minute(time.time()))
        cron.tick()
        sent = push.attempts.get().started_at
        assert sent - began < timedelta(minutes=2)
        assert started

    def test_leaves_a_heartbeat(self, approve_at, channel, clock):
        approve_at(0)
        cron.tick()
        beat = Heartbeat.objects.get()
        assert beat.result["sent"] == 1
        cron.tick()
        assert Heartbeat.objects.count() == 1


def cron_fold_result():
    from campaigns.reach.folding import FoldResult

    return FoldResult()


@pytest.mark.parametrize(("now", "seconds"), [(0, 60), (59, 1), (60, 60), (61.5, 58.5)])
def test_the_scheduler_wakes_on_the_minute(now, seconds):
    assert seconds_to_next_minute(now) == seconds


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_the_scheduler_ticks_at_once_and_ends_at_once_when_told(own_database, tmp_path, signum):
    process = start_scheduler(own_database, tmp_path)
    try:
        wait_for(Heartbeat.objects.exists)
        process.send_signal(signum)
        # At once: well before the next minute, for which it was waiting; the machine may be busy.
        assert process.wait(timeout=20) == 0
        assert "stopped" in said_by(tmp_path)
    finally:
        process.kill()
        process.wait()


def test_the_scheduler_survives_a_database_that_is_not_there(tmp_path):
    process = start_scheduler(f"sqlite:///{tmp_path}/no/such/folder/db", tmp_path)
    try:
        wait_for(lambda: "the database does not answer" in said_by(tmp_path))
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert "Traceback" not in said_by(tmp_path)
    finally:
        process.kill()
        process.wait()


def start_scheduler(database_url: str, folder: Path) -> subprocess.Popen:
    from tests.faults.database import environment

    # Into a file: a pipe that nobody empties is full after two ticks of tracebacks and blocks it.
    with (folder / "scheduler.log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, str(PROJECT / "manage.py"), "run_scheduler"],
            env=environment(database_url, folder / "var"),
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def said_by(folder: Path) -> str:
    """What the scheduler of this folder has written so far."""
    return (folder / "scheduler.log").read_text()


def wait_for(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def test_schedule_then_tick_from_the_command_line(campaign, clock):
    """The road that the guide describes, with the real file channel."""
    make_case("case-2")
    schedule(at="2026-03-10T12:00")
    schedule(at="2026-03-10T12:00", content="case-2", account="website:000000")
    out = StringIO()
    call_command("tick", json=True, stdout=out)
    assert json.loads(out.getvalue())["sent"] == 2
