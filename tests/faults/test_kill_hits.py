"""kill -9 on web processes that take hits and on processes that fold them, side by side.

Judged by the sender's own record: a hit that was answered 204 counts exactly once, one that was
not answered at most once. FAULT_KILLS says how many kills (20), FAULT_SEED repeats a run.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.db.models import Sum

from campaigns.models import FoldingState, PersonSketch, ReachEntry, Region
from campaigns.reach import redis_store, rollups, salts, spool, stream
from campaigns.reach.models import EVERYDAY_ID
from campaigns.reach.persons import persons
from campaigns.reach.sums import Cut
from tests.factories import make_case
from tests.faults.database import environment
from tests.redis_server import running

pytestmark = pytest.mark.fault

KILLS = int(os.environ.get("FAULT_KILLS", "20"))
SEED = int(os.environ.get("FAULT_SEED", "315"))
PAGES = [f"case-{number}" for number in range(5)]
SENDERS = 3
LONGEST = 1.2  # seconds that a process may live


class HitServer:
    """Processes of one kind, one at a time, on the test's database and folders."""

    def __init__(self, database_url: str, redis_url: str) -> None:
        told = environment(database_url, settings.VAR_DIR)
        told |= {"HIT_LIMIT_PER_SECOND": "0", "REDIS_URL": redis_url, "LOG_LEVEL": "ERROR"}
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("hit_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=told,
            text=True,
        )
        assert self._answer() == "ready"

    def _answer(self) -> str:
        answer = self.process.stdout.readline().strip()
        assert answer, "the hit server has died"
        return answer

    def start(self, what: str) -> tuple[int, int]:
        """Process id and port."""
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        pid, port = self._answer().split()
        return int(pid), int(port)

    def ended(self) -> str:
        return self._answer()

    def kill(self, pid: int) -> bool:
        """Whether it lived until now."""
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            try:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
            finally:
                os.close(handle)
        return self.ended() == "killed"

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


class Senders:
    """Readers, each of whom opens a page once; and what became of it, by page."""

    def __init__(self) -> None:
        self.acknowledged: Counter = Counter()
        self.in_doubt: Counter = Counter()
        self._lock = threading.Lock()
        self._number = 0

    def send_until(self, port: int, stop: threading.Event) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._send, args=(port, stop)) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        return threads

    def _send(self, port: int, stop: threading.Event) -> None:
        while not stop.is_set():
            with self._lock:
                self._number += 1
                number = self._number
            page = PAGES[number % len(PAGES)]
            status = self._post(port, page, number)
            with self._lock:
                if status == 204:
                    self.acknowledged[page] += 1
                elif status is None:
                    self.in_doubt[page] += 1
                else:
                    raise AssertionError(f"answered {status}")
            if status is None:
                return

    def _post(self, port: int, page: str, number: int) -> int | None:
        """None: no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request(
                "POST",
                "/hit",
                json.dumps({"page": page, "event": "view"}),
                {"User-Agent": f"Mozilla/5.0 (reader {number})"},
            )
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


@pytest.fixture(params=["spool", "stream"])
def redis_url(request, monkeypatch):
    """Where the hits are kept: empty for files."""
    if request.param == "spool":
        yield ""
        return
    with TemporaryDirectory(prefix="redis-") as folder, running(Path(folder)) as url:
        monkeypatch.setattr(settings, "HIT_STREAM", True)
        monkeypatch.setattr(settings, "HIT_REDIS_URL", url)
        yield url


@pytest.fixture
def servers(own_database, db, redis_url):
    servers = [HitServer(own_database, redis_url) for _ in range(2)]
    yield servers
    for server in servers:
        server.close()


def test_what_was_acknowledged_counts_exactly_once(servers):
    web, folder = servers
    for code in PAGES:
        make_case(code)
    salts.turn_over()
    chance = random.Random(SEED)
    senders = Senders()
    kills: Counter = Counter()
    batches = 0
    for _round in range(KILLS * 3):
        # Not only what lies before and after it: the folding itself has to be hit, too.
        if sum(kills.values()) >= KILLS and batches >= KILLS / 2:
            break
        web_pid, port = web.start("web")
        fold_pid, _port = folder.start("fold")
        stop = threading.Event()
        threads = senders.send_until(port, stop)
        deaths = sorted(
            [
                (chance.uniform(0.02, LONGEST), web, web_pid, "web"),
                (chance.uniform(0.02, LONGEST), folder, fold_pid, "folding"),
            ],
            key=lambda death: death[0],
        )
        begun = time.monotonic()
        for after, server, pid, what in deaths:
            time.sleep(max(0, begun + after - time.monotonic()))
            kills[what] += server.kill(pid)
        stop.set()
        for thread in threads:
            thread.join()
        batches = sum(FoldingState.objects.values_list("version", flat=True))
    assert batches >= KILLS / 2
    assert sum(kills.values()) >= KILLS
    folder.start("fold once")
    assert folder.ended() == "0"

    acknowledged, in_doubt = senders.acknowledged, senders.in_doubt
    counted = dict(ReachEntry.objects.order_by().values_list("content").annotate(Sum("count")))
    for page in PAGES:
        most = acknowledged[page] + in_doubt[page]
        assert acknowledged[page] <= counted.get(page, 0) <= most, page
    assert list(rollups.differences()) == []
    assert_nothing_is_left(redis_url=settings.HIT_REDIS_URL if settings.HIT_STREAM else "")
    assert_readers_are_known(sum(counted.values()))
    sys.stdout.write(
        f"\n{dict(kills)} kills (seed {SEED}), {acknowledged.total()} hits acknowledged, "
        f"{in_doubt.total()} in doubt, {sum(counted.values())} counted, "
        f"{batches} batches before the last folding\n"
    )


def assert_nothing_is_left(redis_url: str) -> None:
    assert spool.spools() == []
    if redis_url:
        assert stream.length() == 0
        assert redis_store.client().xpending(stream.KEY, "folding")["pending"] == 0


def assert_readers_are_known(counted: int) -> None:
    """Each hit was another reader's: sketches moved together with the entries."""
    root = Region.objects.get(code="000000")
    estimate = persons(Cut(editions=(EVERYDAY_ID,), nodes=(root.pk,)))
    assert PersonSketch.objects.exists()
    assert abs(estimate - counted) <= max(counted * 0.02, 2)
