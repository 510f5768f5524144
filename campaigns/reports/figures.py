"""Figures out of the daily rollups: only what lies in the asker's regions, person-times apart.

Person-times add up, over days, channels and regions alike. Outputs and interactions are counted in
units of their own and never enter a total of person-times.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.reach.metrics import METRICS, PERSON_TIME_METRICS, Basis
from campaigns.reach.models import EVERYDAY, DailyReach, ReachEntry, Target
from campaigns.regions.models import Region
from campaigns.regions.scope import scope_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

BY = ("channel", "region", "day", "metric")


class UnknownCampaignError(LookupError):
    """No edition has this code."""


@dataclass(frozen=True)
class Selection:
    """Whose figures are asked for: which campaigns, days and part of the organisation.

    `user` None is the command line, which sees everything.
    """

    editions: tuple[Edition, ...]
    everyday: bool
    first: date | None = None
    last: date | None = None
    user: "AbstractBaseUser | None" = None
    region: Region | None = None

    @property
    def campaigns(self) -> list[str]:
        """Codes, as in files and addresses."""
        return [edition.code for edition in self.editions] + [EVERYDAY] * self.everyday

    def narrow(self, rows: QuerySet) -> QuerySet:
        """Those of the rows (of rollups or of the ledger) that are asked for."""
        wanted = Q(edition__in=[edition.pk for edition in self.editions])
        if self.everyday:
            wanted |= Q(edition__isnull=True)
        rows = rows.filter(wanted)
        if self.first:
            rows = rows.filter(day__gte=self.first)
        if self.last:
            rows = rows.filter(day__lte=self.last)
        if self.user is not None:
            rows = scope_to(rows, self.user)
        if self.region is not None:
            rows = rows.filter(region__path__startswith=self.region.path)
        return rows

    def with_region(self, region: Region | None) -> "Selection":
        return replace(self, region=region)


@dataclass
class Figure:
    """One row of a report, in person-times or in the unit of one metric."""

    key: str
    label: str
    count: int = 0
    by_basis: dict[str, int] = field(default_factory=dict)
    unit: str = ""

    def add(self, basis: str, count: int) -> None:
        self.count += count
        self.by_basis[basis] = self.by_basis.get(basis, 0) + count

    def known_bases(self) -> dict[str, int]:
        """What each basis contributes, in the order in which they are always shown."""
        return {basis: self.by_basis[basis] for basis in Basis.values if self.by_basis.get(basis)}


@dataclass(frozen=True)
class Report:
    """A total, the rows that add up to it, and beside them what is no person-time."""

    as_of: datetime
    selection: Selection
    by: str
    total: Figure
    rows: list[Figure]
    outputs: list[Figure]


def select(
    codes: Iterable[str] | None = None,
    first: date | None = None,
    last: date | None = None,
    user: "AbstractBaseUser | None" = None,
) -> Selection:
    """The campaigns with these codes, or all of them and everyday education.

    Raises UnknownCampaignError naming the code.
    """
    known = {edition.code: edition for edition in Edition.objects.order_by("starts_on", "code")}
    if not codes:
        return Selection(tuple(known.values()), True, first, last, user)
    wanted = dict.fromkeys(codes)
    for code in wanted:
        if code != EVERYDAY and code not in known:
            raise UnknownCampaignError(code)
    editions = tuple(edition for code, edition in known.items() if code in wanted)
    return Selection(editions, EVERYDAY in wanted, first, last, user)


def report(selection: Selection, by: str) -> Report:
    """Person-times by channel, region, day or metric, and the other metrics beside them."""
    rows = {"channel": by_channel, "region": by_region, "day": by_day, "metric": by_metric}[by](
        selection
    )
    total = Figure("total", _("Total"))
    for row in rows:
        for basis, count in row.by_basis.items():
            total.add(basis, count)
    return Report(timezone.localtime(), selection, by, total, rows, outputs(selection))


def by_channel(selection: Selection) -> list[Figure]:
    """In the channels' own order."""
    names = dict(Channel.objects.values_list("code", "name"))
    return _rows(_person_times(selection, F("channel__code")), names, order=list(names))


def by_region(selection: Selection) -> list[Figure]:
    """Each region with what was entered for itself, in the order of the tree."""
    found = list(_person_times(selection, F("region__code")))
    names = dict(
        Region.objects.filter(code__in={code for code, _basis, _count in found})
        .order_by("path")
        .values_list("code", "name")
    )
    return _rows(found, names, order=list(names))


def by_day(selection: Selection) -> list[Figure]:
    """Beijing days that have figures, oldest first; keys are ISO dates."""
    found = [
        (day.isoformat(), basis, count) for day, basis, count in _person_times(selection, F("day"))
    ]
    days = sorted({day for day, _basis, _count in found})
    return _rows(found, {day: day for day in days}, order=days)


