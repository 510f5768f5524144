"""kill -9 after so many seconds, and what is left to wait for after it."""

import os
import signal
import time
from contextlib import suppress
from typing import Protocol

from django.db import connection

_PATIENCE = 30.0


class Server(Protocol):
    """Starts processes that are told what to do, one at a time."""

    def start(self, told: str) -> int:
        """The number of the process."""

    def ended(self) -> str:
        """ "killed", or its exit status."""


def kill_after(pid: int, seconds: float) -> None:
    """Kill that process and no other, unless it has ended by then."""
    with suppress(ProcessLookupError):
        # Unlike its number, which may soon be another's, this can only mean that process.
        handle = os.pidfd_open(pid)
        time.sleep(seconds)
        try:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        finally:
            os.close(handle)


def run_killed_after(server: Server, seconds: float, told: str) -> bool:
    """One that is killed; False if it had ended by then.

    After it the database stands still: what the dead had asked PostgreSQL for before it died, a
    commit for one, is done or undone.
    """
    before = _backends()
    kill_after(server.start(told), seconds)
    was_killed = server.ended() == "killed"
    deadline = time.monotonic() + _PATIENCE
    while not _backends() <= before:
        assert time.monotonic() < deadline, "PostgreSQL still works for the dead"
        time.sleep(0.01)
    return was_killed


def _backends() -> set[int]:
    """PostgreSQL's processes for others on the tests' database."""
    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}
