"""Runs schedulers on request, each `manage.py run_scheduler` in a process that may be killed.

"start" on the standard input forks one, and its process id is answered; "wait PID" answers, when it
has ended, its exit status (below 0: the signal that ended it). Who has ended and was not waited for
keeps its number, so whoever kills by number never meets a stranger.

Ticks follow each other at once instead of every minute, and what a channel is given to settle is
seconds instead of minutes.
"""

import os
import sys
from pathlib import Path

import django

# For each provider; the stand-in publishes sooner than it is given up.
PATIENCE = {"connect_timeout": 1, "read_timeout": 1, "busy_wait": 1, "rate_wait": 1}
SETTLE_SECONDS = 4
SECONDS_BETWEEN_TICKS = 0.05


def main() -> None:
    django.setup()
    from django.conf import settings

    from campaigns.management.commands import run_scheduler
    from tests.faults.forking import answer, forked
    from tests.faults.warm import warm_up

    warm_up()
    settings.WECHAT.update(PATIENCE, settle_seconds=SETTLE_SECONDS)
    settings.JPUSH.update(PATIENCE)
    run_scheduler.seconds_to_next_minute = lambda _now: SECONDS_BETWEEN_TICKS
    answer("ready")
    for line in sys.stdin:
        order, *number = line.split()
        if order == "wait":
            _pid, ended = os.waitpid(int(number[0]), 0)
            answer(os.waitstatus_to_exitcode(ended))
            continue
        answer(forked(schedule))


def schedule() -> None:
    from django.core.management import call_command

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        call_command("run_scheduler", stdout=nowhere)


if __name__ == "__main__":
    main()
