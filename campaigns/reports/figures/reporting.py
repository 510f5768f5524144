"""A report: a total, its rows, and what stands beside them."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from campaigns.channels.models import Channel
from campaigns.reach import sums
from campaigns.reach.metrics import Metric, known
from campaigns.reach.models import ReachEntry
from campaigns.reports.figures.cuts import BY, by_kind, outputs
from campaigns.reports.figures.persons import Persons
from campaigns.reports.figures.persons import known as known_persons
from campaigns.reports.figures.rows import Figure, total_of
from campaigns.reports.figures.selection import Selection

# A ledger that is written to all the time is reported as it was found the last time.
_ATTEMPTS = 4


@dataclass(frozen=True)
class Report:
    """A total, the rows that add up to it, and beside them what is no person-time.

    `kinds` are the totals of online and offline channels. `definitions` are all metrics, and
    `channels` the names of all channels by code, as they were when the figures were told;
    `high_water` is the newest entry (primary key) of the ledger that can be in them. `persons` is
    None where they are not known. `first` and `last` are the days that were asked for; at an end
    that was left open, the first or last day that has figures, if any has.
    """

    as_of: datetime
    selection: Selection
    by: str
    total: Figure
    kinds: list[Figure]
    rows: list[Figure]
    outputs: list[Figure]
    channels: dict[str, str]
    definitions: list[Metric] = field(default_factory=lambda: list(known().values()))
    high_water: int | None = None
    persons: Persons | None = None
    first: date | None = None
    last: date | None = None


def report(selection: Selection, by: str) -> Report:
    """Person-times by one of BY, and the other metrics beside them.

    Told anew where entries came in meanwhile, so that its parts add up.
    """
    newest = _newest()
    for _attempt in range(_ATTEMPTS):
        told, newest_before = _told(selection, by, newest), newest
        newest = _newest()
        if newest == newest_before:
            break
    return told


def _newest() -> int:
    return ReachEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _told(selection: Selection, by: str, newest: int) -> Report:
    first, last = days(selection)
    rows = BY[by](selection)
    kinds = by_kind(selection)
    return Report(
        as_of=timezone.localtime(),
        selection=selection,
        by=by,
        total=total_of(kinds),
        kinds=kinds,
        rows=rows,
        outputs=outputs(selection),
        channels=dict(Channel.objects.values_list("code", "name")),
        high_water=newest,
        persons=known_persons(selection),
        first=first,
        last=last,
    )


@dataclass(frozen=True)
class Extent:
    """How far the figures go and how fresh they are."""

    first: date | None
    last: date | None
    entered_at: datetime | None


def days(selection: Selection) -> tuple[date | None, date | None]:
    """The days asked for; at an end that is open, the first or last day with figures, if any."""
    first, last = selection.first, selection.last
    if not (first and last):
        found = sums.extent(selection.cut)
        first, last = first or found.first, last or found.last
    return first, last


def extent(selection: Selection) -> Extent:
    """First and last day with figures, and when the newest of them came into the ledger."""
    found = sums.extent(selection.cut)
    newest = ReachEntry.objects.filter(pk=found.newest).values_list("recorded_at", flat=True)
    return Extent(found.first, found.last, newest.first() if found.newest else None)
