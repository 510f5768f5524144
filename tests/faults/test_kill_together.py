"""kill -9 around publishing together: all languages are public with one instant, or none is.

Judged by the pages. FAULT_KILLS says how many kills (20), FAULT_SEED repeats a run.
"""

import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from wagtail.models import PageLogEntry

from content.models import EducationPage, Release
from content.publishing import publish_due
from content.translation.together.deciding import decide
from content.translation.together.releases import move
from tests.content.translation.pieces import drafted
from tests.faults.database import environment
from tests.faults.killing import run_killed_after

pytestmark = pytest.mark.fault

KILLS = int(os.environ.get("FAULT_KILLS", "20"))
SEED = int(os.environ.get("FAULT_SEED", "315"))


class Server:
    """Decisions and ticks in processes of their own, on the test's database."""

    def __init__(self, database_url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("together_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(database_url, settings.VAR_DIR),
            text=True,
        )
        assert self._answer() == "ready"

    def _answer(self) -> str:
        answer = self.process.stdout.readline().strip()
        assert answer, "the server has died"
        return answer

    def start(self, told: str) -> int:
        self.process.stdin.write(f"{told}\n")
        self.process.stdin.flush()
        return int(self._answer())

    def run(self, told: str) -> None:
        self.start(told)
        assert self._answer() == "0"

    def ended(self) -> str:
        return self._answer()

    def run_killed_after(self, seconds: float, told: str) -> bool:
        """One that is killed; False if it had ended by then."""
        return run_killed_after(self, seconds, told)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


class Kills:
    """Half of all that a run makes, with some on either side of the commit."""

    def __init__(self) -> None:
        self.chance = random.Random(SEED)
        self.before = self.after = 0

    def instant(self, takes: float) -> float:
        """When to kill, in seconds after the start of what takes so long."""
        return self.chance.uniform(0, takes)

    def note(self, killed: bool, *, is_public: bool) -> None:
        """One that had ended by itself does not count."""
        self.after += killed and is_public
        self.before += killed and not is_public

    @property
    def are_enough(self) -> bool:
        return self.before + self.after >= KILLS // 2 and min(self.before, self.after) > 0

    def __str__(self) -> str:
        return f"kills (seed {SEED}): {self.before} before the commit, {self.after} after it"


@pytest.fixture
def server(own_database):
    server = Server(own_database)
    yield server
    server.close()


@pytest.fixture
def boss(db, django_user_model):
    return django_user_model.objects.create_superuser("boss")


def instants(key) -> set:
    """The instants since which the piece's languages are public; None for one that is not."""
    pages = EducationPage.objects.filter(translation_key=key)
    return {page.last_published_at if page.live else None for page in pages}


def make_due(key, boss) -> None:
    """Decide for an hour from now, and let that hour be now, however slow the machine is."""
    release = decide(key, boss, at=timezone.now() + timedelta(hours=1))
    move(release.members.first().page, timezone.now(), boss)
    assert instants(key) == {None}


def whole(server, told: str) -> float:
    began = time.monotonic()
    server.run(told)
    return time.monotonic() - began


def test_a_decision_for_now_publishes_all_or_none_however_often_it_is_killed(server, boss):
    kills = Kills()
    first = drafted("first")[0].translation_key
    takes = whole(server, f"decide {first} boss")
    for number in range(KILLS * 4):
        if kills.are_enough:
            break
        key = drafted(f"piece{number}")[0].translation_key
        killed = server.run_killed_after(kills.instant(takes), f"decide {key} boss")
        assert len(instants(key)) == 1
        kills.note(killed, is_public=instants(key) != {None})
        if instants(key) == {None}:
            assert not Release.objects.filter(translation_key=key).exists()
            server.run(f"decide {key} boss")
        assert None not in instants(key)
        assert len(instants(key)) == 1
    assert kills.are_enough
    sys.stdout.write(f"\n{kills}\n")


def test_a_release_is_kept_by_the_next_tick_however_often_one_is_killed(server, boss):
    kills = Kills()
    first = drafted("first")[0].translation_key
    make_due(first, boss)
    takes = whole(server, "tick")
    assert None not in instants(first)
    for number in range(KILLS * 4):
        if kills.are_enough:
            break
        key = drafted(f"piece{number}")[0].translation_key
        make_due(key, boss)
        killed = server.run_killed_after(kills.instant(takes), "tick")
        assert len(instants(key)) == 1
        kills.note(killed, is_public=instants(key) != {None})
        server.run("tick")
        assert None not in instants(key)
        assert len(instants(key)) == 1
        assert Release.objects.get(translation_key=key).state == Release.State.PUBLISHED
    assert kills.are_enough
    sys.stdout.write(f"\n{kills}\n")


def test_ticks_at_once_publish_each_release_once(server, own_database, boss):
    keys = [drafted(f"piece{number}")[0].translation_key for number in range(4)]
    for key in keys:
        make_due(key, boss)
    others = [Server(own_database) for _n in range(2)]
    for one in (server, *others):
        one.start("tick")
    assert [one._answer() for one in (server, *others)] == ["0"] * 3
    for one in others:
        one.close()
    assert publish_due() == {}
    for key in keys:
        (instant,) = instants(key)
        assert instant is not None
        pages = EducationPage.objects.filter(translation_key=key)
        published = PageLogEntry.objects.filter(
            page__in=pages.values("pk"), action="wagtail.publish.scheduled"
        )
        assert published.count() == 3
    assert set(Release.objects.values_list("state", flat=True)) == {"published"}
