"""What is done on this machine: claimed, written down and done by the batch.

Intents of a whole batch are stored before its first push is tried, and outcomes after its last. A
tick that dies leaves a batch in doubt, which these channels clear up at once: the row or the folder
is there or not. What was tried before goes alone, so that a push which kills its tick takes no
other down with it.
"""

import logging
from itertools import groupby

from django.db import transaction

from campaigns.channels.adapters import ADAPTERS, Outcome, Receipt
from campaigns.channels.adapters.wording import in_words
from campaigns.pushes.models import Push, PushAttempt
from campaigns.pushes.preflight import Facts
from campaigns.pushes.preflight.quota import has_quota
from campaigns.pushes.run import Run, locked
from campaigns.pushes.sending import remote_adapters
from campaigns.pushes.states import StateChangedError
from campaigns.pushes.trying import begin, conclude, conclude_sent, may_go, prepare

logger = logging.getLogger(__name__)

# Few enough that parallel ticks share the work, and a dead one leaves little to ask about; many
# enough that what a batch reads once, such as its pieces, weighs little on each push.
BATCH = 200


def claim_batch(run: Run) -> list[Push]:
    """The next due pushes, now held by this tick; what is too late becomes missed on the way.

    An empty list means that nothing is due.
    """
    rows = True
    while rows and not run.should_stop():
        with transaction.atomic(durable=True):
            due = Push.objects.due(run.now()).exclude(account__adapter__in=remote_adapters())
            rows = locked(due, BATCH)
            seen = list(rows)
            run.take(rows)
        run.see(seen)
        if rows or not seen:
            return rows
        rows = seen
    return []


def send_batch(run: Run, batch: list[Push]) -> None:
    """Send what may go out."""
    facts = Facts(run.addresses)
    facts.lay_out([push.page for push in batch])
    ready = []
    for push in batch:
        run.guarded(_judge, push, facts, ready)
    for _key, group in groupby(sorted(ready, key=_way), key=_way):
        run.guarded(_send, list(group))


def _judge(run: Run, push: Push, facts: Facts, ready: list) -> None:
    delivery, remarks = prepare(run, facts, push, channel=True)
    if may_go(run, push, remarks):
        ready.append((push, delivery))


def _way(pair) -> tuple:
    """Those that go together: by adapter, and alone what was tried before or is counted."""
    push, _delivery = pair
    alone = push.tries > 0 or has_quota(push.account)
    return push.account.adapter, push.pk if alone else 0


def _send(run: Run, group: list) -> None:
    pushes = [push for push, _delivery in group]
    deliveries = [delivery for _push, delivery in group]
    try:
        attempts = begin(run, pushes)
    except StateChangedError:
        if len(group) == 1:
            raise
        # One of them was taken over: the others go on alone.
        for pair in group:
            run.guarded(_send, [pair])
        return
    if not attempts:
        return
    receipts = _call(pushes, deliveries)
    _conclude(run, list(zip(pushes, attempts, receipts, strict=True)))


def _call(pushes: list[Push], deliveries: list) -> list[Receipt]:
    try:
        return ADAPTERS[pushes[0].account.adapter].send_all(deliveries)
    except Exception as error:
        logger.exception("pushes %s: the adapter broke off", [push.pk for push in pushes])
        return [Receipt(Outcome.UNKNOWN, in_words(error)) for _push in pushes]


def _conclude(run: Run, done: list[tuple[Push, PushAttempt, Receipt]]) -> None:
    sent = [one for one in done if one[2].outcome == Outcome.SENT and not one[2].url]
    if len(sent) > 1:
        try:
            conclude_sent(run, sent)
        except StateChangedError:
            sent = []
    else:
        sent = []
    written = {push.pk for push, *_rest in sent}
    for push, attempt, receipt in done:
        if push.pk not in written:
            run.guarded(conclude, push, attempt, receipt)
