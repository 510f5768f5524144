"""Figures for people: only what lies in the asker's regions, person-times apart from the rest.

Person-times add up, over days, channels and regions alike. Outputs and interactions are counted in
units of their own and never enter a total of person-times. All of it is read through
campaigns.reach.sums.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.reach import metrics, sums
from campaigns.reach.metrics import Basis, Metric
from campaigns.reach.models import EVERYDAY, EVERYDAY_ID, MonthlyReach, ReachEntry, Target
from campaigns.regions.models import Region
from content.models import EducationPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class UnknownCampaignError(LookupError):
    """No edition has this code."""


class UnknownRegionError(LookupError):
    """No region has this code."""


@dataclass(frozen=True)
class Selection:
    """Whose figures are asked for: which campaigns, days, part of the organisation, and so on.

    `user` None is the command line, which sees everything. Of channels (codes), metrics, bases and
    languages, empty means all.
    """

    editions: tuple[Edition, ...]
    everyday: bool
    first: date | None = None
    last: date | None = None
    user: "AbstractBaseUser | None" = None
    region: Region | None = None
    channels: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def campaigns(self) -> list[str]:
        """Codes, as in files and addresses."""
        return [edition.code for edition in self.editions] + [EVERYDAY] * self.everyday

    @cached_property
    def nodes(self) -> tuple[Region, ...]:
        """The region that is asked for, or else the topmost that the user may see."""
        return sums.nodes_for(self.user, self.region)

    @cached_property
    def cut(self) -> sums.Cut:
        """All of it, person-times and outputs alike."""
        channels: tuple[int, ...] = ()
        if self.channels:
            found = Channel.objects.filter(code__in=self.channels).values_list("pk", flat=True)
            channels = tuple(found)
        return sums.Cut(
            editions=tuple(edition.pk for edition in self.editions)
            + (EVERYDAY_ID,) * self.everyday,
            nodes=tuple(node.pk for node in self.nodes),
            first=self.first,
            last=self.last,
            channels=channels,
            metrics=self.metrics,
            bases=self.bases,
            languages=self.languages,
        )

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

    def less(self, others: Iterable["Figure"]) -> "Figure":
        """What is left of this one without the others."""
        rest = replace(self, by_basis=dict(self.by_basis))
        for other in others:
            for basis, count in other.by_basis.items():
                rest.add(basis, -count)
        return rest

    def known_bases(self) -> dict[str, int]:
        """What each basis contributes, in the order in which they are always shown."""
        return {basis: self.by_basis[basis] for basis in Basis.values if self.by_basis.get(basis)}


@dataclass(frozen=True)
class Report:
    """A total, the rows that add up to it, and beside them what is no person-time.

    `kinds` are the totals of online and offline channels. `definitions` are all metrics as they
    were defined when the figures were told; `high_water` is the newest entry (primary key) of the
    ledger that can be in them.
    """

    as_of: datetime
    selection: Selection
    by: str
    total: Figure
    kinds: list[Figure]
    rows: list[Figure]
    outputs: list[Figure]
    definitions: list[Metric] = field(default_factory=lambda: list(metrics.known().values()))
    high_water: int | None = None


def select(
    codes: Iterable[str] | None = None,
    first: date | None = None,
    last: date | None = None,
    user: "AbstractBaseUser | None" = None,
    region: str | None = None,
) -> Selection:
    """The campaigns with these codes, or all of them and everyday education.

    Raises UnknownCampaignError or UnknownRegionError naming the code.
    """
    known = {edition.code: edition for edition in Edition.objects.order_by("starts_on", "code")}
    node = Region.objects.filter(code=region).first() if region is not None else None
    if region is not None and node is None:
        raise UnknownRegionError(region)
    if not codes:
        return Selection(tuple(known.values()), True, first, last, user, node)
    wanted = dict.fromkeys(codes)
    for code in wanted:
        if code != EVERYDAY and code not in known:
            raise UnknownCampaignError(code)
    editions = tuple(edition for code, edition in known.items() if code in wanted)
    return Selection(editions, EVERYDAY in wanted, first, last, user, node)


def report(selection: Selection, by: str) -> Report:
    """Person-times by one of BY, and the other metrics beside them."""
    newest = ReachEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
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
        high_water=newest,
    )


def total_of(rows: Iterable[Figure]) -> Figure:
    """All rows in one."""
    total = Figure("total", _("Total"))
    for row in rows:
        for basis, count in row.by_basis.items():
            total.add(basis, count)
    return total


def by_kind(selection: Selection) -> list[Figure]:
    """Online and offline, whether or not there is anything."""
    kinds = dict(Channel.objects.values_list("pk", "kind"))
    rows = {kind: Figure(kind, str(label)) for kind, label in Channel.Kind.choices}
    for channel, basis, count in _person_times(selection, "channel"):
        rows[kinds[channel]].add(basis, count)
    return list(rows.values())


def by_channel(selection: Selection) -> list[Figure]:
    """In the channels' own order."""
    channels = {channel.pk: channel for channel in Channel.objects.all()}
    found = [
        (channels[pk].code, basis, count)
        for pk, basis, count in _person_times(selection, "channel")
    ]
    names = {channel.code: channel.name for channel in channels.values()}
    return _rows(found, names, order=list(names))


