"""A campaign that is running, and channels that do what a test tells them."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection

from campaigns.calendar.windows import BEIJING
from campaigns.channels.adapters import ADAPTERS, Adapter, Finding, Outcome, Receipt, Remark, Trace
from campaigns.pushes.approval import approve
from campaigns.pushes.models import Push
from campaigns.pushes.planning import plan_push
from tests.factories import AccountFactory, EditionFactory, make_case
from tests.faults.database import db, own_database

__all__ = ["db", "own_database"]

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=BEIJING)


@pytest.fixture(autouse=True)
def _no_chance(monkeypatch):
    """Waits are exact here; that they differ has a test of its own."""
    monkeypatch.setattr("campaigns.pushes.run.JITTER", 0)


def states() -> list[str]:
    """Of all pushes, in the order in which they were planned."""
    return list(Push.objects.order_by("pk").values_list("state", flat=True))


def outcomes(push: Push) -> list[str]:
    """Of each of its attempts."""
    return list(push.attempts.values_list("outcome", flat=True))


@pytest.fixture
def clock():
    """Noon of a day inside the campaign; clock.shift(timedelta) moves on."""
    with time_machine.travel(NOON) as traveller:
        yield traveller


@pytest.fixture
def edition(db, clock):
    return EditionFactory()


@pytest.fixture
def account(db):
    return AccountFactory(code="wechat:000000")


@pytest.fixture
def website(db):
    return AccountFactory(code="website:000000", adapter="website")


@pytest.fixture
def page(db):
    return make_case("case-1")


@pytest.fixture
def plan_at(edition, account, page):
    """Plan a push so many minutes from now, on the file account unless told otherwise."""

    def make(minutes: float = 0, **changes) -> Push:
        wanted = {"edition": edition, "page": page, "language": "zh-hans", "account": account}
        wanted.update(changes)
        return plan_push(**wanted, at=NOON + timedelta(minutes=minutes))

    return make


@pytest.fixture
def approve_at(plan_at):
    """Plan and approve one: it goes out when its time comes."""

    def make(minutes: float = 0, **changes) -> Push:
        push = plan_at(minutes, **changes)
        approve(push, None, consent=ALL_WARNINGS)
        return push

    return make


class _Everything:
    def __contains__(self, _code: str) -> bool:
        return True


ALL_WARNINGS = _Everything()


class FakeChannel(Adapter):
    """A channel that remembers what it accepted, and misbehaves when told to."""

    def __init__(self) -> None:
        self.accepted: list = []
        self.sends: list = []
        self.questions: list = []
        self.answers: dict = {}
        self.traces: dict = {}
        self.problems: list[str] = []
        self.in_transaction: list[bool] = []

    def preflight(self, delivery) -> list[Remark]:
        return [Remark("fake", text) for text in self.problems]

    def send(self, delivery) -> Receipt:
        self.in_transaction.append(connection.in_atomic_block)
        self.sends.append(delivery.key)
        answer = self.answers.get(delivery.page.code, Receipt(Outcome.SENT, "ok"))
        if isinstance(answer, BaseException):
            raise answer
        if answer.outcome in (Outcome.SENT, Outcome.UNKNOWN):
            self.accepted.append(delivery.key)
        return answer

    def reconcile(self, delivery) -> Finding:
        self.in_transaction.append(connection.in_atomic_block)
        self.questions.append(delivery.key)
        trace = self.traces.get(delivery.page.code)
        if isinstance(trace, BaseException):
            raise trace
        if trace is None:
            trace = Trace.FOUND if delivery.key in self.accepted else Trace.NOT_FOUND
        return Finding(trace)


@pytest.fixture
def channel(monkeypatch) -> FakeChannel:
    """Stands behind every account with the file adapter."""
    fake = FakeChannel()
    monkeypatch.setitem(ADAPTERS, "file", fake)
    return fake
