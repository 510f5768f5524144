"""Hold up an account, a channel, a campaign or everything, and let it go on again."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.pushes import approval, planning
from campaigns.pushes.models import Pause, Push
from campaigns.pushes.states import State
from campaigns.regions.models import HEAD_OFFICE, Region
from campaigns.regions.scope import scope_to, sees_everything

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class Choice(StrEnum):
    """What becomes of a push that is late when the pause ends."""

    SEND = "send"
    RETIME = "retime"
    SKIP = "skip"


def sees_all_regions(user: "AbstractBaseUser") -> bool:
    """Whether the user may hold up what belongs to other regions, too."""
    roots = Region.objects.filter(code=HEAD_OFFICE)
    return sees_everything(user) or scope_to(roots, user, path="path").exists()


def may_end(user: "AbstractBaseUser", pause: Pause) -> bool:
    """An account's pause belongs to its region, every other to head office."""
    return pause.account_id is not None or sees_all_regions(user)


def begin(pause: Pause, by: "AbstractBaseUser") -> Pause:
    """Hold up what the pause names. Raises ValidationError, keyed by field."""
    pause.reason = planning.reason_given(pause.reason)
    if not may_end(by, pause):
        raise ValidationError({"account": [_("Choose an account of your own regions.")]})
    pause.begun_at, pause.begun_by = timezone.now(), by
    pause.save(force_insert=True)
    return pause


def late_pushes(pause: Pause, now: datetime | None = None) -> list[Push]:
    """Pushes that the pause, and nothing else, has kept from going out by now."""
    others = Pause.objects.standing().exclude(pk=pause.pk)
    rows = (
        Push.objects.filter(pause.condition(), state=State.APPROVED, claimed_by="")
        .filter(scheduled_at__lt=now or timezone.now())
        .select_related("page__locale", "account", "edition", "link")
        .order_by("scheduled_at", "pk")
    )
    elsewhere = list(others)
    return [push for push in rows if not any(other.holds(push) for other in elsewhere)]


def end(
    pause: Pause,
    by: "AbstractBaseUser",
    choices: dict[int, tuple[Choice, datetime | None]],
    now: datetime | None = None,
) -> dict[int, str]:
    """End the pause, having done with each late push as chosen (by its id; a time for RETIME).

    A late push without a choice stops it: raises ValidationError, and then nothing has happened.
    Returns what could not be done as chosen, by id: such a push goes back to planned, to be looked
    at.
    """
    now = now or timezone.now()
    late = late_pushes(pause, now)
    if undecided := [push for push in late if push.pk not in choices]:
        raise ValidationError(
            _("%(count)s more pushes are late by now: decide about them, too.")
            % {"count": len(undecided)}
        )
    refused = {}
    for push in late:
        choice, at = choices[push.pk]
        try:
            _do(push, by, choice, at, now)
        except ValidationError as error:
            refused[push.pk] = " ".join(error.messages)
            _put_back(push, by, refused[push.pk])
    with transaction.atomic():
        ended = Pause.objects.standing().filter(pk=pause.pk)
        if not ended.update(ended_at=now, ended_by=by):
            raise ValidationError(_("Somebody else has ended the pause."))
    return refused


def _do(push: Push, by, choice: Choice, at: datetime | None, now: datetime) -> None:
    reason = _("late after a pause")
    if choice == Choice.SKIP:
        planning.cancel(push, by, reason)
    elif choice == Choice.RETIME:
        if at is None:
            raise ValidationError(_("Say the new time."))
        planning.retime(push, at, by, push.ends_at)
    else:
        # What was consented to for the old time is taken along: the approver says so by this.
        codes = set(push.consents.values_list("code", flat=True))
        approval.send_now(push, by, reason, consent=codes, now=now)


def _put_back(push: Push, by, why: str) -> None:
    push.refresh_from_db(fields=["state"])
    if push.state == State.APPROVED:
        planning.move_by_person(push, State.PLANNED, by, why)
