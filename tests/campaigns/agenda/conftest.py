"""A week of 3·15 2026 with pushes and sessions in two provinces."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from campaigns.calendar.windows import BEIJING
from campaigns.field import sessions
from campaigns.field.models import FieldSession
from campaigns.pushes.models import Push
from campaigns.pushes.planning import plan_push
from campaigns.regions.roles import Role
from tests.factories import AccountFactory, EditionFactory, make_case

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=BEIJING)


@pytest.fixture
def clock():
    """Noon in Beijing on the second day of the week."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def edition(db, clock):
    return EditionFactory()


@pytest.fixture
def piece(db):
    return make_case("case-1", "退保骗局")


@pytest.fixture
def push_at(edition, piece, tree):
    """Plan a push: push_at(NOON + …, "wechat:650000")."""

    def make(at: datetime = NOON + timedelta(days=1), account: str = "wechat:650000") -> Push:
        return plan_push(edition, piece, "zh-hans", AccountFactory(code=account), at)

    return make


@pytest.fixture
def session_at(edition, tree):
    """Plan a session: session_at(NOON + …, "654321")."""

    def make(at: datetime = NOON + timedelta(days=2), region: str = "654321", **fields):
        values = {
            "form": "yurt",
            "venue_class": "rural",
            "place": "冲乎尔镇春牧场",
            "language": "kk-arab",
            "edition": edition,
        }
        return sessions.plan(by=None, region=tree[region], starts_at=at, **(values | fields))

    return make


@pytest.fixture
def many(edition, piece, tree):
    """So many pushes and sessions, all within the week."""

    def make(count: int) -> None:
        account = AccountFactory(code="wechat:650000")
        at = [NOON + timedelta(hours=n % 90) for n in range(count)]
        first = Push.objects.count()
        Push.objects.bulk_create(
            Push(
                edition=edition,
                page=piece,
                language="zh-hans",
                account=account,
                slot=first + n + 1,
                scheduled_at=when,
                try_at=when,
            )
            for n, when in enumerate(at)
        )
        FieldSession.objects.bulk_create(
            FieldSession(
                edition=edition,
                region=tree["654321"],
                form="yurt",
                venue_class="rural",
                place=f"牧场{n}",
                language="kk-arab",
                starts_at=when,
            )
            for n, when in enumerate(at)
        )

    return make


@pytest.fixture
def administrator(client, person, clock):
    """Plans campaigns at head office."""
    user = person(Role.CAMPAIGN_ADMINISTRATOR)
    client.force_login(user)
    return user


@pytest.fixture
def look(client):
    """The context of a view: look("month", day="2026-03-10")."""

    def at(view: str, **told):
        answer = client.get(reverse(f"campaigns_admin:agenda_{view}"), told)
        assert answer.status_code == 200
        return answer.context

    return at


def entries_of(context) -> list:
    """All entries that a view shows."""
    if "weeks" in context:
        return [entry for week in context["weeks"] for day in week for entry in day.entries]
    if "listed" in context:
        return [entry for day in context["listed"] for entry in day.entries]
    return [entry for column in context["board"].columns for entry in column.entries]