def by_region(selection: Selection) -> list[Figure]:
    """The regions right below, each with all that lies below it, and what is the region's own.

    First the region's own row, then those below in the order of the tree that have figures. Who
    sees several parts of the organisation gets a row for each.
    """
    nodes = selection.nodes
    below = list(nodes[0].get_children()) if len(nodes) == 1 else list(nodes)
    rows = [row for row in over_nodes(selection, below).values() if row.by_basis]
    if len(nodes) != 1:
        return rows
    own = over_nodes(selection, nodes)[nodes[0].code].less(rows)
    if not own.by_basis:
        return rows
    own.label = _("%(region)s itself") % {"region": nodes[0].name}
    return [own, *rows]


def by_day(selection: Selection) -> list[Figure]:
    """Beijing days that have figures, oldest first; keys are ISO dates."""
    found = [
        (day.isoformat(), basis, count) for day, basis, count in _person_times(selection, "day")
    ]
    days = sorted({day for day, _basis, _count in found})
    return _rows(found, {day: day for day in days}, order=days)


def by_metric(selection: Selection) -> list[Figure]:
    """Only metrics that are person-times."""
    names = dict(metrics.choices())
    return _rows(_person_times(selection, "metric"), names, order=metrics.reach_codes())


def by_content(selection: Selection) -> list[Figure]:
    """Pieces by code, the farthest-reaching first; last, with an empty key, what is of no piece."""
    found = _person_times(selection, "content")
    codes = {code for code, _basis, _count in found}
    titles: dict[str, str] = {}
    pages = EducationPage.objects.filter(code__in=codes).order_by("locale__language_code")
    for code, language, title in pages.values_list("code", "locale__language_code", "title"):
        if language == settings.LANGUAGE_CODE or code not in titles:
            titles[code] = title
    rows = _rows(found, titles, order=sorted(codes))
    rows.sort(key=lambda row: -row.count)
    rest = total_of(_rows(_person_times(selection, "metric"), {}, order=metrics.reach_codes()))
    rest = replace(rest, key="", label=_("Of no single piece")).less(rows)
    return [*rows, rest] if rest.known_bases() else rows


def by_language(selection: Selection) -> list[Figure]:
    """In the order of the interface's languages; last, with an empty key, where none is told."""
    names = {code: str(name) for code, name in settings.LANGUAGES}
    found = _person_times(selection, "language")
    others = sorted({code for code, _basis, _count in found} - set(names) - {""})
    return _rows(found, {**names, "": _("No language given")}, order=[*names, *others, ""])


def by_basis(selection: Selection) -> list[Figure]:
    """How the figures came about, in the order in which bases are always shown."""
    names = {basis.value: str(basis.label) for basis in Basis}
    found = [(basis, basis, count) for basis, count in _person_times(selection)]
    return _rows(found, names, order=list(names))


