"""Checked, approved, sent after all: what a person answers for before a push goes out."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.channels.adapters import Remark
from campaigns.channels.adapters.wording import in_words, plain
from campaigns.pushes.deliveries import delivery_of
from campaigns.pushes.links import ensure_link
from campaigns.pushes.models import Push, PushConsent
from campaigns.pushes.planning import cannot_be_changed, move_by_person, reason_given
from campaigns.pushes.preflight import Addresses, Case, Facts, remarks_on
from campaigns.pushes.states import ForbiddenMoveError, State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True)
class Checked:
    """What preflight says about a push, and which of its warnings nobody has consented to."""

    push: Push
    remarks: list[Remark]
    open_warnings: list[Remark]

    @property
    def errors(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.is_error]

    @property
    def is_clear(self) -> bool:
        """Whether nothing stands between the push and its approval but the approver's word."""
        return not self.errors and not self.open_warnings


def preflight(push: Push, facts: Facts | None = None, now: datetime | None = None) -> Checked:
    """Ask every rule, and the channel, about the planned time. Changes nothing, raises nothing.

    May call the channel and the site: not to be asked inside a transaction.
    """
    facts = facts or Facts(Addresses())
    try:
        delivery = delivery_of(push, facts.desk)
        case = Case(push, delivery, facts, now or timezone.now(), sending=False)
        remarks = remarks_on(case)
    except Exception as error:  # noqa: BLE001 whatever breaks here would break when it is sent
        remarks = [Remark("push.broken", in_words(error))]
    return Checked(push, remarks, open_warnings(push, remarks))


def check(push: Push, by: "AbstractBaseUser | None" = None, facts: Facts | None = None) -> Checked:
    """Preflight, written down: without errors a planned push becomes ready, else it is planned.

    For what is not done yet. Raises ValidationError.
    """
    if push.state not in Push.NOT_DONE:
        raise ValidationError(cannot_be_changed(push))
    checked = preflight(push, facts)
    kept = {
        "remarks": [asdict(remark) for remark in checked.remarks],
        "checked_at": timezone.now(),
    }
    words = " ".join(remark.text for remark in checked.errors)
    if push.state == State.PLANNED and not checked.errors:
        move_by_person(push, State.READY, by, words, **kept)
    elif push.state == State.READY and checked.errors:
        move_by_person(push, State.PLANNED, by, words, **kept)
    else:
        Push.objects.filter(pk=push.pk).update(**kept)
        push.remarks, push.checked_at = kept["remarks"], kept["checked_at"]
    return checked


def approve(
    push: Push,
    by: "AbstractBaseUser | None",
    *,
    consent: Collection[str] = (),
    reason: str = "",
    facts: Facts | None = None,
) -> Checked:
    """Check it, take the warnings named by their codes upon oneself, and let it go out at its time.

    Raises ValidationError if there is an error, or a warning that nobody has consented to.
    """
    _require_right(push, by)
    checked = check(push, by, facts)
    if checked.errors:
        raise ValidationError([plain(remark.text) for remark in checked.errors])
    with transaction.atomic():
        _consent(checked, by, consent, reason)
        ensure_link(push)
        if push.state == State.READY:
            move_by_person(push, State.APPROVED, by, reason)
    return checked


def send_now(
    push: Push,
    by: "AbstractBaseUser | None",
    reason: str,
    *,
    consent: Collection[str] = (),
    now: datetime | None = None,
) -> Push:
    """Let it go out at once: what failed or was missed is tried again, what is late goes out late.

    The time becomes the present one, with a check for it. Raises ValidationError.
    """
    now = now or timezone.now()
    may_send_now(push, by)
    return send_checked(
        push, preflight_now(push, now), by, reason_given(reason), consent=consent, now=now
    )


def may_send_now(push: Push, by: "AbstractBaseUser | None") -> None:
    """Raises ValidationError where that push, or that person, does not come to it at all."""
    if push.state not in (State.FAILED, State.MISSED, State.APPROVED):
        raise ValidationError(cannot_be_changed(push))
    _require_right(push, by)


@transaction.atomic
def send_checked(
    push: Push,
    checked: Checked,
    by: "AbstractBaseUser | None",
    reason: str,
    *,
    consent: Collection[str] = (),
    now: datetime,
) -> Push:
    """The second half of `send_now`: `checked` is what preflight_now has said. Calls nobody."""
    require_clear(checked, consent)
    _consent(checked, by, consent, reason)
    ensure_link(push)
    return move_by_person(
        push, State.APPROVED, by, reason, scheduled_at=now, try_at=now, tries=0,
        remarks=[asdict(remark) for remark in checked.remarks], checked_at=now,
    )  # fmt: skip


def require_clear(checked: Checked, consent: Collection[str]) -> None:
    """Raises ValidationError if there is an error, or a warning that nobody has consented to."""
    if checked.errors:
        raise ValidationError([plain(remark.text) for remark in checked.errors])
    _require_consent(checked, consent)


def preflight_now(push: Push, now: datetime | None = None, facts: Facts | None = None) -> Checked:
    """What preflight says if the push goes out now. Changes nothing, raises nothing."""
    now = now or timezone.now()
    moved = Push.objects.select_related("account", "edition", "page__locale", "link").get(
        pk=push.pk
    )
    moved.scheduled_at = now
    return preflight(moved, facts, now=now)


def withdraw_approval(push: Push, by: "AbstractBaseUser | None", reason: str) -> Push:
    """Back to planned: it does not go out unless it is approved anew. Raises ValidationError."""
    if push.state != State.APPROVED:
        raise ValidationError(cannot_be_changed(push))
    return move_by_person(push, State.PLANNED, by, reason_given(reason))


def _require_right(push: Push, by) -> None:
    """Before anything is written: a consent is given by whoever may approve."""
    if by is not None and not by.has_perm("campaigns.approve_push"):
        raise ValidationError(str(ForbiddenMoveError(_("You may not approve pushes."))))


def _require_consent(checked: Checked, codes: Collection[str]) -> None:
    missing = [remark for remark in checked.open_warnings if remark.code not in codes]
    if missing:
        raise ValidationError(
            [
                ValidationError(
                    _("Somebody has to answer for this by name: %(warning)s")
                    % {"warning": remark.text},
                    code="consent",
                )
                for remark in missing
            ]
        )


def _consent(checked: Checked, by, codes: Collection[str], reason: str) -> None:
    _require_consent(checked, codes)
    PushConsent.objects.bulk_create(
        PushConsent(
            push_id=checked.push.pk,
            code=remark.code,
            text=remark.text,
            scheduled_at=checked.push.scheduled_at,
            at=timezone.now(),
            by=by,
            reason=reason[:300],
        )
        for remark in checked.open_warnings
    )


def open_warnings(push: Push, remarks: list[Remark]) -> list[Remark]:
    """The warnings among the remarks that nobody has consented to for the push's time."""
    warnings = [remark for remark in remarks if remark.is_warning]
    if not warnings or push.pk is None:
        return warnings
    given = PushConsent.objects.filter(push=push.pk, scheduled_at=push.scheduled_at)
    codes = set(given.values_list("code", flat=True))
    return [remark for remark in warnings if remark.code not in codes]
