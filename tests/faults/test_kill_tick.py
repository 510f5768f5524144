"""kill -9 on the tick at random instants: nothing is lost, nothing is done twice.

Judged by what the channels hold (rows of Placement, folders in the outbox), not by what the engine
says of itself. FAULT_KILLS says how many kills (20), FAULT_SEED repeats a run.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from campaigns.pushes.models import Push, PushAttempt
from tests.faults.database import environment
from tests.faults.killing import run_killed_after
from tests.faults.stage import DUE, assert_outbox_holds, assert_website_holds, fill_up

pytestmark = pytest.mark.fault

KILLS = int(os.environ.get("FAULT_KILLS", "20"))
SEED = int(os.environ.get("FAULT_SEED", "315"))


class TickServer:
    """Ticks in processes of their own, on the test's database and folders."""

    def __init__(self, database_url: str, log: Path) -> None:
        self.log = log
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("tick_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment(database_url, settings.VAR_DIR), "TICK_LOG": str(log)},
            text=True,
        )
        assert self._answer() == "ready"

    def _answer(self) -> str:
        answer = self.process.stdout.readline().strip()
        assert answer, "the tick server has died"
        return answer

    def start(self, how: str = "tick") -> int:
        self.process.stdin.write(f"{how}\n")
        self.process.stdin.flush()
        return int(self._answer())

    def ended(self) -> str:
        return self._answer()

    def run(self) -> dict:
        """An undisturbed tick, to its end; what it printed."""
        self.start()
        assert self.ended() == "0"
        return json.loads(self.log.read_text(encoding="utf-8").splitlines()[-1])

    def run_killed_after(self, seconds: float, how: str = "tick") -> bool:
        """One that is killed; False if it had ended by then."""
        return run_killed_after(self, seconds, how)

    def run_killed_at(self, point: str, call: int) -> None:
        """A tick that dies at that point of its n-th call to a channel."""
        self.start(f"{point} {call}")
        assert self.ended() == "killed"

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture
def server(own_database, tmp_path):
    server = TickServer(own_database, tmp_path / "ticks.log")
    yield server
    server.close()


def test_each_push_is_done_exactly_once_however_often_the_tick_is_killed(
    server, edition, page, accounts
):
    chance = random.Random(SEED)
    fill_up(edition, page, accounts)
    began = time.monotonic()
    assert server.run()["sent"] == DUE
    whole_tick = time.monotonic() - began
    kills = hits = 0
    for _round in range(KILLS * 5):
        # Not only what lies before and after it: the work itself has to be hit, too.
        if kills >= KILLS and hits:
            break
        fill_up(edition, page, accounts)
        kills += server.run_killed_after(chance.uniform(0, whole_tick))
        hits += PushAttempt.objects.filter(outcome="started").exists()
    assert kills >= KILLS
    assert hits
    interrupted = Push.objects.filter(state="sending").count()

    assert_one_tick_finishes_everything(server, accounts)
    tries = Counter(PushAttempt.objects.values_list("outcome", flat=True))
    sys.stdout.write(
        f"\n{kills} kills (seed {SEED}), {hits} amid tries, "
        f"{Push.objects.count()} pushes, attempts {dict(tries)}, "
        f"{interrupted} in hand at the last kill, an undisturbed tick takes {whole_tick:.2f} s\n"
    )
    assert tries["sent"] + tries["found"] == Push.objects.count()
    assert set(tries) <= {"sent", "found", "abandoned"}
    assert tries["found"] + tries["abandoned"] > 0


@pytest.mark.parametrize(
    ("point", "attempts"),
    [
        ("before", {"abandoned": 20 + 5, "sent": 40}),
        ("within", {"abandoned": 20 + 5, "sent": 40}),
        ("after", {"abandoned": 19 + 19, "found": 6, "sent": 40 - 6}),
    ],
)
def test_killed_around_the_very_call(  # noqa: PLR0917
    server, edition, page, accounts, point, attempts
):
    """Where luck seldom hits: between the channel's deed and the record of it.

    The first kill leaves a whole batch in doubt: the 20 of the first account, of which the channel
    holds one at most. What was tried before goes alone, so each later kill leaves one; except that
    "after" is one push ahead each time, and the last meets the other account's batch.
    """
    fill_up(edition, page, accounts, due=40)
    for call in range(1, 7):
        server.run_killed_at(point, call)

    assert_one_tick_finishes_everything(server, accounts)
    assert Counter(PushAttempt.objects.values_list("outcome", flat=True)) == attempts


def assert_one_tick_finishes_everything(server: TickServer, accounts) -> None:
    """One undisturbed tick, and every push is done exactly once by what the channels hold."""
    result = server.run()
    assert result["errors"] == {}
    assert (result["failed"], result["unknown"], result["missed"]) == (0, 0, 0)
    assert set(Push.objects.values_list("state", flat=True)) == {"sent"}
    assert_website_holds(Push.objects.filter(account=accounts[0]))
    assert_outbox_holds(Push.objects.filter(account=accounts[1]))
    assert not list(Path(settings.CLAIMS_DIR).iterdir())
