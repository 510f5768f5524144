"""Moving an edition's window, and with it all that is not done yet.

What is done, sent or called off stays. Everything else moves by as many days as the first day does,
at the same time of day in Beijing. What cannot move is named, with the reason, and stays.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition, RegionalWindow, check_window
from campaigns.calendar.rights import require_head_office
from campaigns.calendar.windows import beijing_day, moved
from campaigns.field.models import FieldSession
from campaigns.plans.models import PushItem, Task
from campaigns.plans.rehearsal import fingerprint
from campaigns.pushes.models import Push
from campaigns.pushes.planning import cost_of_moving, retime
from campaigns.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# Further than that is a slip of the keyboard and no change of dates.
FURTHEST_DAYS = 120


@dataclass(frozen=True)
class Move:
    """One thing that moves (`after`) or stays. `key` names the row, such as task:12.

    `reason` says why it stays, or what the move costs; `is_past`, that it would lie in the past by
    then; `is_outside`, that the campaign's days, in its region, leave it out.
    """

    key: str
    label: str
    region: Region
    before: date | datetime | str
    after: date | datetime | str | None = None
    reason: str = ""
    is_past: bool = False
    is_outside: bool = False


@dataclass
class Shift:
    """What moving the window came to."""

    edition: Edition
    before: tuple[date, date]
    moves: list[Move] = field(default_factory=list)
    stays: list[Move] = field(default_factory=list)

    @property
    def days(self) -> int:
        return (self.edition.starts_on - self.before[0]).days

    @property
    def after(self) -> tuple[date, date]:
        return self.edition.starts_on, self.edition.ends_on

    @property
    def fingerprint(self) -> str:
        lines = [(m.key, m.before, m.after, m.reason) for m in [*self.moves, *self.stays]]
        return fingerprint([self.before, self.after, *lines])


def needs_preview(edition: Edition) -> bool:
    """Whether anything hangs on the edition's dates."""
    return (
        edition.tasks.exists()
        or edition.pushes.exists()
        or edition.push_items.exists()
        or edition.regional_windows.exists()
    )


@transaction.atomic
def shift(
    edition: Edition,
    starts_on: date,
    ends_on: date,
    by: "AbstractBaseUser | None" = None,
    *,
    confirmed: bool = False,
) -> Shift:
    """Give the edition another window and move what hangs on it.

    `confirmed` says that these are the notice's dates.
    Raises PermissionDenied for a region's people, and ValidationError, keyed by field, for a window
    that ends before it begins, is too long, or lies more than FURTHEST_DAYS from the present one.
    """
    require_head_office(by)
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    _check(locked, starts_on, ends_on)
    told = Shift(locked, (locked.starts_on, locked.ends_on))
    pushes = _pushes_of(locked)
    # Asked before the window moves: what lay outside it does not follow it.
    inside = {
        push.pk: locked.holds(beijing_day(push.scheduled_at), push.account.region)
        for push in pushes
    }
    locked.starts_on, locked.ends_on = starts_on, ends_on
    if confirmed:
        locked.state = Edition.State.CONFIRMED
    locked.save(update_fields=["starts_on", "ends_on", "state"])
    _move_windows(told)
    _move_tasks(told)
    _move_pushes(told, pushes, inside, by)
    _move_open_items(told)
    _name_sessions(told)
    return told


def _check(edition: Edition, starts_on: date, ends_on: date) -> None:
    check_window(starts_on, ends_on)
    if abs((starts_on - edition.starts_on).days) > FURTHEST_DAYS:
        raise ValidationError(
            {
                "starts_on": _("More than %(days)s days from %(date)s: is the year right?")
                % {"days": FURTHEST_DAYS, "date": edition.starts_on}
            }
        )


def _pushes_of(edition: Edition) -> list[Push]:
    rows = edition.pushes.select_related("account__region", "page").order_by("scheduled_at", "pk")
    pushes = list(rows)
    for push in pushes:
        push.edition = edition
    return pushes


def _move_windows(told: Shift) -> None:
    """Regional windows move along, and stay wide enough for the edition's own."""
    for row in told.edition.regional_windows.select_related("region"):
        before = f"{row.starts_on} – {row.ends_on}"
        row.starts_on = min(row.starts_on + timedelta(days=told.days), told.edition.starts_on)
        row.ends_on = max(row.ends_on + timedelta(days=told.days), told.edition.ends_on)
        after = f"{row.starts_on} – {row.ends_on}"
        if before != after:
            row.save(update_fields=["starts_on", "ends_on"])
            label = RegionalWindow._meta.verbose_name  # noqa: SLF001
            told.moves.append(Move(f"window:{row.pk}", str(label), row.region, before, after))


