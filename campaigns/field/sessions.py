"""What can be done with a field session: plan, report, approve, send back, cancel.

Every verb locks the session, looks up the move in MOVES, and writes who did it in the same
transaction. Nothing reaches the ledger before approval, and an approved session is never touched
again: a correction then is an entry of its own in the ledger.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.channels.models import Channel
from campaigns.field.models import FieldSession, SessionReport, SessionTransition
from campaigns.reach.ledger import NewEntry, record
from campaigns.reach.metrics import Basis
from campaigns.reach.models import ReachEntry
from campaigns.regions.models import Region
from campaigns.regions.roles import PERMISSIONS
from content.models import EducationPage

State = FieldSession.State

# Each verb: the states it may start from, and the one it leads to.
MOVES: dict[str, tuple[frozenset[State], State]] = {
    "report": (frozenset({State.PLANNED, State.RETURNED}), State.REPORTED),
    "approve": (frozenset({State.REPORTED}), State.APPROVED),
    "send_back": (frozenset({State.REPORTED}), State.RETURNED),
    "cancel": (frozenset({State.PLANNED, State.RETURNED}), State.CANCELLED),
}
# While a plan may still be changed; afterwards what is reported belongs to the plan as it stood.
EDITABLE = frozenset({State.PLANNED, State.RETURNED})

APPROVE = "campaigns.approve_fieldsession"
APPROVING_ROLES = [role.value for role, names in PERMISSIONS.items() if APPROVE in names]

# Village stalls gave 0.5 to 4 leaflets a person (domain.md); beyond these a person is asked again.
USUAL_LEAFLETS_A_PERSON = (0.25, 8)
USUAL_TIMES_EXPECTED = 5


class MoveRefusedError(Exception):
    """The session's state does not allow this; the message says so to a person."""


def allowed(session: FieldSession, verb: str) -> bool:
    """Whether the session's state lets the verb begin."""
    return session.state in MOVES[verb][0]


# --- Plan -----------------------------------------------------------------------------------------


@transaction.atomic
def plan(
    *,
    by,
    pieces: Iterable[EducationPage] = (),
    source_key: str | None = None,
    at: datetime | None = None,
    **fields,
) -> FieldSession:
    """A new session. The same source key again gives the session that was planned with it.

    Raises ValidationError with the fields that are wrong.
    """
    if source_key and (known := FieldSession.objects.filter(source_key=source_key).first()):
        return known
    session = FieldSession(planned_by=by, source_key=source_key, **fields)
    session.full_clean()
    session.save()
    session.pieces.set(pieces)
    _note(session, "", by, at)
    return session


@transaction.atomic
def replan(session: FieldSession, *, by, pieces: Iterable[EducationPage], **fields) -> FieldSession:
    """Change a plan that has not been reported on, or whose report was returned.

    Raises MoveRefusedError afterwards, ValidationError with the fields that are wrong.
    """
    locked = _lock(session)
    if locked.state not in EDITABLE:
        raise MoveRefusedError(
            _("A session that is “%(state)s” can no longer be changed.")
            % {"state": locked.get_state_display()}
        )
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.full_clean()
    locked.save()
    locked.pieces.set(pieces)
    return locked


# --- Report ---------------------------------------------------------------------------------------


def unusual(session: FieldSession, attendance: int, leaflets: int) -> list[str]:
    """What a person should look at again in these figures: questions, not errors."""
    questions = []
    expected = session.expected_attendance
    if expected and attendance > USUAL_TIMES_EXPECTED * expected:
        questions.append(
            _("%(attendance)s person-times where %(expected)s were expected.")
            % {"attendance": attendance, "expected": expected}
        )
    if attendance and leaflets:
        low, high = USUAL_LEAFLETS_A_PERSON
        if not low <= leaflets / attendance <= high:
            questions.append(
                _("%(ratio)s leaflets a person; usual is %(low)s to %(high)s.")
                % {"ratio": f"{leaflets / attendance:.2f}", "low": low, "high": high}
            )
    return questions


@transaction.atomic
def report(
    session: FieldSession,
    attendance: int,
    leaflets: int,
    notes: str,
    by,
    *,
    at: datetime | None = None,
) -> bool:
    """Store what the session came to (person-times, copies). It does not count yet.

    False when the very same report is already there: a phone may send it twice. `at` is for
    loading history. Raises ValidationError before the session has begun or on impossible figures,
    MoveRefusedError in a state that takes no report.
    """
    at = at or timezone.now()
    locked = _lock(session)
    figures = {"attendance": attendance, "leaflets": leaflets, "notes": notes}
    if locked.state == State.REPORTED and _is_same(locked.report, figures, by):
        return False
    if locked.starts_at > at:
        raise ValidationError(_("The session has not begun yet: report it when it is over."))
    _check(locked, "report")
    try:
        written = locked.report
    except SessionReport.DoesNotExist:
        written = SessionReport(session=locked)
    for name, value in figures.items():
        setattr(written, name, value)
    written.reported_by, written.reported_at = by, at
    written.full_clean()
    written.save()
    _move(locked, "report", by, at, attendance=attendance, leaflets=leaflets)
    _follow(session, locked)
    return True


