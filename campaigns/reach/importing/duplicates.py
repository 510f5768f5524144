"""Figures that may count something a second time: they wait until somebody decides.

The rules are narrow on purpose: a figure that is held wrongly costs a person's time, and where many
are, all are waved through.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from campaigns.reach import metrics
from campaigns.reach.importing.checking import Figure
from campaigns.reach.metrics import Basis
from campaigns.reach.models import HeldEntry, ReachEntry
from campaigns.regions.models import Region

Kind = HeldEntry.Kind

# Below, two offices may well have had the same number of people, or one activity each.
LEAST_TO_MATCH = 20
# A running total is seen from so many days on: it never falls, mostly rises, and that by about what
# a day brings, for which its own first day is the measure. Campaigns that gather speed rise as
# well, but by less; days with gaps between them rise by anything.
LEAST_DAYS = 5
RISES = 0.8
A_DAYS_WORTH = 0.5
GAPS = 1.5
# How far back earlier files are looked at, for those who send a day at a time.
DAYS_BACK = 14
# The channel that the site's own collector counts, and what stands for the same reading there.
SITE = "website"
SAME_READING = {"reads": "views"}
# What a platform counts is not what an office tells; it is told by nobody a second time.
_TOLD = [basis for basis in Basis.values if basis != Basis.MEASURED]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A figure, the rule that found it, and what it stands against: in words and as a count."""

    figure: Figure
    kind: str
    against: str
    against_count: int


class Told(NamedTuple):
    """A figure that the file adds to the ledger: all of it, or by how much it changes."""

    figure: Figure
    added: int
    # Whether nothing of it stands yet, so that it can still be held.
    is_new: bool


def suspects(told: list[Told], unchanged: list[Figure]) -> list[Suspect]:
    """Those of the new figures that some rule finds; each by one rule, the most certain first."""
    if not any(one.is_new for one in told):
        return []
    span = _Span.of(one.figure for one in told)
    found: dict[int, Suspect] = {}
    for rule in (_also_on_the_site(told, span), _running_totals(told, unchanged, span)):
        for suspect in rule:
            found.setdefault(suspect.figure.row, suspect)
    for suspect in _told_twice_along_the_tree(told, span):
        found.setdefault(suspect.figure.row, suspect)
    return sorted(found.values(), key=lambda suspect: suspect.figure.row)


@dataclass(frozen=True)
class _Span:
    """What a file is about, as conditions on the ledger."""

    days: tuple
    editions: set[int | None]
    channels: set[int]
    metrics: set[str]
    regions: dict[int, Region]

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> "_Span":
        figures = list(figures)
        return cls(
            (min(figure.day for figure in figures), max(figure.day for figure in figures)),
            {figure.edition and figure.edition.pk for figure in figures},
            {figure.place.channel.pk for figure in figures},
            {figure.metric for figure in figures},
            {figure.region.pk: figure.region for figure in figures},
        )

    def entries(self, days_back: int = 0) -> QuerySet[ReachEntry]:
        first, last = self.days
        entries = ReachEntry.objects.order_by().filter(
            day__gte=first - timedelta(days=days_back),
            day__lte=last,
            channel__in=self.channels,
            metric__in=self.metrics,
        )
        if None not in self.editions:
            entries = entries.filter(edition__in=self.editions)
        return entries


# --- The same event, told by a region and by the one above it -------------------------------------


