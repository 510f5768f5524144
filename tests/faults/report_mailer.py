"""Works the reports by mail on request, each time in a process of its own that may be killed.

A line on the standard input starts one: a point, the how many-th time it comes there, and how many
seconds ahead of the clock it works. There it dies by SIGKILL: "planned" (before it takes a mail in
hand), "making" (before the report is worked out), "about" (it has written that it is about to
send), "within" (the mail server has it, and nothing is written of that). "all 0 0" runs
undisturbed. The answer is its process id at once, and at its end "killed" or "0".
"""

import os
import signal
from datetime import timedelta

import django


def main() -> None:
    django.setup()
    from campaigns.reports import mailing
    from tests.faults.forking import serve

    assert mailing
    serve(work)


def work(told: str) -> None:
    from django.utils import timezone

    from campaigns.reports import mailing

    point, number, later = told.split()
    ahead = timezone.now() + timedelta(seconds=float(later))
    timezone.now = lambda: ahead
    die_at(mailing, point, int(number))
    mailing.work()


def die_at(mailing, point: str, number: int) -> None:
    """Replace one step of the work by one that ends in SIGKILL at the given call."""
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

    if point == "planned":
        mailing._take = deadly(mailing._take, first=True)
    elif point == "making":
        mailing.message_for = deadly(mailing.message_for, first=True)
    elif point == "about":
        mailing._about_to_send = deadly(mailing._about_to_send, first=False)
    elif point == "within":
        server = mailing.mail_server
        server.hand_over = deadly(server.hand_over, first=False)


if __name__ == "__main__":
    main()
