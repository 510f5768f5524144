"""Hold up an account, a channel, a campaign or everything, and let it go on again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.pushes import approval, planning
from campaigns.pushes.links import ensure_link
from campaigns.pushes.models import Pause, Push, PushConsent, PushQuerySet
from campaigns.pushes.preflight import Addresses, Facts
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
    """Hold up what the pause names. Raises ValidationError, keyed by field.

    Also for what nothing can belong to, and for what exactly so is paused already.
    """
    pause.reason = planning.reason_given(pause.reason)
    if not may_end(by, pause):
        raise ValidationError({"account": [_("Choose an account of your own regions.")]})
    if pause.account and pause.channel_id not in (None, pause.account.channel_id):
        words = _(
            "“%(account)s” is no account of the channel “%(channel)s”: nothing is held up so."
        )
        names = {"account": pause.account.name, "channel": pause.channel.name}
        raise ValidationError({"channel": [words % names]})
    if there := standing_over(pause).filter(**_named(pause)).first():
        words = _("“%(what)s” is paused already: %(reason)s")
        raise ValidationError(words % {"what": there, "reason": there.reason})
    pause.begun_at, pause.begun_by = timezone.now(), by
    pause.save(force_insert=True)
    return pause


def standing_over(pause: Pause) -> QuerySet[Pause]:
    """Standing pauses that hold up all that this one names, too."""
    channel = pause.channel_id or (pause.account.channel_id if pause.account else None)
    return Pause.objects.standing().filter(
        Q(edition=None) | Q(edition=pause.edition_id),
        Q(channel=None) | Q(channel=channel),
        Q(account=None) | Q(account=pause.account_id),
    )


def _named(pause: Pause) -> dict:
    """What it names, as a condition; a channel beside one of its accounts says nothing more."""
    channel = None if pause.account_id else pause.channel_id
    condition = {"edition": pause.edition_id, "account": pause.account_id}
    return condition if pause.account_id else {**condition, "channel": channel}


def late_pushes(pause: Pause, now: datetime | None = None) -> PushQuerySet:
    """Pushes that the pause, and nothing else, has kept from going out by now; the first first."""
    return (
        Push.objects.filter(pause.condition(), state=State.APPROVED, claimed_by="")
        .filter(scheduled_at__lt=now or timezone.now())
        .not_paused(besides=pause)
        .select_related("page__locale", "account", "edition", "link")
        .order_by("scheduled_at", "pk")
    )


def end(
    pause: Pause,
    by: "AbstractBaseUser",
    choices: dict[int, tuple[Choice, datetime | None]],
    others: Choice | None = None,
    now: datetime | None = None,
) -> dict[int, str]:
    """End the pause, having done with each late push as chosen: all of it or, on an error, nothing.

    `choices` names pushes one by one, by id, with a time for RETIME: each of these is checked
    first, and what could not be done as chosen goes back to planned, to be looked at; that is
    returned, by id. `others` is the answer for all the rest, SEND or SKIP, however many: what is
    sent so is checked as it is sent. Without it, a late push that is not named stops all: raises
    ValidationError, as it does where somebody else has moved one of them meanwhile.

    Calls channels and the site: not to be done inside a transaction.
    """
    now = now or timezone.now()
    late = late_pushes(pause, now)
    named = list(late.filter(pk__in=choices))
    if others is None and (undecided := late.count() - len(named)):
        raise ValidationError(
            _("%(count)s more pushes are late by now: decide about them, too.")
            % {"count": undecided}
        )
    answers = _look_at(named, choices, by, now)
    with transaction.atomic():
        if not Pause.objects.standing().filter(pk=pause.pk).update(ended_at=now, ended_by=by):
            raise ValidationError(_("Somebody else has ended the pause."))
        for answer in answers:
            _do(answer, by, now)
        if others is not None:
            _do_together(late.exclude(pk__in=choices), others, by, now)
    return {answer.push.pk: answer.refusal for answer in answers if answer.refusal}


@dataclass(frozen=True)
class _Answer:
    """What is to become of a push that was named, and why it cannot, if it cannot."""

    push: Push
    choice: Choice
    at: datetime | None
    checked: approval.Checked | None = None
    refusal: str = ""


def _look_at(named: list[Push], choices: dict, by, now: datetime) -> list[_Answer]:
    """Ask of each whether it can be done as chosen, before anything is."""
    facts = Facts(Addresses())
    facts.lay_out([push.page for push in named if choices[push.pk][0] == Choice.SEND])
    answers = []
    for push in named:
        choice, at = choices[push.pk]
        checked, refusal = None, ""
        try:
            if choice == Choice.RETIME:
                if at is None:
                    raise ValidationError(_("Say the new time."))  # noqa: TRY301
                planning.check_times(push.edition, push.account, at, push.ends_at)
            elif choice == Choice.SEND:
                approval.may_send_now(push, by)
                checked = approval.preflight_now(push, now, facts)
                approval.require_clear(checked, _consented(push))
        except ValidationError as error:
            refusal = " ".join(error.messages)
        answers.append(_Answer(push, choice, at, checked, refusal))
    return answers


def _do(answer: _Answer, by, now: datetime) -> None:
    push = answer.push
    if answer.refusal:
        planning.move_by_person(push, State.PLANNED, by, answer.refusal)
    elif answer.choice == Choice.SKIP:
        planning.cancel(push, by, _("skipped after a pause"))
    elif answer.choice == Choice.RETIME:
        planning.retime(push, answer.at, by, push.ends_at)
    else:
        approval.send_checked(
            push,
            answer.checked,
            by,
            _("sent late by hand after a pause"),
            consent=_consented(push),
            now=now,
        )


def _consented(push: Push) -> set[str]:
    """What was consented to for the old time is taken along: the approver says so by sending."""
    return set(push.consents.values_list("code", flat=True))


def _do_together(late: PushQuerySet, choice: Choice, by, now: datetime) -> None:
    """The same answer for many, in a handful of queries; they are checked as they are sent."""
    # A thousand rows with all that hangs on them would take longer than what is done to them.
    pushes = list(late.select_related(None).only("state", "account_id", "link_id"))
    if choice == Choice.SKIP:
        planning.move_all_by_person(pushes, State.CANCELLED, by, _("skipped after a pause"))
        return
    reason = _("sent late by hand after a pause")
    if not by.has_perm("campaigns.approve_push"):
        raise ValidationError(_("You may not approve pushes."))
    _take_consents_along(pushes, by, reason, now)
    for push in pushes:
        if push.link_id is None:
            ensure_link(push)
    planning.move_all_by_person(
        pushes, State.APPROVED, by, reason,
        scheduled_at=now, try_at=now, tries=0, remarks=[], checked_at=None,
    )  # fmt: skip


def _take_consents_along(pushes: list[Push], by, reason: str, now: datetime) -> None:
    held = {push.pk for push in pushes}
    given = PushConsent.objects.filter(
        push__state=State.APPROVED, scheduled_at=F("push__scheduled_at"), push__scheduled_at__lt=now
    )
    PushConsent.objects.bulk_create(
        PushConsent(
            push_id=one.push_id, code=one.code, text=one.text, scheduled_at=now,
            at=now, by=by, reason=reason,
        )
        for one in given
        if one.push_id in held
    )  # fmt: skip
