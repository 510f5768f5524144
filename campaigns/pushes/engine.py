"""The outbox: finds what is due, claims it, does it, and writes down each try.

The order that makes "at most once, never lost" true: claim (one transaction), intent (one
transaction), the call (outside any), outcome (one transaction). A tick may be late, repeated, run
beside others, or be killed anywhere; the next one finds what was interrupted by its dead claimant
and asks the channel before anything is tried again.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from campaigns.pushes.claims import claimant
from campaigns.pushes.run import Run, TickResult
from campaigns.pushes.sending import send_due
from campaigns.pushes.settling import settle_interrupted

__all__ = ["TickResult", "tick"]


def tick(
    now: datetime | None = None, should_stop: Callable[[], bool] = lambda: False
) -> TickResult:
    """Do everything that is due at `now` (the present if not given).

    `should_stop` is asked between two pushes; what was claimed by then is given back. Must not be
    called inside a transaction (RuntimeError). Raises only what the database or the folder of
    claims raise.
    """
    with claimant() as claim:
        run = Run(claim, now or timezone.now(), should_stop)
        settle_interrupted(run)
        send_due(run)
        run.finish()
    return run.result
