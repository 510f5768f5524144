"""The one place that reads the rollups: a cut of the figures, summed by whatever keys are asked.

Whole months come from the monthly tables and only what is left at either end from the daily ones,
so that a year costs no more than a week; of a month that is asked for in its greater part the other
days are taken away again, so that no more than half of it is ever read. Days of the upper regions
are read with all channels together where nobody asks for channels.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import Http404

from campaigns.channels.models import Channel
from campaigns.reach.models import (
    EVERYDAY_ID,
    DailyPiece,
    DailyPieceTotal,
    DailyReach,
    DailyTotal,
    MonthlyPiece,
    MonthlyReach,
    ReachEntry,
)
from campaigns.reach.rollups import last_day, upper_nodes
from campaigns.regions.models import Region
from campaigns.regions.scope import sees_everything, visible_paths

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Span = tuple[date, date]

_COLUMNS = {
    "edition": "edition_id",
    "node": "node_id",
    "channel": "channel_id",
    **{name: name for name in ("day", "metric", "basis", "language", "content")},
}


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Which figures: primary keys of editions (0: everyday) and of regions, first and last day.

    Each region stands for itself with all below it; none of them may lie below another. Of the
    rest, empty means all. `nodes` come from nodes_for() or lie below what it gave.
    """

    editions: tuple[int, ...]
    nodes: tuple[int, ...]
    first: date | None = None
    last: date | None = None
    channels: tuple[int, ...] = ()
    metrics: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    content: str = ""

    def of(self, **changes) -> "Cut":
        return replace(self, **changes)


def nodes_for(user: "AbstractBaseUser | None", region: Region | None = None) -> tuple[Region, ...]:
    """The topmost regions that together are all the user may see, or the one that is asked for.

    None is the command line, which sees everything. Raises Http404 for a region outside the
    user's own.
    """
    if region is not None:
        if user is not None and not sees_everything(user):
            paths = visible_paths(user)
            if not any(region.path.startswith(path) for path in paths):
                raise Http404
        return (region,)
    if user is None or sees_everything(user):
        return tuple(Region.objects.filter(depth=1))
    return tuple(Region.objects.filter(path__in=visible_paths(user)))


def cube(cut: Cut, keys: Sequence[str]) -> list[tuple]:
    """(*keys, count) for all that differs in the keys; in no order.

    Keys: edition, node, channel, day, metric, basis, language, content. With content, figures that
    belong to no piece are left out. So is what adds up to nothing, as after an import was undone.
    """
    columns = [_COLUMNS[key] for key in keys]
    sums: dict[tuple, int] = defaultdict(int)
    for sign, rows in _sources(cut, keys):
        for *key, count in _summed(rows, columns):
            sums[tuple(key)] += sign * count
    return [(*key, count) for key, count in sums.items() if count]


def _summed(rows: QuerySet, columns: Sequence[str]) -> Iterable[tuple]:
    if columns:
        return rows.order_by().values_list(*columns).annotate(Sum("count"))
    total = rows.aggregate(Sum("count"))["count__sum"]
    return [] if total is None else [(total,)]


@dataclass(frozen=True)
class Extent:
    """First and last day with figures, and the newest entry (primary key) among them."""

    first: date | None
    last: date | None
    newest: int | None


def extent(cut: Cut) -> Extent:
    """How far the figures go."""
    rows = _of_days(DailyPiece if cut.content else DailyReach, cut)
    days = rows.aggregate(Min("day"), Max("day"), Max("newest_id"))
    return Extent(days["day__min"], days["day__max"], days["newest_id__max"])


def months_of(cut: Cut) -> list[tuple[date, tuple[int, ...]]]:
    """The months that may have entries of the cut, the newest first, and of which editions."""
    rows = _in_months(_rows(MonthlyReach, cut.of(content="")), cut)
    found = _by_month(rows)
    if cut.content and found:
        # Named, channels and months lead to the piece by key.
        found = _by_month(_in_channels(_rows(MonthlyPiece, cut), cut).filter(month__in=list(found)))
    return [(month, tuple(sorted(found[month]))) for month in sorted(found, reverse=True)]


def _by_month(rows: QuerySet) -> dict[date, set[int]]:
    found: dict[date, set[int]] = defaultdict(set)
    for month, edition in rows.order_by().values_list("month", "edition_id").distinct():
        found[month].add(edition)
    return found


def days_of(cut: Cut) -> list[date]:
    """The days that may have entries of the cut, the newest first: no other day has any."""
    rows = _of_days(DailyReach, cut.of(content="")).order_by("-day")
    return list(rows.values_list("day", flat=True).distinct())


def slices_of(cut: Cut, day: date) -> list[tuple[int, int]]:
    """Edition (0: everyday) and channel, by primary keys, of the cut's entries of a day."""
    rows = _of_days(DailyPiece if cut.content else DailyReach, cut.of(first=day, last=day))
    return list(rows.order_by().values_list("edition_id", "channel_id").distinct())


class Heap(NamedTuple):
    """One sum of a day: where it lies, and the newest and the oldest entry in it."""

    day: date
    newest: int
    oldest: int
    edition: int
    node: int
    channel: int


def heaps_of(cut: Cut, days: Iterable[date], pieces: Q | None = None) -> QuerySet:
    """The sums of these days, the newest day and in it the newest entry first.

    No entry of the cut lies in two of them. pieces: a condition on the piece.
    """
    of_pieces = pieces is not None or cut.content
    rows = _rows(DailyPiece if of_pieces else DailyReach, cut).filter(pieces or Q(), day__in=days)
    rows = _in_channels(rows, cut)
    columns = ("day", "newest_id", "oldest_id", "edition_id", "node_id", "channel_id")
    return rows.order_by("-day", "-newest_id").values_list(*columns)


