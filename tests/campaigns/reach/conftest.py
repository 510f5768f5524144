"""A campaign, a piece in two languages, and a short way to put figures into the ledger."""

from datetime import date, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import Q
from django.utils import translation

from campaigns.models import Channel, DailyReach, ImportBatch, ReachEntry, Region, TrackedLink
from campaigns.reach import salts, spool
from campaigns.reach.collecting_counts import counter
from campaigns.reach.importing import batches
from campaigns.reach.ledger import NewEntry, record
from campaigns.reach.limits import limiter
from campaigns.reach.sums import Cut
from tests.campaigns.reach.figure_files import as_csv
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


def total() -> int:
    """What the whole ledger comes to, by its sums."""
    return sum(summed().values_list("count", flat=True))


def outcomes(batch) -> dict[int, str]:
    """Of each row of a file."""
    return dict(batch.rows.values_list("number", "outcome"))


def census() -> tuple:
    """How many entries and imports there are, and what they come to."""
    return (
        ReachEntry.objects.count(),
        ImportBatch.objects.count(),
        sum(summed().values_list("count", flat=True)),
    )


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


@pytest.fixture
def world(edition, page, tree):
    """What files of figures may refer to; today is 2026-03-10. Messages are as they are written."""
    AccountFactory(code="wechat:650000")
    make_case("case-kk", language="kk-arab")
    with translation.override("en"), time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def run(world, tmp_path):
    """Import rows (or bytes) and give the lines that were printed, the exit status last."""

    def go(content, *options, name="reach.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else as_csv(content))
        out = StringIO()
        status = 0
        try:
            call_command("import_reach", str(path), *options, stdout=out)
        except SystemExit as stop:
            status = stop.code
        return [*out.getvalue().splitlines(), status]

    return go


@pytest.fixture
def staged(db):
    """Stage rows (or bytes) and have them checked."""

    def go(rows, by=None, name="reach.csv") -> ImportBatch:
        batch = batches.stage(rows if isinstance(rows, bytes) else as_csv(rows), name, by)
        batches.check(batch)
        return batch

    return go


@pytest.fixture
def committed(staged):
    def go(rows, by=None, name="reach.csv") -> ImportBatch:
        batch = staged(rows, by, name)
        batches.commit(batch, batch.fingerprint, by)
        return batch

    return go
