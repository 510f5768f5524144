"""kill -9 while reports go out by mail: none comes twice, and of none is it hidden.

Judged by what the mail server holds: the files of the file backend, by Message-ID. FAULT_KILLS says
how many kills (20), FAULT_SEED repeats a run.
"""

import email
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from campaigns.models import Posting, Region, ReportMail, Subscription
from campaigns.regions.roles import Role
from campaigns.reports.mailing import LEASE
from tests.faults.database import environment

pytestmark = pytest.mark.fault

KILLS = int(os.environ.get("FAULT_KILLS", "20"))
SEED = int(os.environ.get("FAULT_SEED", "315"))
READERS = 6
POINTS = ("planned", "making", "about", "within")


class Mailer:
    """Works the mails in processes of their own, on the test's database."""

    def __init__(self, database_url: str, mails: Path) -> None:
        self.mails = mails
        self.later = 0.0
        script = Path(__file__).with_name("report_mailer.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                **environment(database_url, settings.VAR_DIR),
                "EMAIL_URL": f"filemail:///{mails}",
                "MAIL_FROM": "reports@example.invalid",
            },
            text=True,
        )
        assert self._answer() == "ready"

    def _answer(self) -> str:
        answer = self.process.stdout.readline().strip()
        assert answer, "the mailer has died"
        return answer

    def run(self, point: str = "all", number: int = 0) -> str:
        self.process.stdin.write(f"{point} {number} {self.later}\n")
        self.process.stdin.flush()
        self._answer()  # the number of the process at it
        return self._answer()

    def held(self) -> Counter:
        """How often the mail server took each mail, by the key in its Message-ID."""
        keys: Counter = Counter()
        for path in self.mails.glob("*.log"):
            for part in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
                if part.strip():
                    number = email.message_from_bytes(part.lstrip())["Message-ID"]
                    keys[number.strip("<>").partition("@")[0]] += 1
        return keys

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture
def mailer(own_database, tmp_path):
    folder = tmp_path / "mails"
    folder.mkdir()
    made = Mailer(own_database, folder)
    yield made
    made.close()


@pytest.fixture
def wishes(own_database, edition, django_user_model):
    """People who want a report every day, the first of them now."""
    root = Region.objects.get(depth=1)
    for n in range(READERS):
        user = django_user_model.objects.create_user(f"reader-{n}", f"r{n}@example.invalid")
        Posting.objects.create(user=user, role=Role.MANAGER, region=root)
        Subscription.objects.create(
            user=user,
            query="campaign=315-2026",
            by="channel",
            format="csv",
            rhythm="daily",
            next_due=timezone.now(),
        )


@pytest.mark.usefixtures("wishes")
def test_each_report_is_sent_once_or_said_to_be_unknown(mailer):
    chance = random.Random(SEED)
    hits: Counter = Counter()
    for _round in range(KILLS * 4):
        if sum(hits.values()) >= KILLS and len(hits) == len(POINTS):
            break
        point = chance.choice(POINTS)
        if mailer.run(point, chance.randint(1, READERS)) == "killed":
            hits[point] += 1
        # A day on, so that there is work again, and whatever a dead one held is given up.
        mailer.later += chance.choice([0, LEASE.total_seconds() + 60, 86_400])
    mailer.later += LEASE.total_seconds() + 60
    assert mailer.run() == "0"
    mailer.later += LEASE.total_seconds() + 60
    assert mailer.run() == "0"

    assert sum(hits.values()) >= KILLS
    assert set(hits) == set(POINTS)
    held = mailer.held()
    assert max(held.values()) == 1
    states = {str(key): state for key, state in ReportMail.objects.values_list("key", "state")}
    assert set(held) <= set(states)
    assert set(states.values()) == {"sent", "unknown"}
    assert {key for key, state in states.items() if state == "sent"} <= set(held)
    # Each kill leaves at most one mail in doubt.
    in_doubt = Counter(states.values())["unknown"]
    assert 0 < in_doubt <= hits["about"] + hits["within"]
    sys.stdout.write(f"\n{dict(hits)} kills (seed {SEED}), {len(held)} mails, {in_doubt} unknown\n")


@pytest.mark.usefixtures("wishes")
@pytest.mark.parametrize(
    ("point", "arrived", "state"),
    [
        ("planned", 0, "pending"),
        ("making", 0, "pending"),
        ("about", 0, "sending"),
        ("within", 1, "sending"),
    ],
)
def test_killed_at_the_very_point(mailer, point, arrived, state):
    assert mailer.run(point, 1) == "killed"
    assert sum(mailer.held().values()) == arrived
    assert Counter(ReportMail.objects.values_list("state", flat=True))[state] >= 1
    # Meanwhile others go out, and what is in doubt is left alone.
    assert mailer.run() == "0"
    mailer.later = (LEASE + timedelta(minutes=1)).total_seconds()
    assert mailer.run() == "0"
    in_doubt = int(state == "sending")
    assert Counter(ReportMail.objects.values_list("state", flat=True)) == {
        name: n for name, n in (("sent", READERS - in_doubt), ("unknown", in_doubt)) if n
    }
    assert sum(mailer.held().values()) == READERS - in_doubt + arrived
