"""One tick at work: its clock, its claim, its count, and how it writes down what happens."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from campaigns.pushes.claims import LEASE, Claim
from campaigns.pushes.models import Push, PushAttempt, PushQuerySet
from campaigns.pushes.states import StateChangedError, move

logger = logging.getLogger(__name__)

# Claimed at once: few, so that parallel ticks share the work and a dead one leaves little behind.
BATCH = 25
# A channel that says "not now" is tried five times, with waits that double. The first is a little
# less than a minute, so that the very next tick finds it.
MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=50)


@dataclass
class TickResult:
    """How many pushes the tick dealt with (due), and what became of them.

    `retried` wait for another try. `recovered` had been left by a tick that died; they are counted
    in `due` and under what became of them, too.
    """

    due: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    missed: int = 0
    retried: int = 0
    recovered: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class Run:
    """One tick at work."""

    def __init__(self, claim: Claim, started: datetime, should_stop: Callable[[], bool]) -> None:
        self.claim = claim
        self.started = started
        self.should_stop = should_stop
        self.result = TickResult()
        self._monotonic = time.monotonic()
        self._seen: set[int] = set()

    def now(self) -> datetime:
        """The tick's own clock: it does not jump when the machine's does."""
        return self.started + timedelta(seconds=time.monotonic() - self._monotonic)

    def lease(self) -> dict:
        """The fields that say that this tick holds a push."""
        return {"claimed_by": self.claim.name, "lease_until": self.now() + LEASE}

    def see(self, pushes: Iterable[Push]) -> None:
        """Count pushes as dealt with, each once."""
        self._seen.update(push.pk for push in pushes)
        self.result.due = len(self._seen)

    def count(self, name: str) -> None:
        """One more under that name of TickResult."""
        setattr(self.result, name, getattr(self.result, name) + 1)

    def guarded(self, work: Callable[["Run", Push], None], push: Push) -> None:
        """One bad push never stops the others; what it leaves half done, the next tick settles."""
        try:
            work(self, push)
        except StateChangedError:
            logger.warning("push %s was taken over by another tick", push.pk)
        except Exception:
            logger.exception("push %s was left half done", push.pk)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()

    def move(self, push: Push, to: str, *, reason: str = "", **changes) -> None:
        """Move a push that this tick holds. Raises StateChangedError if it no longer does."""
        with transaction.atomic():
            move(push, to, reason=reason, at=self.now(), claimant=self.claim.name, **changes)

    def renew(self, push: Push, **changes) -> None:
        """Extend the lease just before a call. Raises StateChangedError if it was lost."""
        held = Push.objects.filter(pk=push.pk, state=push.state, claimed_by=self.claim.name)
        if not held.update(**self.lease(), **changes):
            raise StateChangedError(f"push {push.pk} is held by another tick")

    def close(self, attempt: PushAttempt | None, outcome: str, detail: str) -> None:
        """Write down how an attempt ended."""
        if attempt:
            attempt.outcome = outcome
            attempt.detail = "\n".join(filter(None, [attempt.detail, detail]))
            attempt.finished_at = attempt.finished_at or self.now()
            attempt.save(update_fields=["outcome", "detail", "finished_at"])

    def finish(self) -> None:
        """Take the sign of life away if nothing is held any more."""
        if not Push.objects.filter(claimed_by=self.claim.name).exists():
            self.claim.retire()


def locked(pushes: PushQuerySet) -> list[Push]:
    """The first rows of the query, locked against other ticks; those they hold are passed over.

    SQLite needs no row locks: its transactions begin by taking the only lock there is.
    """
    if connection.features.has_select_for_update_skip_locked:
        pushes = pushes.select_for_update(skip_locked=True, of=("self",))
    return list(with_relations(pushes)[:BATCH])


def with_relations(pushes: PushQuerySet) -> PushQuerySet:
    """With what a delivery needs."""
    return pushes.select_related("account__region", "edition", "page__locale")


def describe(error: Exception) -> str:
    """An exception in one line for the timeline."""
    return f"{type(error).__name__}: {error}"[:1000]
