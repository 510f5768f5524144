"""Several schedulers at once, any of which may be killed and is then started anew."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.faults.database import environment


class Schedulers:
    """`how_many` schedulers in processes of their own, on the test's database and folders."""

    def __init__(self, database_url: str, log: Path, how_many: int, **env: str) -> None:
        self.log = log
        with log.open("w", encoding="utf-8") as words:
            self._server = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("scheduler_server.py"))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                env={**environment(database_url, settings.VAR_DIR), **env},
                text=True,
            )
        assert self._answer() == "ready"
        self._running = [self._start() for _n in range(how_many)]

    def kill_one(self, chance: random.Random) -> None:
        """kill -9 on one of them, and another in its place."""
        victim = chance.randrange(len(self._running))
        ended = self._end(self._running[victim], signal.SIGKILL)
        assert ended == -signal.SIGKILL, f"a scheduler had ended by itself: {ended}"
        self._running[victim] = self._start()

    def stop(self) -> list[int]:
        """Have all stop as on a shutdown; their exit statuses."""
        ended = [self._end(pid, signal.SIGTERM) for pid in self._running]
        self._running = []
        return ended

    def close(self) -> None:
        """End whatever still runs."""
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
        self._server.stdin.close()
        self._server.wait(timeout=30)
        self._server.stdout.close()

    def words(self) -> str:
        """What they have logged."""
        return self.log.read_text(encoding="utf-8")

    def _start(self) -> int:
        return int(self._order("start"))

    def _end(self, pid: int, how: signal.Signals) -> int:
        os.kill(pid, how)
        return int(self._order(f"wait {pid}"))

    def _order(self, words: str) -> str:
        self._server.stdin.write(f"{words}\n")
        self._server.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        answer = self._server.stdout.readline().strip()
        assert answer, f"the schedulers' server has died:\n{self.words()[-3000:]}"
        return answer
