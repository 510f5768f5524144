"""kill -9 on writers at the ledger: entries and the sums of them come together or not at all.

Judged by the writer's own record of what was acknowledged. FAULT_KILLS says how many kills (20),
FAULT_SEED repeats a run.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Count, Sum

from campaigns.models import DailyReach, ReachEntry, Region
from campaigns.reach import rollups
from tests.faults.database import environment
from tests.faults.ledger_server import DEEDS
from tests.faults.test_kill_tick import TickServer

pytestmark = pytest.mark.fault

KILLS = int(os.environ.get("FAULT_KILLS", "20"))
SEED = int(os.environ.get("FAULT_SEED", "315"))


class LedgerServer(TickServer):
    """Writers in processes of their own, on the test's database."""

    def __init__(self, database_url: str, log: Path) -> None:
        self.log = log
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("ledger_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment(database_url, settings.VAR_DIR), "LEDGER_LOG": str(log)},
            text=True,
        )
        assert self._answer() == "ready"

    def acknowledged(self) -> list[list[str]]:
        """Every deed that was done as far as its doer knew."""
        return [line.split() for line in self.log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def server(own_database, tree, edition, tmp_path):
    server = LedgerServer(own_database, tmp_path / "deeds.log")
    yield server
    server.close()


def test_entries_and_sums_agree_however_often_writers_are_killed(server):
    chance = random.Random(SEED)
    began = time.monotonic()
    server.start("undisturbed")
    assert server.ended() == "0"
    whole = time.monotonic() - began
    kills = 0
    for number in range(KILLS * 5):
        if kills >= KILLS:
            break
        kills += server.run_killed_after(chance.uniform(0, whole), f"{SEED}-{number}")
        if number % 10 == 0:
            assert list(rollups.differences()) == []
    assert kills >= KILLS
    assert list(rollups.differences()) == []

    deeds = server.acknowledged()
    assert_nothing_is_lost_or_half_there(deeds)
    assert_head_office_holds_it_all()
    done = Counter(deed[0] for deed in deeds)
    assert done["recorded"] > DEEDS
    sys.stdout.write(
        f"\n{kills} kills (seed {SEED}), acknowledged {dict(done)}, "
        f"{ReachEntry.objects.count()} entries, an undisturbed writer takes {whole:.2f} s\n"
    )


def assert_nothing_is_lost_or_half_there(deeds: list[list[str]]) -> None:
    """What was acknowledged is there to the last entry; what was not is whole, or not there."""
    there = {}
    for key, count in ReachEntry.objects.filter(corrects=None).values_list("source_key", "count"):
        name, _colon, _number = key.rpartition(":")
        entries, total = there.get(name, (0, 0))
        there[name] = (entries + 1, total + count)
    recorded = {deed[1] for deed in deeds if deed[0] == "recorded"}
    for _begun, name, entries, total in [deed for deed in deeds if deed[0] == "begun"]:
        whole = (int(entries), int(total))
        assert there.get(name) in ((whole,) if name in recorded else (whole, None)), name
    corrected = Counter(int(deed[1]) for deed in deeds if deed[0] == "corrected")
    found = dict(
        ReachEntry.objects.filter(corrects__isnull=False)
        .order_by()
        .values_list("corrects")
        .annotate(Count("pk"))
    )
    assert not {pk for pk, times in corrected.items() if found.get(pk) != times}


def assert_head_office_holds_it_all() -> None:
    """One sum that does not come from the rollups' own comparison."""
    root = Region.objects.get(code="000000")
    in_ledger = ReachEntry.objects.aggregate(total=Sum("count"))["total"]
    in_rollup = DailyReach.objects.filter(node_id=root.pk).aggregate(total=Sum("count"))["total"]
    assert in_ledger == in_rollup
