"""Several ticks at once, in processes of their own: each push goes out exactly once."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from campaigns.channels.models import Placement
from campaigns.pushes.models import Push, PushAttempt
from tests.faults.database import PROJECT, environment
from tests.faults.stage import DUE, assert_outbox_holds, assert_website_holds, fill_up

pytestmark = pytest.mark.fault

AT_ONCE = 4


def test_four_ticks_at_once_send_each_push_once(own_database, edition, page, accounts):
    fill_up(edition, page, accounts)
    ticks = [
        subprocess.Popen(
            [sys.executable, str(PROJECT / "manage.py"), "tick", "--json"],
            env=environment(own_database, settings.VAR_DIR),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _n in range(AT_ONCE)
    ]
    results = [json.loads(tick.communicate(timeout=300)[0]) for tick in ticks]

    assert [result["errors"] for result in results] == [{}] * AT_ONCE
    assert sum(result["sent"] for result in results) == DUE
    assert set(Push.objects.values_list("state", flat=True)) == {"sent"}
    assert PushAttempt.objects.count() == DUE
    assert Placement.objects.count() == DUE // 2
    assert_website_holds(Push.objects.filter(account=accounts[0]))
    assert_outbox_holds(Push.objects.filter(account=accounts[1]))
    sys.stdout.write(f"\nshared out: {sorted(result['sent'] for result in results)}\n")
