"""Calls to channels over the network, side by side, so that a slow one holds up no other.

A call runs on a thread and touches no push; what follows from its answer is done by the tick's own
thread, which alone writes. Each account has at most `at_once` calls open, whoever makes them.
"""

from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from django.conf import settings
from django.db import connections

from campaigns.channels.models import ChannelAccount


@dataclass
class _Call:
    account: ChannelAccount
    before: Callable[[], bool]
    ask: Callable[[], object]
    then: Callable[[object], None]


class Calls:
    """Open calls and those that wait for their account. Used as a context."""

    def __init__(self) -> None:
        most = settings.PUSH_THREADS
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="push") if most else None
        self._open: dict[Future, _Call] = {}
        self._busy: Counter[int] = Counter()
        self._waiting: dict[int, deque[_Call]] = {}

    def __enter__(self) -> "Calls":
        return self

    def __exit__(self, *_exception) -> None:
        if self._pool:
            self._pool.shutdown(wait=True)

    @property
    def are_done(self) -> bool:
        return not self._open and not any(self._waiting.values())

    def add(
        self,
        account: ChannelAccount,
        ask: Callable[[], object],
        then: Callable[[object], None],
        before: Callable[[], bool] = lambda: True,
    ) -> None:
        """Ask as soon as the account has a line free, and do `then` with the answer.

        `before` is done here just before the call; if it says no, there is none. `ask` runs on a
        thread, must not raise and must not use objects that somebody else changes meanwhile.
        """
        self._waiting.setdefault(account.pk, deque()).append(_Call(account, before, ask, then))
        self._fill(account.pk)

    def take_answers(self, *, wait: bool) -> None:
        """Do what follows from the answers that are there; `wait` for one if there is none."""
        for future in self._finished(wait):
            call = self._open.pop(future)
            self._busy[call.account.pk] -= 1
            call.then(future.result())
            self._fill(call.account.pk)

    def finish(self) -> None:
        """Wait for what is open; what has not begun is dropped (its `before` was never done)."""
        self._waiting.clear()
        while self._open:
            self.take_answers(wait=True)

    def _finished(self, wait_for_one: bool) -> list[Future]:
        if self._open and wait_for_one:
            # Not for ever: what falls due on other accounts meanwhile is looked for again.
            return list(wait(self._open, timeout=1, return_when=FIRST_COMPLETED).done)
        return [future for future in self._open if future.done()]

    def _fill(self, account_id: int) -> None:
        waiting = self._waiting.get(account_id)
        while waiting and self._busy[account_id] < waiting[0].account.at_once:
            call = waiting.popleft()
            if not call.before():
                continue
            self._busy[account_id] += 1
            self._open[self._begin(call.ask)] = call

    def _begin(self, ask: Callable[[], object]) -> Future:
        if self._pool:
            return self._pool.submit(_on_thread, ask)
        answered: Future = Future()
        answered.set_result(ask())
        return answered


def _on_thread(ask: Callable[[], object]) -> object:
    """An adapter may read the database: by a connection of the thread's own, given back after."""
    try:
        return ask()
    finally:
        connections.close_all()
