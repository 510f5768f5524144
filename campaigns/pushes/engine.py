"""The outbox: finds what is due, claims it, does it, and writes down each try.

The order that makes "at most once, never lost" true: claim (one transaction), intent (one
transaction), the call (outside any), outcome (one transaction). A tick may be late, repeated, run
beside others, or be killed anywhere; the next one finds what was interrupted by its dead claimant
and asks the channel before anything is tried again.

What is done on this machine (the website, packages in a folder) goes by the batch, here. Channels
that are called over the network are called side by side, each account's calls on threads of their
own; all that is written to the database is written here, by one hand.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from campaigns.pushes.batches import claim_batch, send_batch
from campaigns.pushes.calls import Calls
from campaigns.pushes.claims import claimant
from campaigns.pushes.missing import miss_what_is_too_late
from campaigns.pushes.run import Run, TickResult
from campaigns.pushes.sending import call_what_is_due
from campaigns.pushes.settling import settle_what_is_open

__all__ = ["TickResult", "tick"]


def tick(
    now: datetime | None = None, should_stop: Callable[[], bool] = lambda: False
) -> TickResult:
    """Do everything that is due at `now` (the present if not given).

    `should_stop` is asked between two pushes; what was claimed by then is given back. Must not be
    called inside a transaction (RuntimeError). Raises only what the database or the folder of
    claims raise.
    """
    with claimant() as claim, Calls() as calls:
        run = Run(claim, now or timezone.now(), should_stop)
        settle_what_is_open(run, calls)
        miss_what_is_too_late(run)
        while not run.should_stop():
            call_what_is_due(run, calls)
            batch = claim_batch(run)
            if batch:
                run.guarded(send_batch, batch)
            calls.take_answers(wait=not batch)
            if not batch and calls.are_done and not call_what_is_due(run, calls):
                break
        calls.finish()
        run.finish()
    return run.result
