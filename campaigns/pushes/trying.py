"""One try at a push: may it go out now, the intent before the call, the outcome after it."""

import logging
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from campaigns.channels.adapters import Delivery, Outcome, Receipt, Remark
from campaigns.channels.adapters.wording import in_words
from campaigns.channels.models import ChannelAccount
from campaigns.pushes.deliveries import delivery_of
from campaigns.pushes.models import Pause, Push, PushAttempt, PushConsent
from campaigns.pushes.preflight import Case, Facts, remarks_on
from campaigns.pushes.preflight.quota import has_quota, quota_remarks
from campaigns.pushes.run import (
    ENDED,
    FIRST_WAIT,
    LONGEST_WAIT,
    MOST_TRIES,
    Run,
    jittered,
)
from campaigns.pushes.states import State

logger = logging.getLogger(__name__)

Ended = PushAttempt.Outcome


class HeldUpError(Exception):
    """It must not go out now after all; says why."""


def prepare(
    run: Run, facts: Facts, push: Push, *, channel: bool
) -> tuple[Delivery | None, list[Remark]]:
    """The delivery and what preflight says; an error of ours is an error of the push."""
    try:
        delivery = delivery_of(push, facts.desk)
        case = Case(push, delivery, facts, run.now(), sending=True)
        return delivery, remarks_on(case, channel=channel)
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("push %s could not be prepared", push.pk)
        return None, [Remark("push.broken", in_words(error))]


def may_go(run: Run, push: Push, remarks: list[Remark]) -> bool:
    """Whether the push may be tried now; if not, it is moved to where it belongs."""
    if run.should_stop():
        run.move(push, State.APPROVED, reason=_("the scheduler was stopped"))
    elif push.sendable_until < run.now():
        run.move(push, State.MISSED, reason=_("too late"))
        run.count("missed")
    elif reason := objection(push, remarks):
        fail(run, push, reason)
    else:
        return True
    return False


def objection(push: Push, remarks: list[Remark]) -> str:
    """Why the push must not go out: an error, or a warning nobody has consented to."""
    if errors := [remark.text for remark in remarks if remark.is_error]:
        return " ".join(errors)
    warnings = [remark for remark in remarks if remark.is_warning]
    if not warnings:
        return ""
    consents = PushConsent.objects.filter(push=push, scheduled_at=push.scheduled_at)
    consented = set(consents.values_list("code", flat=True))
    new = [remark.text for remark in warnings if remark.code not in consented]
    return (
        _("Nobody has consented to this: %(warnings)s") % {"warnings": " ".join(new)} if new else ""
    )


def fail(run: Run, push: Push, reason: str) -> None:
    run.move(push, State.FAILED, reason=reason)
    run.count("failed")


def intend(run: Run, pushes: list[Push]) -> list[PushAttempt]:
    """Write down that they are about to be tried.

    Raises StateChangedError if one of them is not ours, HeldUpError if one is paused or its
    account's quota is used up; nothing is written then. A push of an account with a quota comes
    alone.
    """
    with transaction.atomic(durable=True):
        _refuse_paused(pushes)
        _refuse_over_quota(run, pushes)
        run.renew(pushes, tries=F("tries") + 1)
        past = PushAttempt.objects.filter(push__in=[push.pk for push in pushes])
        last = dict(past.order_by().values_list("push").annotate(Max("number")))
        now = run.now()
        attempts = PushAttempt.objects.bulk_create(
            PushAttempt(push=push, number=last.get(push.pk, 0) + 1, started_at=now)
            for push in pushes
        )
    for push in pushes:
        push.tries += 1
    return attempts


def _refuse_paused(pushes: list[Push]) -> None:
    for pause in Pause.objects.standing():
        if any(pause.holds(push) for push in pushes):
            raise HeldUpError(_("paused: %(reason)s") % {"reason": pause.reason})


