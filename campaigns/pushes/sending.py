"""What is due: claimed in small batches, sent one by one."""

import logging

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.channels.adapters import Delivery, Outcome, Receipt, adapter_of
from campaigns.pushes.deliveries import delivery_of, objections
from campaigns.pushes.models import Push, PushAttempt
from campaigns.pushes.run import FIRST_WAIT, MOST_TRIES, Run, describe, locked
from campaigns.pushes.states import State, move_all

logger = logging.getLogger(__name__)

Ended = PushAttempt.Outcome


def send_due(run: Run) -> None:
    """Claim and send batch after batch until nothing is due or the tick is to stop."""
    while not run.should_stop() and (batch := _claim_batch(run)):
        for push in batch:
            run.guarded(_give_back if run.should_stop() else _send, push)


def _claim_batch(run: Run) -> list[Push]:
    """The next due pushes, now held by this tick; what is too late becomes missed on the way.

    An empty list means that nothing is due.
    """
    while True:
        with transaction.atomic(durable=True):
            now, lease = run.now(), run.lease()
            rows = locked(Push.objects.due(now))
            late = [push for push in rows if push.sendable_until < now]
            timely = [push for push in rows if push.sendable_until >= now]
            move_all(late, State.MISSED, at=now, reason=_("too late"))
            move_all(timely, State.SENDING, at=now, **lease)
        run.see(rows)
        run.result.missed += len(late)
        if timely or not rows:
            for push in timely:
                push.state = State.SENDING
            return timely


def _give_back(run: Run, push: Push) -> None:
    run.move(push, State.PLANNED, reason=_("the scheduler was stopped"))


def _send(run: Run, push: Push) -> None:
    if push.sendable_until < run.now():
        run.move(push, State.MISSED, reason=_("too late"))
        run.result.missed += 1
        return
    try:
        delivery = delivery_of(push)
        problems = objections(push, delivery)
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("push %s could not be prepared", push.pk)
        problems = [describe(error)]
    if problems:
        run.move(push, State.FAILED, reason=" ".join(problems))
        run.result.failed += 1
        return
    attempt = _intend(run, push)
    _conclude(run, push, attempt, _call(push, delivery))


def _intend(run: Run, push: Push) -> PushAttempt:
    """Write down that it is about to be tried. Raises StateChangedError if it is not ours."""
    with transaction.atomic(durable=True):
        run.renew(push, tries=F("tries") + 1)
        push.tries += 1
        return PushAttempt.objects.create(
            push=push, number=push.attempts.count() + 1, started_at=run.now()
        )


def _call(push: Push, delivery: Delivery) -> Receipt:
    try:
        return adapter_of(push.account).send(delivery)
    except Exception as error:
        # Nobody knows how far it came: the next tick asks the channel.
        logger.exception("push %s: the adapter broke off", push.pk)
        return Receipt(Outcome.UNKNOWN, describe(error))


def _conclude(run: Run, push: Push, attempt: PushAttempt, receipt: Receipt) -> None:
    """Write down how the try ended, and what follows from it."""
    now = run.now()
    outcome = receipt.outcome
    if outcome == Outcome.TEMPORARY and push.tries >= MOST_TRIES:
        outcome = Outcome.FAILED
    ended, state, changes, count = {
        Outcome.SENT: (Ended.SENT, State.SENT, {"sent_at": now}, "sent"),
        Outcome.FAILED: (Ended.FAILED, State.FAILED, {}, "failed"),
        Outcome.UNKNOWN: (Ended.UNKNOWN, State.UNKNOWN, {"try_at": now}, "unknown"),
        Outcome.TEMPORARY: (
            Ended.RETRY,
            State.PLANNED,
            {"try_at": now + FIRST_WAIT * 2 ** (push.tries - 1)},
            "retried",
        ),
    }[outcome]
    with transaction.atomic(durable=True):
        run.close(attempt, ended, receipt.detail)
        run.move(push, state, reason="" if state == State.SENT else receipt.detail, **changes)
    run.count(count)