BY = {
    "channel": by_channel,
    "region": by_region,
    "day": by_day,
    "metric": by_metric,
    "content": by_content,
    "language": by_language,
    "basis": by_basis,
}


def outputs(selection: Selection) -> list[Figure]:
    """Interactions and outputs, each in its own unit."""
    found = _cube(selection, metrics.output_codes(), "metric", "basis")
    rows = _rows(found, dict(metrics.choices()), order=list(metrics.known()))
    for row in rows:
        row.unit = metrics.known()[row.key].unit
    return rows


def over_nodes(selection: Selection, nodes: Sequence[Region]) -> dict[str, Figure]:
    """Person-times of each of these regions with all that lies below it, by region code.

    The regions lie within the selection's and not below one another.
    """
    by_pk = {node.pk: Figure(node.code, node.name) for node in nodes}
    if by_pk:
        cut = selection.cut.of(nodes=tuple(by_pk))
        for pk, basis, count in _cube_of(cut, metrics.reach_codes(), "node", "basis"):
            by_pk[pk].add(basis, count)
    return {figure.key: figure for figure in by_pk.values()}


@dataclass
class Aim:
    """What was aimed at and what was reached of it, in person-times."""

    target: int | None = None
    reached: int = 0


def against_targets(selection: Selection, regions: Sequence[Region]) -> dict[str | None, Aim]:
    """Targets of the selected editions for these regions, by channel code; None is all channels.

    Held against them is only what was reached for editions that have such a target. No target says
    how much of it a metric, a basis or a language should bring; and where only some channels are
    asked for, only their own targets count.
    """
    if selection.metrics or selection.bases or selection.languages:
        return {}
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
    codes = dict(Channel.objects.values_list("pk", "code"))
    for edition, channel, count in _cube(selection, metrics.reach_codes(), "edition", "channel"):
        for key in (codes[channel], None):
            if edition in editions_of[key]:
                aims[key].reached += count
    if selection.channels:
        aims = {key: aim for key, aim in aims.items() if key in selection.channels}
    return {key: aim for key, aim in aims.items() if aim.target is not None}


@dataclass(frozen=True)
class Extent:
    """How far the figures go and how fresh they are."""

    first: date | None
    last: date | None
    entered_at: datetime | None


def extent(selection: Selection) -> Extent:
    """First and last day with figures, and when the newest of them came into the ledger."""
    found = sums.extent(selection.cut)
    newest = ReachEntry.objects.filter(pk=found.newest).values_list("recorded_at", flat=True)
    return Extent(found.first, found.last, newest.first() if found.newest else None)


def default_editions(user: "AbstractBaseUser | None", today: date) -> list[Edition]:
    """The editions that are open, else the latest that has figures."""
    running = list(Edition.objects.open_on(today).order_by("starts_on", "code"))
    if running:
        return running
    nodes = [node.pk for node in sums.nodes_for(user)]
    figures = MonthlyReach.objects.filter(edition_id=OuterRef("pk"), node_id__in=nodes)
    latest = (
        Edition.objects.filter(Exists(figures), starts_on__lte=today)
        .order_by("-starts_on", "-pk")
        .first()
    )
    return [latest] if latest else []


def _person_times(selection: Selection, *keys: str) -> list[tuple]:
    return _cube(selection, metrics.reach_codes(), *keys, "basis")


def _cube(selection: Selection, metrics: Sequence[str], *keys: str) -> list[tuple]:
    return _cube_of(selection.cut, metrics, *keys)


def _cube_of(cut: sums.Cut, metrics: Sequence[str], *keys: str) -> list[tuple]:
    """Those of the metrics that are asked for."""
    asked = tuple(code for code in metrics if not cut.metrics or code in cut.metrics)
    return sums.cube(cut.of(metrics=asked), keys) if asked and cut.editions else []


def _rows(
    found: Iterable[tuple[str, str, int]], names: dict[str, str], order: Sequence[str]
) -> list[Figure]:
    rows: dict[str, Figure] = {}
    for key, basis, count in found:
        rows.setdefault(key, Figure(key, names.get(key, key))).add(basis, count)
    return [rows[key] for key in order if key in rows]