def _move_tasks(told: Shift) -> None:
    tasks = list(told.edition.tasks.select_related("region"))
    open_tasks = [task for task in tasks if task.is_open]
    if told.days:
        for task in open_tasks:
            before, task.due_on = task.due_on, task.due_on + timedelta(days=told.days)
            told.moves.append(
                _move(f"task:{task.pk}", task.title, task.region, before, task.due_on)
            )
        Task.objects.bulk_update(open_tasks, ["due_on"], batch_size=500)
    for task in tasks:
        if not task.is_open:
            reason = task.get_state_display()
            told.stays.append(
                Move(f"task:{task.pk}", task.title, task.region, task.due_on, None, reason)
            )


def _move_pushes(told: Shift, pushes: list[Push], inside: dict[int, bool], by) -> None:
    movable = set(told.edition.pushes.not_done().values_list("pk", flat=True))
    moves, stays = [], []
    # Forwards the last goes first: no push passes through a day that another still holds, where an
    # account's limit would refuse it.
    for push in reversed(pushes) if told.days > 0 else pushes:
        before, region = push.scheduled_at, push.account.region
        label = f"{push.page.title} → {push.account.name}"
        after, reason = None, ""
        if push.pk not in movable:
            reason = push.get_state_display()
        elif not inside[push.pk]:
            reason = _("It lay outside the campaign's days already: give it a time by hand.")
        elif told.days:
            after, reason = _retimed(push, told.days, by)
        elif not told.edition.holds(beijing_day(before), region):
            reason = _("It now lies outside the campaign's days: give it another time.")
        if after or reason:
            line = Move(f"push:{push.pk}", label, region, before, after, reason)
            (moves if after else stays).append(line)
    told.moves += sorted(moves, key=_time_then_key)
    told.stays += sorted(stays, key=_time_then_key)


def _time_then_key(line: Move) -> tuple:
    return line.before, line.key


def _retimed(push: Push, days: int, by) -> tuple[datetime | None, str]:
    after, cost = moved(push.scheduled_at, days), cost_of_moving(push)
    ends_at = moved(push.ends_at, days) if push.ends_at else None
    try:
        with transaction.atomic():
            retime(push, after, by, ends_at)
    except ValidationError as refusal:
        return None, " ".join(refusal.messages)
    PushItem.objects.filter(push=push).update(scheduled_at=after)
    return after, cost


def _move_open_items(told: Shift) -> None:
    if not told.days:
        return
    for item in told.edition.push_items.still_open().select_related("region"):
        before, item.scheduled_at = item.scheduled_at, moved(item.scheduled_at, told.days)
        item.save(update_fields=["scheduled_at"])
        told.moves.append(
            _move(f"item:{item.pk}", item.title, item.region, before, item.scheduled_at)
        )


def _name_sessions(told: Shift) -> None:
    """Sessions stay; those that the new window leaves out are named even if nothing moves."""
    planned = FieldSession.objects.filter(
        edition=told.edition, state=FieldSession.State.PLANNED, starts_at__gt=timezone.now()
    ).select_related("region")
    windows = list(told.edition.regional_windows.select_related("region"))
    reason = _("Field sessions are agreed with people on the spot: their team moves them.")
    for row in planned:
        is_outside = not _holds(told.edition, windows, row)
        if told.days or is_outside:
            told.stays.append(
                Move(
                    f"session:{row.pk}",
                    row.place,
                    row.region,
                    row.starts_at,
                    None,
                    reason,
                    is_outside=is_outside,
                )
            )


def _holds(edition: Edition, windows: list[RegionalWindow], session: FieldSession) -> bool:
    """Whether the session's day lies in the campaign's days or in those of a region over it."""
    over = [row for row in windows if session.region.path.startswith(row.region.path)]
    return any(row.starts_on <= session.day <= row.ends_on for row in (edition, *over))


def _move(key: str, label: str, region: Region, before, after: date | datetime) -> Move:
    now = timezone.now()
    is_past = after < (now if isinstance(after, datetime) else beijing_day(now))
    return Move(key, label, region, before, after, is_past=is_past)
