"""Which state of a push may follow which, and the one place that changes it.

Every change is a compare-and-swap: one UPDATE that names the state it starts from, so that of two
who want to move the same push only one does. Each leaves a PushTransition: who, when, why.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from campaigns.pushes.models import Push, PushTransition

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

State = Push.State
_state = attrgetter("state")

# A push that was missed or has failed did not go out, so a person may plan it anew. What was sent
# stays sent; what was cancelled stays cancelled; what is unknown can only be found out.
ALLOWED: dict[str, frozenset[str]] = {
    State.PLANNED: frozenset({State.PLANNED, State.SENDING, State.MISSED, State.CANCELLED}),
    State.SENDING: frozenset(
        {State.SENT, State.FAILED, State.UNKNOWN, State.MISSED, State.PLANNED}
    ),
    State.UNKNOWN: frozenset({State.SENT, State.FAILED, State.PLANNED}),
    State.FAILED: frozenset({State.PLANNED}),
    State.MISSED: frozenset({State.PLANNED}),
    State.SENT: frozenset(),
    State.CANCELLED: frozenset(),
}
REASON_LENGTH = PushTransition._meta.get_field("reason").max_length  # noqa: SLF001


class ForbiddenMoveError(Exception):
    """The table does not allow that move."""


class StateChangedError(Exception):
    """Somebody else has moved the push in the meantime, or works on it now."""


def is_allowed(from_state: str, to_state: str) -> bool:
    """Whether the table allows the move."""
    return to_state in ALLOWED[from_state]


def move(
    push: Push,
    to: str,
    *,
    by: "AbstractBaseUser | None" = None,
    reason: str = "",
    at: datetime | None = None,
    claimant: str = "",
    **changes,
) -> Push:
    """Move the push from the state it was read in, together with other fields that change with it.

    `claimant` is the tick that holds the push; empty for people, who cannot move what a tick holds.
    Leaving a state gives up the claim. Raises ForbiddenMoveError or StateChangedError.
    """
    move_all([push], to, by=by, reason=reason, at=at, claimant=claimant, **changes)
    push.state = to
    for name, value in _with_claim_given_up(to, changes).items():
        setattr(push, name, value)
    return push


@transaction.atomic
def move_all(
    pushes: Iterable[Push],
    to: str,
    *,
    by: "AbstractBaseUser | None" = None,
    reason: str = "",
    at: datetime | None = None,
    claimant: str = "",
    **changes,
) -> None:
    """Move pushes, each from the state it was read in: all of them or, on an error, none.

    Raises ForbiddenMoveError or StateChangedError.
    """
    pushes = list(pushes)
    for from_state, group in groupby(sorted(pushes, key=_state), key=_state):
        rows = list(group)
        if not is_allowed(from_state, to):
            raise ForbiddenMoveError(f"{from_state} → {to}")
        moved = Push.objects.filter(
            pk__in=[push.pk for push in rows], state=from_state, claimed_by=claimant
        ).update(state=to, **_with_claim_given_up(to, changes))
        if moved != len(rows):
            raise StateChangedError(
                f"{len(rows) - moved} of {len(rows)} are no longer {from_state}"
            )
        _record(rows, (from_state, to), by=by, reason=reason, at=at)


def enter(push: Push, *, by: "AbstractBaseUser | None" = None, reason: str = "") -> None:
    """Write down that a push came to be."""
    _record([push], ("", push.state), by=by, reason=reason)


def _with_claim_given_up(to: str, changes: dict) -> dict:
    given_up = {} if to == State.SENDING else {"claimed_by": "", "lease_until": None}
    return {**given_up, **changes}


def _record(pushes, way: tuple[str, str], *, by, reason: str, at=None) -> None:
    PushTransition.objects.bulk_create(
        PushTransition(
            push=push,
            from_state=way[0],
            to_state=way[1],
            at=at or timezone.now(),
            by=by,
            reason=reason[:REASON_LENGTH],
        )
        for push in pushes
    )