def _told_twice_along_the_tree(told: list[Told], span: _Span) -> Iterator[Suspect]:
    paths = {region.path: pk for pk, region in span.regions.items()}
    entries = span.entries().filter(basis__in=_TOLD)
    if not _is_related(paths) and not _has_relatives(entries, paths):
        return
    groups: dict[tuple, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    columns = ("edition", "day", "channel", "content", "language", "metric", "region__path")
    for *key, path, count in entries.values_list(*columns).annotate(Sum("count")):
        groups[tuple(key)][path] += count
    mine = defaultdict(list)
    for one in told:
        figure = one.figure
        if figure.basis == Basis.MEASURED:
            continue
        key = (
            figure.edition and figure.edition.pk,
            figure.day,
            figure.place.channel.pk,
            figure.content,
            figure.language,
            figure.metric,
        )
        groups[key][figure.region.path] += one.added
        if one.is_new and figure.count >= LEAST_TO_MATCH:
            mine[key].append(figure)
    names = _Names()
    for key, figures in mine.items():
        if len(groups[key]) > 1:
            yield from _in_group(figures, groups[key], names)


def _in_group(figures: list[Figure], counts: dict[str, int], names: "_Names") -> Iterator[Suspect]:
    """What is held is the office above; where that stands already, what came in below it."""
    told_above = {}
    for path, count in counts.items():
        below = _topmost_below(path, counts)
        if below and count >= LEAST_TO_MATCH and sum(counts[one] for one in below) == count:
            told_above[path] = below
    fresh = {figure.region.path for figure in figures}
    for figure in figures:
        own = figure.region.path
        if own in told_above:
            yield Suspect(
                figure,
                Kind.PARENT_CHILD,
                _("the same count as %(regions)s together, on the same day")
                % {"regions": names.of(told_above[own])},
                figure.count,
            )
            continue
        for above, below in told_above.items():
            if above not in fresh and own in below:
                yield Suspect(
                    figure,
                    Kind.PARENT_CHILD,
                    _("%(region)s has told the same count for that day already")
                    % {"region": names.of([above])},
                    counts[above],
                )
                break


def _topmost_below(path: str, counts: dict[str, int]) -> list[str]:
    below = sorted(
        one for one, count in counts.items() if count and one != path and one.startswith(path)
    )
    return [
        one for one in below if not any(one != other and one.startswith(other) for other in below)
    ]


class _Names:
    """Names of regions by tree path, read once and only where a rule has something to say."""

    def __init__(self) -> None:
        self.by_path: dict[str, str] = {}

    def of(self, paths: list[str]) -> str:
        if not self.by_path:
            self.by_path = dict(Region.objects.order_by().values_list("path", "name"))
        named = "、".join(self.by_path.get(path, path) for path in paths[:3])
        return named if len(paths) <= 3 else _("%(some)s and others") % {"some": named}


def _is_related(paths: Iterable[str]) -> bool:
    """Whether one of the tree paths lies above another."""
    known = set(paths)
    step = Region.steplen
    return any(path[:length] in known for path in known for length in range(step, len(path), step))


def _has_relatives(entries: QuerySet[ReachEntry], paths: Iterable[str]) -> bool:
    """Whether the ledger has figures of a region above or below one of these."""
    regions = entries.values_list("region__path", flat=True).distinct()
    there = set(regions)
    both = there | set(paths)
    return bool(there) and _is_related(both)


# --- The same article, counted by the site and by a file ------------------------------------------


def _also_on_the_site(told: list[Told], span: _Span) -> Iterator[Suspect]:
    mine = [
        one.figure
        for one in told
        if one.figure.content and one.is_new and one.figure.place.channel.code == SITE
    ]
    if not mine:
        return
    first, last = span.days
    counted = ReachEntry.objects.order_by().filter(
        origin=ReachEntry.Origin.COLLECTOR, day__gte=first, day__lte=last, channel__code=SITE
    )
    on_site: dict[tuple, int] = defaultdict(int)
    for day, content, metric, count in (
        counted.exclude(content="").values_list("day", "content", "metric").annotate(Sum("count"))
    ):
        on_site[day, content, metric] += count
    for figure in mine:
        metric = SAME_READING.get(figure.metric, figure.metric)
        count = on_site.get((figure.day, figure.content, metric), 0)
        if count > 0:
            yield Suspect(
                figure,
                Kind.SITE_AND_IMPORT,
                _("this site has counted %(count)s (%(metric)s) of the same piece that day itself")
                % {"count": f"{count:,}", "metric": metrics.name_of(metric)},
                count,
            )


# --- A running total, told as a day's figure ------------------------------------------------------


def _series_of(figure: Figure) -> tuple:
    return (
        figure.edition and figure.edition.pk,
        figure.place.channel.pk,
        figure.place.account and figure.place.account.pk,
        figure.region.pk,
        figure.content,
        figure.language,
        figure.metric,
        figure.basis,
    )


def _running_totals(told: list[Told], unchanged: list[Figure], span: _Span) -> Iterator[Suspect]:
    series: dict[tuple, dict] = defaultdict(dict)
    fresh: dict[tuple, dict] = defaultdict(lambda: defaultdict(list))
    if (span.days[1] - span.days[0]).days < LEAST_DAYS:
        _add_earlier(series, span)
    for figure in unchanged:
        days = series[_series_of(figure)]
        days[figure.day] = figure.count
    for figure, _added, is_new in told:
        key, day = _series_of(figure), figure.day
        days = series[key]
        # Several figures of one day are parts of it, and no running total.
        days[day] = days.get(day, 0) + figure.count if day in fresh[key] else figure.count
        fresh[key][day].append(figure if is_new else None)
    for key, of_day in fresh.items():
        days = series[key]
        if not _accumulates(days):
            continue
        before = None
        for day in sorted(days):
            if before is not None:
                for figure in of_day.get(day, ()):
                    if figure is not None and len(of_day[day]) == 1:
                        yield _running(figure, days, before, day)
            before = day


def _running(figure: Figure, days: dict, before, day) -> Suspect:
    return Suspect(
        figure,
        Kind.CUMULATIVE,
        _("never falls from %(first)s to %(last)s; the day before it stood at %(count)s")
        % {"first": min(days), "last": max(days), "count": f"{days[before]:,}"},
        days[before],
    )


def _accumulates(of_day: dict) -> bool:
    days = sorted(of_day)
    if len(days) < LEAST_DAYS or (days[-1] - days[0]).days >= GAPS * len(days):
        return False
    steps = [of_day[later] - of_day[earlier] for earlier, later in pairwise(days)]
    first = of_day[days[0]]
    if first <= 0 or min(steps) < 0 or median(steps) < A_DAYS_WORTH * first:
        return False
    return sum(step > 0 for step in steps) >= RISES * len(steps)


def _add_earlier(series: dict[tuple, dict], span: _Span) -> None:
    """What earlier files told of the same series, for those who send a day at a time.

    In terms of what was told: a figure that counted as a difference stands by its full count in
    what is held.
    """
    columns = ("edition", "channel", "account", "region", "content", "language", "metric", "basis")
    entries = span.entries(DAYS_BACK).filter(basis__in=_TOLD, region__in=list(span.regions))
    for *key, day, count in entries.values_list(*columns, "day").annotate(Sum("count")):
        if count:
            series[tuple(key)][day] = count
    first, last = span.days
    held = HeldEntry.objects.standing().filter(
        day__gte=first - timedelta(days=DAYS_BACK), day__lte=last, region__in=list(span.regions)
    )
    for *key, day, count in held.order_by().values_list(*columns, "day", "count"):
        series[tuple(key)][day] = count
