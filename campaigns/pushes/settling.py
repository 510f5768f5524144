"""What dead ticks and silent channels left open: asked about before anything else is done."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.channels.adapters import Finding, Trace, adapter_of
from campaigns.pushes.claims import take_over_the_dead
from campaigns.pushes.deliveries import delivery_of
from campaigns.pushes.models import Push, PushAttempt
from campaigns.pushes.run import FIRST_WAIT, MOST_TRIES, Run, describe, locked, with_relations
from campaigns.pushes.states import State

logger = logging.getLogger(__name__)

Ended = PushAttempt.Outcome
# A push whose tick died again and again is not tried for ever: it may be what kills it.
MOST_INTERRUPTIONS = 10
# A channel that cannot say whether a push was done is asked again, each time after nearly as long
# as it has been asked for.
LONGEST_WAIT = timedelta(hours=6)


def settle_interrupted(run: Run) -> None:
    """Take over what dead ticks held, and find out what became of it and of what is unknown."""
    take_over_the_dead(run.claim, run.now())
    _claim_unsettled(run)
    held = list(with_relations(Push.objects.filter(claimed_by=run.claim.name).order_by("pk")))
    for push in held:
        if run.should_stop():
            return
        run.see([push])
        run.guarded(_settle, push)


def _claim_unsettled(run: Run) -> None:
    rows = True
    while rows:
        with transaction.atomic(durable=True):
            rows = locked(Push.objects.unsettled(run.now()))
            Push.objects.filter(pk__in=[push.pk for push in rows]).update(**run.lease())


def _settle(run: Run, push: Push) -> None:
    interrupted = push.state == State.SENDING
    attempt = push.attempts.order_by("number").last()
    if interrupted:
        run.result.recovered += 1
        if attempt is None or attempt.outcome != Ended.STARTED:
            run.move(push, State.PLANNED, reason=_("interrupted before it was tried"))
            return
    finding = _ask(run, push)
    with transaction.atomic(durable=True):
        if finding.trace == Trace.FOUND:
            _found(run, push, attempt, finding)
        elif finding.trace == Trace.NOT_FOUND:
            _not_found(run, push, attempt, finding)
        else:
            _cannot_tell(run, push, attempt, finding)


def _ask(run: Run, push: Push) -> Finding:
    run.renew(push)
    try:
        return adapter_of(push.account).reconcile(delivery_of(push))
    except Exception as error:
        logger.exception("push %s: the channel could not be asked", push.pk)
        return Finding(Trace.CANNOT_TELL, describe(error))


def _found(run: Run, push: Push, attempt: PushAttempt | None, finding: Finding) -> None:
    sent_at = attempt.started_at if attempt else run.now()
    run.close(attempt, Ended.FOUND, finding.detail)
    run.move(push, State.SENT, reason=_("found on the channel"), sent_at=sent_at)
    run.count("sent")


def _not_found(run: Run, push: Push, attempt: PushAttempt | None, finding: Finding) -> None:
    most = MOST_INTERRUPTIONS if push.state == State.SENDING else MOST_TRIES
    run.close(attempt, Ended.ABANDONED, finding.detail)
    if push.tries < most:
        # Behind everything that is due already, so that it cannot hold up the others.
        run.move(push, State.PLANNED, reason=_("not found on the channel"), try_at=run.now())
    else:
        reason = _("not found on the channel after %(tries)d tries") % {"tries": push.tries}
        run.move(push, State.FAILED, reason=reason)
        run.count("failed")


def _cannot_tell(run: Run, push: Push, attempt: PushAttempt | None, finding: Finding) -> None:
    asked_for = run.now() - (attempt.started_at if attempt else push.scheduled_at)
    try_at = run.now() + min(max(0.9 * asked_for, FIRST_WAIT), LONGEST_WAIT)
    if push.state == State.SENDING:
        run.close(attempt, Ended.UNKNOWN, finding.detail)
        run.move(push, State.UNKNOWN, reason=finding.detail, try_at=try_at)
    else:
        held = Push.objects.filter(pk=push.pk, claimed_by=run.claim.name)
        held.update(try_at=try_at, claimed_by="", lease_until=None)
    run.count("unknown")
