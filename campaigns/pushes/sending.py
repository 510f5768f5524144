"""Channels that are called over the network: each account's due pushes, `at_once` at a time."""

import logging
from functools import partial

from django.db import connection, transaction

from campaigns.channels.adapters import ADAPTERS, Delivery, Outcome, Receipt, Remark, adapter_of
from campaigns.channels.adapters.wording import in_words
from campaigns.channels.models import ChannelAccount
from campaigns.pushes.calls import Calls
from campaigns.pushes.models import Push, PushAttempt
from campaigns.pushes.preflight import Facts
from campaigns.pushes.run import Run, locked
from campaigns.pushes.trying import begin, conclude, may_go, prepare

logger = logging.getLogger(__name__)


def remote_adapters() -> list[str]:
    """Names of the adapters whose calls may take their time."""
    return [name for name, adapter in ADAPTERS.items() if not adapter.is_local]


def call_what_is_due(run: Run, calls: Calls) -> bool:
    """Begin as many due pushes of each remote account as it has room for; whether there were any.

    What is too late becomes missed on the way.
    """
    due = Push.objects.due(run.now()).filter(account__adapter__in=remote_adapters()).order_by()
    begun = False
    for account_id in sorted(due.values_list("account", flat=True).distinct()):
        seen, timely = _claim(run, account_id)
        begun = begun or seen
        for push in timely:
            run.guarded(_begin, push, calls)
    return begun


def _claim(run: Run, account_id: int) -> tuple[bool, list[Push]]:
    """The account's next due pushes, now held by this tick: as many as it takes at once.

    Also whether there were any at all: they may all have been too late.
    """
    with transaction.atomic(durable=True):
        accounts = ChannelAccount.objects.filter(pk=account_id)
        if connection.features.has_select_for_update_skip_locked:
            # Whoever else is claiming for it right now does the work.
            accounts = accounts.select_for_update(skip_locked=True)
        account = accounts.first()
        if account is None:
            return False, []
        # What other ticks have open counts too, on whatever machine they run.
        room = account.at_once - Push.objects.held().filter(account=account_id).count()
        if room <= 0:
            return False, []
        rows = locked(Push.objects.due(run.now()).filter(account=account_id), room)
        seen = list(rows)
        run.take(rows)
    run.see(seen)
    return bool(seen), rows


def _begin(run: Run, push: Push, calls: Calls) -> None:
    """First the rules of our own, then the channel's; those may ask the channel."""
    delivery, remarks = prepare(run, Facts(run.addresses), push, channel=False)
    if delivery is None:
        may_go(run, push, remarks)
        return
    calls.add(
        push.account,
        ask=partial(_preflight, delivery),
        then=lambda more: run.guarded(_try, push, delivery, remarks + more, calls),
    )


def _try(run: Run, push: Push, delivery: Delivery, remarks: list[Remark], calls: Calls) -> None:
    if not may_go(run, push, remarks):
        return
    attempts: list[PushAttempt] = []

    def intended() -> bool:
        # Just before the call and not earlier: what waits for its turn was not tried.
        run.guarded(lambda run_, push_: attempts.extend(begin(run_, [push_])), push)
        return bool(attempts)

    calls.add(
        push.account,
        before=intended,
        ask=partial(call_send, delivery),
        then=lambda receipt: run.guarded(conclude, push, attempts[0], receipt),
    )


def _preflight(delivery: Delivery) -> list[Remark]:
    try:
        return adapter_of(delivery.account).preflight(delivery)
    except Exception as error:
        logger.exception("push %s could not be prepared", delivery.push_id)
        return [Remark("push.broken", in_words(error))]


def call_send(delivery: Delivery) -> Receipt:
    """Do it; an adapter that breaks off leaves the outcome unknown."""
    try:
        return adapter_of(delivery.account).send(delivery)
    except Exception as error:
        # Nobody knows how far it came: the next tick asks the channel.
        logger.exception("push %s: the adapter broke off", delivery.push_id)
        return Receipt(Outcome.UNKNOWN, in_words(error))
