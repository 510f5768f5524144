"""One tick at work: its clock, its claim, its count, and how it writes down what happens."""

import logging
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaigns.pushes.claims import LEASE, Claim
from campaigns.pushes.models import Push, PushAttempt, PushQuerySet
from campaigns.pushes.preflight import Addresses
from campaigns.pushes.states import Mover, State, StateChangedError, move, move_all

logger = logging.getLogger(__name__)

# A channel that says "not now" is tried five times, with waits that double. The first is a little
# less than a minute, so that the very next tick finds it.
MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=45)
# Waits are this much longer at most, at random: what failed together must not come back together.
JITTER = 0.2
# A channel that cannot say, or is still working, is asked again, each time after nearly as long as
# it has been asked for.
LONGEST_WAIT = timedelta(hours=6)


@dataclass
class TickResult:
    """How many pushes the tick dealt with (due), and what became of them.

    `retried` wait for another try; `pending` were taken by their channel, which is still working on
    them. `recovered` had been left by a tick that died; they are counted in `due` and under what
    became of them, too.
    """

    due: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    missed: int = 0
    retried: int = 0
    recovered: int = 0
    pending: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class Run:
    """One tick at work."""

    def __init__(self, claim: Claim, started: datetime, should_stop: Callable[[], bool]) -> None:
        self.claim = claim
        self.started = started
        self.should_stop = should_stop
        self.result = TickResult()
        self.addresses = Addresses()
        self._monotonic = time.monotonic()
        self._seen: set[int] = set()

    def now(self) -> datetime:
        """The tick's own clock: it does not jump when the machine's does."""
        return self.started + timedelta(seconds=time.monotonic() - self._monotonic)

    def lease(self) -> dict:
        """The fields that say that this tick holds a push."""
        return {"claimed_by": self.claim.name, "lease_until": self.now() + LEASE}

    def take(self, rows: list[Push]) -> None:
        """Claim the due rows, inside the caller's transaction; what is too late becomes missed.

        `rows` keeps those that are now held by this tick.
        """
        now = self.now()
        late = [push for push in rows if push.sendable_until < now]
        timely = [push for push in rows if push.sendable_until >= now]
        move_all(late, State.MISSED, mover=Mover.ENGINE, at=now, reason=_("too late"))
        move_all(timely, State.SENDING, mover=Mover.ENGINE, at=now, **self.lease())
        for push in timely:
            push.state = State.SENDING
        self.count("missed", len(late))
        rows[:] = timely

    def see(self, pushes: Iterable[Push]) -> None:
        """Count pushes as dealt with, each once."""
        self._seen.update(push.pk for push in pushes)
        self.result.due = len(self._seen)

    def count(self, name: str, how_many: int = 1) -> None:
        """So many more under that name of TickResult."""
        setattr(self.result, name, getattr(self.result, name) + how_many)

    def guarded(self, work: Callable, *args) -> None:
        """One bad push never stops the others; what it leaves half done, the next tick settles.

        The first argument of the work is the run, the second the push (or pushes) it is about.
        """
        try:
            work(self, *args)
        except StateChangedError:
            logger.warning("push %s was taken over by another tick", args[0])
        except Exception:
            logger.exception("push %s was left half done", args[0])
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()

    def move(self, push: Push, to: str, *, reason: str = "", **changes) -> None:
        """Move a push that this tick holds. Raises StateChangedError if it no longer does."""
        with transaction.atomic():
            move(
                push,
                to,
                mover=Mover.ENGINE,
                reason=reason,
                at=self.now(),
                claimant=self.claim.name,
                **changes,
            )

    def move_all(self, pushes: list[Push], to: str, *, reason: str = "", **changes) -> None:
        """The same for several; all of them or none."""
        move_all(
            pushes,
            to,
            mover=Mover.ENGINE,
            reason=reason,
            at=self.now(),
            claimant=self.claim.name,
            **changes,
        )

    def renew(self, pushes: list[Push], **changes) -> None:
        """Extend the lease just before a call. Raises StateChangedError if one was lost."""
        states = {push.state for push in pushes}
        held = Push.objects.filter(
            pk__in=[push.pk for push in pushes], state__in=states, claimed_by=self.claim.name
        )
        if held.update(**self.lease(), **changes) != len(pushes):
            raise StateChangedError(f"{len(pushes)} pushes are not all held any more")

    def put_aside(self, push: Push, try_at: datetime, **changes) -> None:
        """Give up the claim without a change of state: the channel is asked at `try_at`."""
        held = Push.objects.filter(pk=push.pk, state=push.state, claimed_by=self.claim.name)
        if not held.update(try_at=try_at, claimed_by="", lease_until=None, **changes):
            raise StateChangedError(f"push {push.pk} is held by another tick")

    def close(self, attempt: PushAttempt | None, outcome: str, detail: str, **more) -> None:
        """Write down how an attempt ended."""
        if attempt:
            self.end(attempt, outcome, detail, **more)
            attempt.save(update_fields=ENDED)

    def end(self, attempt: PushAttempt, outcome: str, detail: str, request: str = "") -> None:
        """The same without saving."""
        attempt.outcome = outcome
        attempt.detail = "\n".join(filter(None, [attempt.detail, detail]))
        attempt.request = request or attempt.request
        attempt.finished_at = attempt.finished_at or self.now()

    def next_question(self, push: Push, attempt: PushAttempt | None) -> datetime:
        """When the channel is asked again about a push that stays open."""
        asked_for = self.now() - (attempt.started_at if attempt else push.scheduled_at)
        return self.now() + min(jittered(max(0.9 * asked_for, FIRST_WAIT)), LONGEST_WAIT)

    def finish(self) -> None:
        """Give back what is still held, and take the sign of life away.

        When the tick was told to stop, or something broke: any other tick, also on another machine,
        settles it at once instead of after the lease.
        """
        Push.objects.filter(claimed_by=self.claim.name).update(claimed_by="", lease_until=None)
        self.claim.retire()


ENDED = ["outcome", "detail", "request", "finished_at"]


def jittered(wait: timedelta) -> timedelta:
    """The wait, a little longer by chance."""
    return wait * random.uniform(1, 1 + JITTER)  # noqa: S311 nothing secret


def locked(pushes: PushQuerySet, most: int) -> list[Push]:
    """The first rows of the query, locked against other ticks; those they hold are passed over.

    SQLite needs no row locks: its transactions begin by taking the only lock there is.
    """
    if connection.features.has_select_for_update_skip_locked:
        pushes = pushes.select_for_update(skip_locked=True)
    return list(with_relations(pushes)[:most])


def with_relations(pushes: PushQuerySet) -> PushQuerySet:
    """With what a delivery needs; accounts, campaigns and pieces that many share are read once."""
    return pushes.prefetch_related("account__region", "edition", "page__locale", "link")
