"""A campaign, a piece in two languages, and a short way to put figures into the ledger."""

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import Q

from campaigns.models import Channel, DailyReach, ReachEntry, Region, TrackedLink
from campaigns.reach import salts, spool
from campaigns.reach.collecting_counts import counter
from campaigns.reach.ledger import NewEntry, record
from campaigns.reach.limits import limiter
from campaigns.reach.sums import Cut
from tests.factories import AccountFactory, EditionFactory, make_case
from tests.faults.database import db, own_database
from tests.redis_server import running

__all__ = ["db", "own_database"]

BEIJING = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=BEIJING)
READER = "Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0"


def summed():
    """The daily sums of head office, in which every entry is."""
    return DailyReach.objects.filter(node_id=Region.objects.get(code="000000").pk)


def entries_behind(cut: Cut):
    """The ledger's entries that the cut's figures consist of, asked of the ledger alone."""
    of_editions = Q(edition__in=[pk for pk in cut.editions if pk])
    if 0 in cut.editions:
        of_editions |= Q(edition__isnull=True)
    below = Q(pk__in=[])
    for node in Region.objects.filter(pk__in=cut.nodes):
        below |= Q(path__startswith=node.path)
    entries = ReachEntry.objects.filter(of_editions, region__in=Region.objects.filter(below))
    for look_up, value in (
        ("day__gte", cut.first),
        ("day__lte", cut.last),
        ("channel__in", cut.channels),
        ("metric__in", cut.metrics),
        ("basis__in", cut.bases),
        ("language__in", cut.languages),
        ("content", cut.content),
    ):
        if value:
            entries = entries.filter(**{look_up: value})
    return entries


@pytest.fixture(autouse=True)
def _own_spool():
    """What the process keeps in its memory starts every test anew."""
    salts.forget()
    limiter.forget()
    yield
    spool.writer.close()
    counter.close()
    counter.forget()
    salts.forget()


@pytest.fixture
def own_redis(settings):
    """A Redis for hits and salts; gives its address. Its socket's path must not be long."""
    with TemporaryDirectory(prefix="redis-") as folder, running(Path(folder)) as url:
        settings.HIT_REDIS_URL = url
        yield url


@pytest.fixture
def clock():
    """Noon of a day inside the campaign, in Beijing."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def edition(db):
    return EditionFactory()


@pytest.fixture
def page(db):
    return make_case("case-1")


@pytest.fixture
def link(page, edition, tree):
    """A link on WeChat's Xinjiang account, for the campaign."""
    account = AccountFactory(code="wechat:650000")
    return TrackedLink.objects.create(
        code="poster",
        label="海报",
        page=page,
        edition=edition,
        channel=account.channel,
        account=account,
        region=tree["650000"],
    )


@pytest.fixture
def entry(db, tree):
    """Describe an entry: entry(100, region="650000", channel="wechat")."""
    made = []

    def make(count=1, *, region="000000", channel="website", key=None, **changes) -> NewEntry:
        made.append(count)
        told = {
            "edition": None,
            "metric": "views",
            "basis": "measured",
            "day": date(2026, 3, 10),
            "origin": ReachEntry.Origin.IMPORT,
            "source_key": key or f"test:{len(made)}",
        }
        return NewEntry(
            channel=Channel.objects.get(code=channel),
            region=tree[region],
            count=count,
            **{**told, **changes},
        )

    return make


@pytest.fixture
def recorded(entry):
    """Put one entry into the ledger."""
    return lambda *args, **kwargs: record([entry(*args, **kwargs)])[0]
