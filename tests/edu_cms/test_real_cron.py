"""Debian's own `crontab` and `cron`: the installed line is taken, and ticks on the full minute."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from campaigns.calendar.windows import beijing_day
from campaigns.channels.models import Placement
from campaigns.pushes.models import Heartbeat, Push
from edu_cms.environment import BASE_DIR
from tests.factories import AccountFactory, EditionFactory, make_case
from tests.faults.database import db, own_database

__all__ = ["db", "own_database"]

# Two full minutes, and time for the tick to start on a busy machine.
PATIENCE = 160


class Cron:
    """The daemon: the machine's own or, where none runs, one of the test's."""

    def __init__(self) -> None:
        self._own: subprocess.Popen | None = None

    def see_to_it(self) -> None:
        """Start it if it is not there; it refuses by itself to run twice."""
        if os.geteuid() == 0 and (self._own is None or self._own.poll() is not None):
            self._own = subprocess.Popen(["cron", "-f"], stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        if self._own:
            self._own.terminate()
            self._own.wait(timeout=30)


@pytest.fixture
def cron():
    programs = shutil.which("crontab") and shutil.which("cron", path="/usr/sbin:/sbin")
    if not programs or (os.geteuid() != 0 and not Path("/run/crond.pid").exists()):
        why = "no cron runs here (Debian, as root: apt-get install cron)"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    daemon = Cron()
    yield daemon
    daemon.stop()


@pytest.fixture
def push(own_database, db) -> Push:
    """Due now, on a database that cron's process can open."""
    today = beijing_day(timezone.now())
    due_at = timezone.now() - timedelta(minutes=1)
    return Push.objects.create(
        edition=EditionFactory(starts_on=today - timedelta(days=1), ends_on=today),
        page=make_case("case-1"),
        language="zh-hans",
        account=AccountFactory(code="website:000000", adapter="website"),
        state=Push.State.APPROVED,
        scheduled_at=due_at,
    )


@pytest.fixture
def manage(own_database, tmp_path):
    """manage(*arguments) of an installation whose configuration has an awkward name."""
    configuration = tmp_path / "100% awkward 'folder'" / "env"
    env = {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "ENV_FILE": str(configuration),
        "VAR_DIR": str(settings.VAR_DIR),
        "DATABASE_URL": own_database,
    }
    subprocess.run([sys.executable, "-m", "edu_cms.environment"], cwd=BASE_DIR, env=env, check=True)

    def run(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=BASE_DIR, env=env, capture_output=True, check=True)
        return done.stdout.decode()

    return run


@pytest.mark.once
@pytest.mark.long
def test_cron_itself_takes_the_line_and_ticks(cron, manage, push):
    with alone_with_the_table():
        others = table()
        manage("crontab", "add")
        manage("crontab", "add")
        assert table()[:-1] == others
    try:
        assert "campaigns.cron.tick" in manage("crontab", "show")
        wait_for_a_whole_tick(cron)
    finally:
        with alone_with_the_table():
            others = [line for line in table() if "awkward" not in line]
            manage("crontab", "remove")
            assert table() == others
    push.refresh_from_db()
    assert push.state == Push.State.SENT
    assert Placement.objects.get().key == push.key


def wait_for_a_whole_tick(cron: Cron) -> None:
    """Until a heartbeat tells what its tick came to."""
    give_up = time.monotonic() + PATIENCE
    while not Heartbeat.objects.exclude(result={}).exists():
        log = settings.VAR_DIR / "cron.log"
        assert time.monotonic() < give_up, log.read_text() if log.exists() else "cron never came"
        cron.see_to_it()
        time.sleep(0.5)


def table() -> list[str]:
    done = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


@contextmanager
def alone_with_the_table() -> Iterator[None]:
    """One user has one table: two test runs at once must not overwrite each other's."""
    with Path(tempfile.gettempdir(), "edu-cms-tests-crontab.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