def _refuse_over_quota(run: Run, pushes: list[Push]) -> None:
    for push in pushes:
        if has_quota(push.account):
            if connection.features.has_select_for_update:
                # Two ticks must not both find the last one free.
                list(ChannelAccount.objects.select_for_update().filter(pk=push.account_id))
            if remarks := quota_remarks(push, run.now(), ahead=False):
                raise OverQuotaError(" ".join(remark.text for remark in remarks))


class OverQuotaError(HeldUpError):
    """The account has no push left."""


def begin(run: Run, pushes: list[Push]) -> list[PushAttempt]:
    """`intend`, and what follows if that is refused: an empty list."""
    try:
        return intend(run, pushes)
    except OverQuotaError as error:
        for push in pushes:
            fail(run, push, str(error))
    except HeldUpError as error:
        for push in pushes:
            run.move(push, State.APPROVED, reason=str(error))
    return []


def conclude(run: Run, push: Push, attempt: PushAttempt, receipt: Receipt) -> None:
    """Write down how the try ended, and what follows from it."""
    outcome = receipt.outcome
    if outcome == Outcome.TEMPORARY and push.tries >= MOST_TRIES:
        outcome = Outcome.FAILED
    with transaction.atomic(durable=True):
        _CONCLUSIONS[outcome](run, push, attempt, receipt)


def _sent(run: Run, push: Push, attempt: PushAttempt, receipt: Receipt) -> None:
    run.close(attempt, Ended.SENT, receipt.detail, request=receipt.request)
    run.move(push, State.SENT, sent_at=run.now(), url=receipt.url or push.url)
    run.count("sent")


def _failed(run: Run, push: Push, attempt: PushAttempt, receipt: Receipt) -> None:
    run.close(attempt, Ended.FAILED, receipt.detail, request=receipt.request)
    fail(run, push, receipt.detail)


def _unknown(run: Run, push: Push, attempt: PushAttempt, receipt: Receipt) -> None:
    run.close(attempt, Ended.UNKNOWN, receipt.detail, request=receipt.request)
    run.move(push, State.UNKNOWN, reason=receipt.detail, try_at=run.now())
    run.count("unknown")


def _pending(run: Run, push: Push, attempt: PushAttempt, receipt: Receipt) -> None:
    run.close(attempt, Ended.PENDING, receipt.detail, request=receipt.request)
    wait = _wait(FIRST_WAIT, receipt)
    run.put_aside(push, run.now() + wait, **({"url": receipt.url} if receipt.url else {}))
    run.count("pending")


def _retried(run: Run, push: Push, attempt: PushAttempt, receipt: Receipt) -> None:
    run.close(attempt, Ended.RETRY, receipt.detail, request=receipt.request)
    try_at = run.now() + _wait(FIRST_WAIT * 2 ** (push.tries - 1), receipt)
    run.move(push, State.APPROVED, reason=receipt.detail, try_at=try_at)
    run.count("retried")


def _wait(usual: timedelta, receipt: Receipt) -> timedelta:
    """The usual wait, or the channel's own if that is longer: within reason, whatever it says."""
    most = LONGEST_WAIT.total_seconds()
    return max(jittered(usual), timedelta(seconds=min(receipt.retry_after or 0, most)))


_CONCLUSIONS = {
    Outcome.SENT: _sent,
    Outcome.FAILED: _failed,
    Outcome.UNKNOWN: _unknown,
    Outcome.PENDING: _pending,
    Outcome.TEMPORARY: _retried,
}


def conclude_sent(run: Run, done: list[tuple[Push, PushAttempt, Receipt]]) -> None:
    """The same for many that went out, in one transaction. Raises StateChangedError."""
    with transaction.atomic(durable=True):
        for _push, attempt, receipt in done:
            run.end(attempt, Ended.SENT, receipt.detail, receipt.request)
        # An upsert of rows that are all there: a quarter of what bulk_update's CASE costs.
        PushAttempt.objects.bulk_create(
            [attempt for _push, attempt, _receipt in done],
            update_conflicts=True,
            update_fields=ENDED,
            unique_fields=["push", "number"],
        )
        run.move_all([push for push, *_rest in done], State.SENT, sent_at=run.now())
    run.count("sent", len(done))
