"""Which state of a push may follow which, by whose hand, and the one place that changes it.

Every change is a compare-and-swap: one UPDATE that names the state it starts from, so that of two
who want to move the same push only one does. Each leaves a PushTransition: who, when, why.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from campaigns.channels.models import ChannelAccount
from campaigns.pushes.models import Push, PushTransition

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

State = Push.State
_state = attrgetter("state")


class Mover(StrEnum):
    """Who moves a push: the engine, or a person by what they may do."""

    ENGINE = "engine"
    PLANNER = "campaigns.change_push"
    APPROVER = "campaigns.approve_push"
    # Whoever runs commands on the machine: may do what people may.
    OPERATOR = "operator"


_ENGINE = frozenset({Mover.ENGINE})
_PLANNER = frozenset({Mover.PLANNER, Mover.OPERATOR})
_CHECKER = frozenset({Mover.PLANNER, Mover.APPROVER, Mover.OPERATOR})
_APPROVER = frozenset({Mover.APPROVER, Mover.OPERATOR})

# A push that was missed or has failed did not go out, so a person may plan it anew, approve
# another try or call it off. What was sent can be called back where the channel can; what was
# cancelled stays cancelled; what is unknown can only be found out.
MOVES: dict[tuple[str, str], frozenset[Mover]] = {
    # Another time; what was approved for the old one is then only planned.
    (State.PLANNED, State.PLANNED): _PLANNER,
    (State.READY, State.PLANNED): _CHECKER,
    (State.APPROVED, State.PLANNED): _CHECKER,
    (State.FAILED, State.PLANNED): _PLANNER,
    (State.MISSED, State.PLANNED): _PLANNER,
    # Preflight has found no error; an approver takes the warnings upon themselves.
    (State.PLANNED, State.READY): _CHECKER,
    (State.READY, State.APPROVED): _APPROVER,
    # Sent later than planned, on an approver's word: retried, or late after a pause.
    (State.APPROVED, State.APPROVED): _APPROVER,
    (State.FAILED, State.APPROVED): _APPROVER,
    (State.MISSED, State.APPROVED): _APPROVER,
    # The engine's own road.
    (State.APPROVED, State.SENDING): _ENGINE,
    (State.SENDING, State.APPROVED): _ENGINE,
    (State.SENDING, State.SENT): _ENGINE,
    (State.SENDING, State.FAILED): _ENGINE,
    (State.SENDING, State.UNKNOWN): _ENGINE,
    (State.SENDING, State.MISSED): _ENGINE,
    (State.UNKNOWN, State.SENT): _ENGINE,
    (State.UNKNOWN, State.FAILED): _ENGINE,
    (State.UNKNOWN, State.APPROVED): _ENGINE,
    (State.PLANNED, State.MISSED): _ENGINE,
    (State.READY, State.MISSED): _ENGINE,
    (State.APPROVED, State.MISSED): _ENGINE,
    # The channel is to be asked now instead of later.
    (State.UNKNOWN, State.UNKNOWN): _APPROVER,
    (State.SENDING, State.SENDING): _APPROVER,
    # Called off; called back.
    (State.PLANNED, State.CANCELLED): _PLANNER,
    (State.READY, State.CANCELLED): _PLANNER,
    (State.FAILED, State.CANCELLED): _PLANNER,
    (State.MISSED, State.CANCELLED): _PLANNER,
    (State.APPROVED, State.CANCELLED): _CHECKER,
    # Only where a person was to do it and has not: nothing has gone out then (hands.call_off).
    (State.SENDING, State.CANCELLED): _CHECKER,
    (State.SENT, State.CANCELLED): _APPROVER,
}
# Databases take so many names in one statement, and not any number.
MOST_NAMED = 5000
REASON_LENGTH = PushTransition._meta.get_field("reason").max_length  # noqa: SLF001


class ForbiddenMoveError(Exception):
    """The table does not allow that move, or not by that hand."""


class StateChangedError(Exception):
    """Somebody else has moved the push in the meantime, or works on it now."""


def is_allowed(from_state: str, to_state: str, mover: Mover | None = None) -> bool:
    """Whether the table allows the move: to that mover, or to anybody at all."""
    movers = MOVES.get((from_state, to_state), frozenset())
    return bool(movers) if mover is None else mover in movers


def move(
    push: Push,
    to: str,
    *,
    by: "AbstractBaseUser | None" = None,
    mover: Mover | None = None,
    reason: str = "",
    at: datetime | None = None,
    claimant: str = "",
    **changes,
) -> Push:
    """Move the push from the state it was read in, together with other fields that change with it.

    `by` is the person; without one it is the operator, or the engine where `mover` says so.
    `claimant` is the tick that holds the push; empty for people, who cannot move what a tick holds.
    Leaving a state gives up the claim. Raises ForbiddenMoveError or StateChangedError.
    """
    move_all([push], to, by=by, mover=mover, reason=reason, at=at, claimant=claimant, **changes)
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
    mover: Mover | None = None,
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
        _check_hand((from_state, to), rows, by, mover)
        moved = sum(
            Push.objects.filter(
                pk__in=[push.pk for push in rows[start : start + MOST_NAMED]],
                state=from_state,
                claimed_by=claimant,
            ).update(state=to, **_with_claim_given_up(to, changes))
            for start in range(0, len(rows), MOST_NAMED)
        )
        if moved != len(rows):
            raise StateChangedError(
                f"{len(rows) - moved} of {len(rows)} are no longer {from_state}"
            )
        _record(rows, (from_state, to), by=by, reason=reason, at=at)


def enter(push: Push, *, by: "AbstractBaseUser | None" = None, reason: str = "") -> None:
    """Write down that a push came to be."""
    _record([push], ("", push.state), by=by, reason=reason)


def _check_hand(way: tuple[str, str], pushes: list[Push], by, mover: Mover | None) -> None:
    movers = MOVES.get(way, frozenset())
    if by is None:
        allowed = (mover or Mover.OPERATOR) in movers
    else:
        allowed = any(by.has_perm(one) for one in movers if "." in one) and _owns(by, pushes)
    if not allowed:
        raise ForbiddenMoveError(f"{way[0]} → {way[1]} by {by or mover or Mover.OPERATOR}")


def _owns(user, pushes: list[Push]) -> bool:
    """Whether all their accounts belong to the user's regions."""
    accounts = {push.account_id for push in pushes}
    return ChannelAccount.objects.visible_to(user).filter(pk__in=accounts).count() == len(accounts)


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
