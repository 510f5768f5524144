"""What becomes of figures that may count something twice, once a person has looked."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from campaigns.reach import ledger
from campaigns.reach.importing.keys import look_up
from campaigns.reach.models import HeldEntry, ReachEntry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Decision = HeldEntry.Decision
DECISIONS = (Decision.COUNTED, Decision.AS_DIFFERENCE, Decision.DROPPED)


class DecidedMeanwhileError(ValueError):
    """Somebody else has decided on one of them, or their import was taken back."""


class NoDifferenceError(ValueError):
    """What the figure stands against is more than the figure itself; `held` is that figure."""

    def __init__(self, held: HeldEntry) -> None:
        super().__init__(f"{held.count} is less than {held.against_count}")
        self.held = held


def decide(
    held: Iterable[HeldEntry], decision: str, reason: str, by: "AbstractBaseUser | None"
) -> int:
    """Decide on all of them alike, or on none; returns how many there were.

    Counted, or counted by the difference to what they stand against, they become entries of the
    ledger under the key and the batch that they came with. Raises DecidedMeanwhileError,
    NoDifferenceError, ValueError for no such decision.
    """
    if decision not in DECISIONS:
        raise ValueError(f"no such decision: {decision!r}")
    wanted = {one.pk for one in held}
    with transaction.atomic():
        ledger.take_turn()
        rows = list(
            HeldEntry.objects.select_for_update(of=("self",))
            .pending()
            .filter(pk__in=wanted)
            .select_related("edition", "channel", "account", "region", "batch")
            .order_by("pk")
        )
        if len(rows) < len(wanted):
            raise DecidedMeanwhileError
        if decision != Decision.DROPPED:
            _count(rows, decision, reason, by)
        HeldEntry.objects.filter(pk__in=wanted).update(
            decision=decision, reason=reason[:300], decided_at=timezone.now(), decided_by=by
        )
    return len(rows)


def _count(rows: list[HeldEntry], decision: str, reason: str, by) -> None:
    entries = []
    known = look_up([row.source_key for row in rows])
    for row in rows:
        count = row.count
        if decision == Decision.AS_DIFFERENCE:
            count -= row.against_count
            if count < 0:
                raise NoDifferenceError(row)
        there = known[row.source_key]
        key = ledger.correction_key(there.pk, there.standing) if there.pk else there.key
        entries.append(
            ledger.NewEntry(
                edition=row.edition,
                channel=row.channel,
                account=row.account,
                region=row.region,
                content=row.content,
                language=row.language,
                metric=row.metric,
                basis=row.basis,
                day=row.day,
                count=count - there.standing.count,
                origin=ReachEntry.Origin.HELD,
                source_key=key,
                batch=row.batch,
                batch_row=row.number,
                corrects_id=there.pk,
                reason=reason[:300],
            )
        )
    ledger.record(entries, by)