def _is_same(written: SessionReport, figures: dict, by) -> bool:
    same = all(getattr(written, name) == value for name, value in figures.items())
    return same and written.reported_by_id == getattr(by, "pk", None)


# --- Decide ---------------------------------------------------------------------------------------


def approving_paths(user) -> list[str]:
    """Tree paths of the regions where the user is posted in a role that approves."""
    rows = user.postings.filter(role__in=APPROVING_ROLES)
    return list(rows.values_list("region__path", flat=True))


def is_level_above(user, region: Region) -> bool:
    """Whether the user decides over that region's sessions: posted above it, or at head office.

    Nothing lies above head office, so its own sessions are decided there.
    """
    if user.is_superuser:
        return True
    root = region.path[: Region.steplen]
    return any(
        region.path.startswith(path) and (path != region.path or path == root)
        for path in approving_paths(user)
    )


def may_decide(session: FieldSession, user) -> bool:
    """Whether the user may approve or send back: the level above, and never one's own report."""
    try:
        reporter = session.report.reported_by_id
    except SessionReport.DoesNotExist:
        return False
    return (
        user.is_active
        and user.has_perm(APPROVE)
        and reporter != user.pk
        and is_level_above(user, session.region)
    )


def awaiting(user):
    """The sessions whose report waits for this user's decision, oldest first."""
    waiting = FieldSession.objects.awaiting_approval().exclude(report__reported_by=user)
    waiting = waiting.order_by("starts_at", "pk")
    if not (user.is_active and user.has_perm(APPROVE)):
        return waiting.none()
    if user.is_superuser:
        return waiting
    below = Q()
    for path in approving_paths(user):
        reach = Q(region__path__startswith=path)
        below |= reach if len(path) == Region.steplen else reach & ~Q(region__path=path)
    return waiting.filter(below) if below else waiting.none()


@transaction.atomic
def approve(session: FieldSession, by, at: datetime | None = None) -> bool:
    """Let the report count: state and ledger entries in one transaction.

    False when it was approved already; nothing is entered a second time. Raises PermissionDenied
    when `by` is not of the level above or reported it, MoveRefusedError in any other state.
    """
    locked = _lock(session)
    _check_decider(locked, by)
    if locked.state == State.APPROVED:
        _follow(session, locked)
        return False
    _check(locked, "approve")
    _move(locked, "approve", by, at or timezone.now())
    record(_entries(locked), by=by)
    _follow(session, locked)
    return True


@transaction.atomic
def send_back(session: FieldSession, by, reason: str, at: datetime | None = None) -> None:
    """Return a report for correction.

    Raises ValidationError without a reason, PermissionDenied and MoveRefusedError as approve().
    """
    locked = _lock(session)
    _check_decider(locked, by)
    _check(locked, "send_back")
    _move(locked, "send_back", by, at or timezone.now(), reason=_given(reason))
    _follow(session, locked)


@transaction.atomic
def cancel(session: FieldSession, by, reason: str, at: datetime | None = None) -> None:
    """Call a session off.

    Raises ValidationError without a reason, MoveRefusedError once it is reported.
    """
    locked = _lock(session)
    _check(locked, "cancel")
    _move(locked, "cancel", by, at or timezone.now(), reason=_given(reason))
    _follow(session, locked)


def _entries(session: FieldSession) -> list[NewEntry]:
    """What the report adds to the ledger; nothing is entered for a figure of nought."""
    counts = {"attendance": session.report.attendance, "leaflets": session.report.leaflets}
    field = Channel.objects.get(code="field")
    return [
        NewEntry(
            edition=session.edition,
            channel=field,
            region=session.region,
            language=session.language,
            metric=metric,
            basis=Basis.SELF_REPORTED,
            day=session.day,
            count=count,
            origin=ReachEntry.Origin.SESSION,
            source_key=f"session:{session.pk}:{metric}",
        )
        for metric, count in counts.items()
        if count
    ]


# --- The table at work ----------------------------------------------------------------------------


def _lock(session: FieldSession) -> FieldSession:
    return FieldSession.objects.select_for_update().get(pk=session.pk)


def _check(session: FieldSession, verb: str) -> None:
    if not allowed(session, verb):
        raise MoveRefusedError(
            _("This cannot be done with a session that is “%(state)s”.")
            % {"state": session.get_state_display()}
        )


def _check_decider(session: FieldSession, by) -> None:
    if not may_decide(session, by):
        raise PermissionDenied(_("The level above decides, and nobody over their own report."))


def _given(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why, so that the team knows what to do.")})
    return reason


def _move(session: FieldSession, verb: str, by, at: datetime, **noted) -> None:
    before, session.state = session.state, MOVES[verb][1]
    session.save(update_fields=["state"])
    _note(session, before, by, at, **noted)


def _note(session: FieldSession, before: str, by, at: datetime | None, **noted) -> None:
    SessionTransition.objects.create(
        session=session,
        from_state=before,
        to_state=session.state,
        at=at or timezone.now(),
        by=by,
        **noted,
    )


def _follow(session: FieldSession, locked: FieldSession) -> None:
    """Let the caller's object show the new state."""
    session.state = locked.state