def by_metric(selection: Selection) -> list[Figure]:
    """Only metrics that are person-times."""
    names = {code: str(METRICS[code].label) for code in PERSON_TIME_METRICS}
    return _rows(_person_times(selection, F("metric")), names, order=PERSON_TIME_METRICS)


def outputs(selection: Selection) -> list[Figure]:
    """Interactions and outputs, each in its own unit."""
    found = (
        selection.narrow(DailyReach.objects.exclude(metric__in=PERSON_TIME_METRICS))
        .order_by()
        .values_list("metric", "basis")
        .annotate(Sum("count"))
    )
    names = {code: str(metric.label) for code, metric in METRICS.items()}
    rows = _rows(found, names, order=list(METRICS))
    for row in rows:
        row.unit = str(METRICS[row.key].unit)
    return rows


def over_subtrees(selection: Selection, tops: Sequence[Region]) -> dict[str, Figure]:
    """Person-times of each of these regions with all that lies below it, by region code.

    The regions must not lie below one another.
    """
    if not tops:
        return {}
    longest = max(len(top.path) for top in tops)
    by_path = {top.path: Figure(top.code, top.name) for top in tops}
    lengths = sorted({len(top.path) for top in tops})
    for path, basis, count in _person_times(selection, Left("region__path", longest)):
        for length in lengths:
            if path[:length] in by_path:
                by_path[path[:length]].add(basis, count)
                break
    return {figure.key: figure for figure in by_path.values()}


@dataclass
class Aim:
    """What was aimed at and what was reached of it, in person-times."""

    target: int | None = None
    reached: int = 0


def against_targets(selection: Selection, regions: Sequence[Region]) -> dict[str | None, Aim]:
    """Targets of the selected editions for these regions, by channel code; None is all channels.

    Held against them is only what was reached for editions that have such a target.
    """
    aims: dict[str | None, Aim] = defaultdict(Aim)
    editions_of: dict[str | None, set[int]] = defaultdict(set)
    targets = Target.objects.filter(
        edition__in=[edition.pk for edition in selection.editions],
        region__in=[region.pk for region in regions],
        metric=Target.PERSON_TIMES,
    )
    for channel, edition, value in targets.order_by().values_list(
        "channel__code", "edition", "value"
    ):
        aims[channel].target = (aims[channel].target or 0) + value
        editions_of[channel].add(edition)
    reached = (
        selection.narrow(DailyReach.objects.filter(metric__in=PERSON_TIME_METRICS))
        .order_by()
        .values_list("edition", "channel__code")
        .annotate(Sum("count"))
    )
    for edition, channel, count in reached:
        for key in (channel, None):
            if edition in editions_of[key]:
                aims[key].reached += count
    return {key: aim for key, aim in aims.items() if aim.target is not None}


@dataclass(frozen=True)
class Extent:
    """How far the figures go and how fresh they are."""

    first: date | None
    last: date | None
    entered_at: datetime | None


def extent(selection: Selection) -> Extent:
    """First and last day with figures, and when the newest of them came into the ledger."""
    days = selection.narrow(DailyReach.objects.all()).aggregate(first=Min("day"), last=Max("day"))
    newest = (
        selection.narrow(ReachEntry.objects.all())
        .order_by("-pk")
        .values_list("recorded_at", flat=True)
        .first()
    )
    return Extent(days["first"], days["last"], newest)


def default_editions(user: "AbstractBaseUser | None", today: date) -> list[Edition]:
    """The editions that are open, else the latest that has figures."""
    running = list(Edition.objects.open_on(today).order_by("starts_on", "code"))
    if running:
        return running
    rows = DailyReach.objects.filter(edition__isnull=False)
    if user is not None:
        rows = scope_to(rows, user)
    latest = (
        Edition.objects.filter(pk__in=rows.order_by().values("edition"), starts_on__lte=today)
        .order_by("-starts_on", "-pk")
        .first()
    )
    return [latest] if latest else []


def _person_times(selection: Selection, key) -> QuerySet:
    return (
        selection.narrow(DailyReach.objects.filter(metric__in=PERSON_TIME_METRICS))
        .order_by()
        .annotate(key=key)
        .values_list("key", "basis")
        .annotate(Sum("count"))
    )


def _rows(
    found: Iterable[tuple[str, str, int]], names: dict[str, str], order: Sequence[str]
) -> list[Figure]:
    rows: dict[str, Figure] = {}
    for key, basis, count in found:
        rows.setdefault(key, Figure(key, names.get(key, key))).add(basis, count)
    return [rows[key] for key in order if key in rows]
