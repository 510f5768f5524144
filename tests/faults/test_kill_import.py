"""kill -9 on imports: each file is in the ledger as a whole or not at all, and none is forgotten.

Judged by the sender's own record of what was acknowledged: a staged file is kept, and one whose
commit was ordered stands in the end, whoever died on the way. FAULT_KILLS says how many kills (20),
FAULT_SEED repeats a run.
"""

import hashlib
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

from campaigns.models import ImportBatch, ImportRow, ReachEntry
from campaigns.reach import rollups
from tests.faults.database import environment
from tests.faults.test_kill_tick import TickServer

pytestmark = pytest.mark.fault

KILLS = int(os.environ.get("FAULT_KILLS", "20"))
SEED = int(os.environ.get("FAULT_SEED", "315"))
State = ImportBatch.State


class ImportServer(TickServer):
    """Senders in processes of their own, on the test's database and folders."""

    def __init__(self, database_url: str, log: Path) -> None:
        self.log = log
        log.touch()
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("import_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment(database_url, settings.VAR_DIR), "IMPORT_LOG": str(log)},
            text=True,
        )
        assert self._answer() == "ready"

    def acknowledged(self, step: str) -> list[list[int]]:
        lines = [line.split() for line in self.log.read_text(encoding="utf-8").splitlines()]
        return [[int(word) for word in words] for name, *words in lines if name == step]


@pytest.fixture
def server(own_database, tree, tmp_path):
    server = ImportServer(own_database, tmp_path / "steps.log")
    yield server
    server.close()


def test_every_file_is_whole_or_absent_however_often_its_bringer_is_killed(server):
    chance = random.Random(SEED)
    began = time.monotonic()
    server.start("undisturbed")
    assert server.ended() == "0"
    whole = time.monotonic() - began
    kills, met = 0, Counter()
    for number in range(KILLS * 8):
        if kills >= KILLS and {"checking", "committing"} <= met.keys():
            break
        # Longer than one takes: each begins with what the last ones left lying.
        kills += server.run_killed_after(chance.uniform(0, 2.5 * whole), f"{SEED}-{number}")
        met.update(ImportBatch.objects.in_work().values_list("state", flat=True))
        assert_whole_or_absent(server)
    assert kills >= KILLS

    server.start("rest")
    assert server.ended() == "0"
    assert not ImportBatch.objects.in_work().exists()
    assert_whole_or_absent(server)
    assert_what_was_acknowledged_holds(server)
    assert list(rollups.differences()) == []
    # Not only before and after it: each step has been hit, and files came through all the same.
    assert {"checking", "committing"} <= met.keys()
    states = Counter(ImportBatch.objects.values_list("state", flat=True))
    assert states["committed"]
    sys.stdout.write(
        f"\n{kills} kills (seed {SEED}), found broken off in {dict(met)}, in the end "
        f"{dict(states)}, {ReachEntry.objects.count()} entries, "
        f"an undisturbed import takes {whole:.2f} s\n"
    )


def assert_whole_or_absent(server: ImportServer) -> None:
    sent = {pk: (rows, total) for pk, rows, total in server.acknowledged("staged")}
    there = {
        pk: (entries, total)
        for pk, entries, total in ReachEntry.objects.exclude(origin="undo")
        .order_by()
        .values_list("batch")
        .annotate(Count("pk"), Sum("count"))
    }
    standing = dict(ReachEntry.objects.order_by().values_list("batch").annotate(Sum("count")))
    rows = dict(ImportRow.objects.order_by().values_list("batch").annotate(Count("pk")))
    for batch in ImportBatch.objects.all():
        if batch.pk not in sent:
            # It died between its row and its acknowledgement: no one was told of it.
            sent[batch.pk] = (batch.rows_expected or None, None)
        number, total = sent[batch.pk]
        assert (batch.pk in there) is batch.is_settled
        if batch.is_settled and total is not None:
            assert there[batch.pk] == (number, total)
            assert standing[batch.pk] == (0 if batch.state == State.UNDONE else total)
        if batch.state in (State.READY, State.COMMITTING, State.COMMITTED):
            assert rows[batch.pk] == number


def assert_what_was_acknowledged_holds(server: ImportServer) -> None:
    batches = ImportBatch.objects.in_bulk()
    for pk, _rows, _total in server.acknowledged("staged"):
        kept = Path(settings.PRIVATE_DIR, batches[pk].file.name).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == batches[pk].sha256
        assert batches[pk].state in (State.READY, State.COMMITTED, State.UNDONE)
    for step in ("ordered", "committed"):
        assert all(batches[pk].is_settled for (pk,) in server.acknowledged(step))
    assert all(batches[pk].state == State.UNDONE for (pk,) in server.acknowledged("undone"))
