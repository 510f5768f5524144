"""What dead ticks and silent channels left open: asked about before anything else is done."""

import logging
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.channels.adapters import ADAPTERS, Delivery, Finding, Trace, adapter_of
from campaigns.channels.adapters.wording import in_words
from campaigns.pushes.calls import Calls
from campaigns.pushes.claims import take_over_the_dead
from campaigns.pushes.deliveries import Desk, delivery_of
from campaigns.pushes.models import Push, PushAttempt
from campaigns.pushes.run import MOST_TRIES, Run, locked, with_relations
from campaigns.pushes.states import State

logger = logging.getLogger(__name__)

Ended = PushAttempt.Outcome
# A push whose tick died again and again is not tried for ever: it may be what kills it.
MOST_INTERRUPTIONS = 10
BATCH = 100


def settle_what_is_open(run: Run, calls: Calls) -> None:
    """Take over what dead ticks held, and find out what became of it and of what is unknown.

    Local channels are asked here and now; the others as soon as their account has a line free.
    """
    take_over_the_dead(run.claim, run.now())
    _claim_unsettled(run)
    held = list(with_relations(Push.objects.filter(claimed_by=run.claim.name).order_by("pk")))
    desk = Desk()
    for push in held:
        if run.should_stop():
            return
        run.see([push])
        run.guarded(_settle, push, desk, calls)


def _claim_unsettled(run: Run) -> None:
    rows = True
    while rows:
        with transaction.atomic(durable=True):
            rows = locked(Push.objects.unsettled(run.now()), BATCH)
            Push.objects.filter(pk__in=[push.pk for push in rows]).update(**run.lease())


def _settle(run: Run, push: Push, desk: Desk, calls: Calls) -> None:
    attempt = push.attempts.order_by("number").last()
    if push.state == State.SENDING and (attempt is None or attempt.outcome != Ended.PENDING):
        run.count("recovered")
        if attempt is None or attempt.outcome != Ended.STARTED:
            run.move(push, State.APPROVED, reason=_("interrupted before it was tried"))
            return
    delivery = delivery_of(push, desk)
    adapter = ADAPTERS.get(push.account.adapter)
    if adapter is None or adapter.is_local:
        run.renew([push])
        _note(run, push, attempt, _ask(delivery))
        return
    calls.add(
        push.account,
        before=lambda: _is_still_held(run, push),
        ask=partial(_ask, delivery),
        then=lambda finding: run.guarded(_note, push, attempt, finding),
    )


def _is_still_held(run: Run, push: Push) -> bool:
    held = []
    run.guarded(lambda run_, push_: (run_.renew([push_]), held.append(True)), push)
    return bool(held)


def _ask(delivery: Delivery) -> Finding:
    try:
        return adapter_of(delivery.account).reconcile(delivery)
    except Exception as error:
        logger.exception("push %s: the channel could not be asked", delivery.push_id)
        return Finding(Trace.CANNOT_TELL, in_words(error))


def _note(run: Run, push: Push, attempt: PushAttempt | None, finding: Finding) -> None:
    with transaction.atomic(durable=True):
        _CONCLUSIONS[finding.trace](run, push, attempt, finding)


def _found(run: Run, push: Push, attempt: PushAttempt | None, finding: Finding) -> None:
    sent_at = attempt.started_at if attempt else run.now()
    run.close(attempt, Ended.FOUND, finding.detail)
    reason = _("found on the channel")
    run.move(push, State.SENT, reason=reason, sent_at=sent_at, url=finding.url or push.url)
    run.count("sent")


def _refused(run: Run, push: Push, attempt: PushAttempt | None, finding: Finding) -> None:
    run.close(attempt, Ended.FAILED, finding.detail)
    reason = finding.detail or _("The channel took it and then refused it.")
    run.move(push, State.FAILED, reason=reason, **_url(finding))
    run.count("failed")


def _not_found(run: Run, push: Push, attempt: PushAttempt | None, finding: Finding) -> None:
    most = MOST_INTERRUPTIONS if push.state == State.SENDING else MOST_TRIES
    run.close(attempt, Ended.ABANDONED, finding.detail)
    if push.tries < most:
        # Behind everything that is due already, so that it cannot hold up the others.
        run.move(push, State.APPROVED, reason=_("not found on the channel"), try_at=run.now())
    else:
        reason = _("not found on the channel after %(tries)d tries") % {"tries": push.tries}
        run.move(push, State.FAILED, reason=reason)
        run.count("failed")


def _pending(run: Run, push: Push, attempt: PushAttempt | None, finding: Finding) -> None:
    if attempt and attempt.outcome != Ended.PENDING:
        run.close(attempt, Ended.PENDING, finding.detail)
    run.put_aside(push, run.next_question(push, attempt), **_url(finding))
    run.count("pending")


def _cannot_tell(run: Run, push: Push, attempt: PushAttempt | None, finding: Finding) -> None:
    try_at = run.next_question(push, attempt)
    if push.state == State.SENDING and attempt and attempt.outcome == Ended.STARTED:
        run.close(attempt, Ended.UNKNOWN, finding.detail)
        run.move(push, State.UNKNOWN, reason=finding.detail, try_at=try_at)
        run.count("unknown")
        return
    run.put_aside(push, try_at)
    run.count("pending" if push.state == State.SENDING else "unknown")


def _url(finding: Finding) -> dict:
    return {"url": finding.url} if finding.url else {}


_CONCLUSIONS = {
    Trace.FOUND: _found,
    Trace.REFUSED: _refused,
    Trace.NOT_FOUND: _not_found,
    Trace.PENDING: _pending,
    Trace.CANNOT_TELL: _cannot_tell,
}