def first_entry(edition: str, node: str) -> Subquery:
    """The oldest entry (primary key) of that region or below, for that edition, or None.

    Edition and region are columns of the query that this is put into. What has been taken back
    altogether is no entry any more. An index has them in order, so each costs one step.
    """
    rows = MonthlyReach.objects.filter(edition_id=OuterRef(edition), node_id=OuterRef(node))
    return Subquery(rows.exclude(count=0).order_by("oldest_id").values("oldest_id")[:1])


def entries_after(cut: Cut, newest: int) -> QuerySet[ReachEntry]:
    """The cut's entries with a higher primary key than that, of regions wherever they lie.

    The cut's nodes are the topmost ones. Their sums know on which days and channels anything has
    come in since, so that only there the ledger is looked through.
    """
    touched = _of_days(DailyReach, cut).filter(newest_id__gt=newest)
    slices = set(touched.order_by().values_list("day", "channel_id").distinct())
    if not slices:
        return ReachEntry.objects.none()
    of_editions = Q(edition__in=[pk for pk in cut.editions if pk != EVERYDAY_ID])
    if EVERYDAY_ID in cut.editions:
        of_editions |= Q(edition__isnull=True)
    entries = ReachEntry.objects.filter(
        of_editions,
        pk__gt=newest,
        day__in={day for day, _channel in slices},
        channel__in={channel for _day, channel in slices},
    )
    return narrowed(entries, cut)


def _sources(cut: Cut, keys: Sequence[str]) -> Iterator[tuple[int, QuerySet]]:
    """The rows to sum, with +1 or -1: together they are the cut, each entry in it once."""
    if cut.first and cut.last and cut.last < cut.first:
        return
    with_content = "content" in keys or bool(cut.content)
    if "day" in keys:
        yield 1, _of_days(_days_table(cut, keys, with_content=with_content), cut)
        return
    whole = _rows(MonthlyPiece if with_content else MonthlyReach, cut)
    if cut.first:
        whole = whole.filter(month__gte=cut.first.replace(day=1))
    if cut.last:
        whole = whole.filter(month__lte=cut.last)
    apart = []
    if broken := list(_broken_months(cut.first, cut.last)):
        days = _days_table(cut, keys, with_content=with_content)
    for month, inside, outside in broken:
        if _length(inside) <= sum(map(_length, outside)):
            apart.append(month)
            yield 1, _of_days(days, cut.of(first=inside[0], last=inside[1]))
        else:
            for first, last in outside:
                yield -1, _of_days(days, cut.of(first=first, last=last))
    yield 1, whole.exclude(month__in=apart)


def _days_table(cut: Cut, keys: Sequence[str], *, with_content: bool) -> type:
    """The days that are fewest: with all channels together where nobody asks for channels."""
    if "channel" in keys or cut.channels or not set(cut.nodes) <= set(upper_nodes()):
        return DailyPiece if with_content else DailyReach
    return DailyPieceTotal if with_content else DailyTotal


def _broken_months(
    first: date | None, last: date | None
) -> Iterator[tuple[date, Span, list[Span]]]:
    """The months at either end that are not in the span as a whole, with their days in and out."""
    months = {day.replace(day=1) for day in (first, last) if day}
    for month in sorted(months):
        end = last_day(month)
        inside = max(first or month, month), min(last or end, end)
        outside = []
        if inside[0] > month:
            outside.append((month, inside[0] - timedelta(days=1)))
        if inside[1] < end:
            outside.append((inside[1] + timedelta(days=1), end))
        if outside:
            yield month, inside, outside


def _length(span: Span) -> int:
    return (span[1] - span[0]).days + 1


def _of_days(table: type, cut: Cut) -> QuerySet:
    first, last = cut.first, cut.last
    rows = _rows(table, cut)
    if not (first or last):
        return rows
    if table not in (DailyTotal, DailyPieceTotal):
        rows = _in_channels(rows, cut)
    if first:
        rows = rows.filter(day__gte=first)
    return rows.filter(day__lte=last) if last else rows


def _in_channels(rows: QuerySet, cut: Cut) -> QuerySet:
    """The key goes edition, region, channel, day: named, every channel's days are one step away."""
    if cut.channels:
        return rows
    return rows.filter(channel_id__in=list(Channel.objects.values_list("pk", flat=True)))


def _in_months(rows: QuerySet, cut: Cut) -> QuerySet:
    if cut.first:
        rows = rows.filter(month__gte=cut.first.replace(day=1))
    return rows.filter(month__lte=cut.last) if cut.last else rows


def _rows(table: type, cut: Cut) -> QuerySet:
    rows = table.objects.filter(edition_id__in=cut.editions, node_id__in=cut.nodes)
    return narrowed(rows, cut)


def narrowed(rows: QuerySet, cut: Cut) -> QuerySet:
    """Of entries or sums, those of the cut's channels, metrics, bases, languages and piece."""
    for column, values in (
        ("channel_id", cut.channels),
        ("metric", cut.metrics),
        ("basis", cut.bases),
        ("language", cut.languages),
        ("content", cut.content and (cut.content,)),
    ):
        if values:
            rows = rows.filter(**{f"{column}__in": values})
    return rows
