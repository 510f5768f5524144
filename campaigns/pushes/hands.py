"""What a person does about a push that went wrong, or went out and should not have."""

import logging
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.channels.adapters import ADAPTERS, NotPossibleError, Outcome, Receipt
from campaigns.channels.adapters.wording import in_words, plain
from campaigns.pushes.deliveries import delivery_of
from campaigns.pushes.models import Push, PushAttempt
from campaigns.pushes.planning import cannot_be_changed, move_by_person, reason_given
from campaigns.pushes.states import State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger(__name__)

Ended = PushAttempt.Outcome


def can_ask(push: Push) -> bool:
    """Whether the channel can be asked about it: nobody knows yet how it ended."""
    return push.state in (State.UNKNOWN, State.SENDING) and not push.claimed_by


def ask_now(push: Push, by: "AbstractBaseUser | None", reason: str) -> Push:
    """Have the next tick ask the channel what became of it. Raises ValidationError."""
    if not can_ask(push):
        raise ValidationError(cannot_be_changed(push))
    return move_by_person(push, push.state, by, reason_given(reason), try_at=timezone.now())


def can_call_off(push: Push) -> bool:
    """Whether it waits for a person who can still be told not to do it."""
    adapter = ADAPTERS.get(push.account.adapter)
    waits = push.state == State.SENDING and not push.claimed_by
    return waits and adapter is not None and adapter.waits_for_people


def call_off(push: Push, by: "AbstractBaseUser | None", reason: str) -> Push:
    """Cancel a push that waits for a person, who can then no longer confirm it.

    Of this and that person's answer only the first counts. Raises ValidationError; then nothing
    has changed.
    """
    reason = reason_given(reason)
    if not can_call_off(push):
        raise ValidationError(cannot_be_changed(push))
    delivery = delivery_of(push)
    with transaction.atomic():
        # In the order in which an answer writes, so that the two never wait for each other.
        ADAPTERS[push.account.adapter].call_off(delivery, by, reason)
        push.attempts.filter(outcome=Ended.PENDING).update(
            outcome=Ended.WITHDRAWN, finished_at=timezone.now()
        )
        return move_by_person(push, State.CANCELLED, by, reason)


def can_withdraw(push: Push) -> bool:
    """Whether it went out on a channel that can take it back."""
    adapter = ADAPTERS.get(push.account.adapter)
    return push.state == State.SENT and adapter is not None and adapter.can_withdraw


def withdraw(push: Push, by: "AbstractBaseUser | None", reason: str) -> Push:
    """Have the channel take it back. Raises ValidationError with the channel's words.

    Calls the channel: not to be done inside a transaction. The intent is written down first, so
    that a withdrawal that broke off is seen; it can be asked for again.
    """
    reason = reason_given(reason)
    if not can_withdraw(push):
        raise ValidationError(_("What went out on this channel cannot be taken back from here."))
    if by is not None and not by.has_perm("campaigns.approve_push"):
        raise ValidationError(_("You may not withdraw pushes."))
    attempt = _intend(push, reason)
    receipt = _call(push)
    done = receipt.outcome == Outcome.SENT
    attempt.outcome = Ended.WITHDRAWN if done else Ended.FAILED
    attempt.detail, attempt.finished_at = receipt.detail, timezone.now()
    attempt.save(update_fields=["outcome", "detail", "finished_at"])
    if not done:
        raise ValidationError(plain(receipt.detail) or _("The channel has not taken it back."))
    return move_by_person(push, State.CANCELLED, by, reason)


def _intend(push: Push, reason: str) -> PushAttempt:
    last = push.attempts.aggregate(last=Max("number"))["last"] or 0
    try:
        return PushAttempt.objects.create(
            push=push,
            number=last + 1,
            started_at=timezone.now(),
            request=_("withdraw: %(reason)s") % {"reason": reason},
        )
    except IntegrityError as error:
        raise ValidationError(_("Somebody else is withdrawing it.")) from error


def _call(push: Push) -> Receipt:
    try:
        return ADAPTERS[push.account.adapter].withdraw(delivery_of(push))
    except NotPossibleError as error:
        return Receipt(Outcome.FAILED, str(error))
    except Exception as error:
        logger.exception("push %s: the withdrawal broke off", push.pk)
        return Receipt(Outcome.UNKNOWN, in_words(error))
