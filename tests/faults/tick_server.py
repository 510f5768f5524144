"""Runs ticks on request, each in a process of its own that may be killed.

A line on the standard input starts one; its process id is answered at once, and when it has ended
"killed" or its exit status. Django is loaded only once, so a tick starts as fast as it forks.

"tick" runs undisturbed; "before 3", "within 3" or "after 3" kills itself at the third call to a
channel: before it, just before its effect becomes visible, or when all but the record is done.
"""

import os
import signal
from functools import partial
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from django.core.management import load_command_class

    from tests.faults.forking import serve
    from tests.faults.warm import warm_up

    load_command_class("campaigns", "tick")
    warm_up()
    serve(tick)


def tick(told: str) -> None:
    from django.core.management import call_command

    if told != "tick":
        point, number = told.split()
        die_at(point, int(number))
    with Path(os.environ["TICK_LOG"]).open("a", encoding="utf-8") as log:
        call_command("tick", "--json", stdout=log)


def die_at(point: str, number: int) -> None:
    """Replace the channels' work by work that ends in SIGKILL at the given call."""
    from campaigns.channels.adapters import ADAPTERS
    from campaigns.channels.models import Placement

    calls = 0

    def deadly(work, *, first: bool):
        def call(*args, **kwargs):
            nonlocal calls
            calls += 1
            if first and calls == number:
                os.kill(os.getpid(), signal.SIGKILL)
            result = work(*args, **kwargs)
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call

    if point == "within":
        Path.rename = deadly(Path.rename, first=True)
        many = Placement.objects.bulk_create
        Placement.objects.bulk_create = deadly(many, first=True)
    else:
        for adapter in ADAPTERS.values():
            one = deadly(adapter.send, first=point == "before")
            adapter.send = one
            adapter.send_all = partial(one_by_one, one)


def one_by_one(send, deliveries: list) -> list:
    """A batch whose every push can be the one that is cut short."""
    return [send(delivery) for delivery in deliveries]


if __name__ == "__main__":
    main()
