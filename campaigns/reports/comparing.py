"""A closed period against the ledger of today.

"Now" is what was frozen and every later entry for the same campaigns, days, regions and filters.
The regions are those of the day of closing, with those that were founded below since: when a region
moves to another part of the organisation, what was reported stays comparable.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from campaigns.channels.models import Channel
from campaigns.reach import languages, metrics, sums
from campaigns.reach.models import EVERYDAY_ID, ReachEntry
from campaigns.reach.pieces import titles_of
from campaigns.regions.models import Region
from campaigns.reports import figures, freezing
from campaigns.reports.models import Snapshot
from content.models import EducationPage


@dataclass(frozen=True)
class Change:
    """A figure as it was frozen, and as it is with what has come in since."""

    key: str
    label: str
    frozen: int
    later: int
    unit: str = ""

    @property
    def now(self) -> int:
        return self.frozen + self.later


class Comparison:
    """A closed period against the ledger of today, in a fixed number of queries."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.content = snapshot.content
        self.is_reach = {one["code"]: one["counts_as_reach"] for one in self.content["metrics"]}
        for code, metric in metrics.known().items():
            self.is_reach.setdefault(code, metric.counts_as_reach)

    @cached_property
    def entries(self) -> QuerySet[ReachEntry]:
        """Every entry that came in later for what was frozen."""
        later = sums.entries_after(self._cut(), self.snapshot.high_water)
        return later.filter(region__in=list(self._row_of_region))

    def entries_of(self, by: str, key: str) -> QuerySet[ReachEntry]:
        """Those behind one row; none for a row that does not exist."""
        if by == "region":
            pks = [pk for pk, row in self._row_of_region.items() if row == key]
            return self.entries.filter(region__in=pks)
        if by == "channel":
            pks = [pk for pk, code in self._channels.items() if code == key]
            return self.entries.filter(channel__in=pks)
        if by == "day":
            try:
                return self.entries.filter(day=date.fromisoformat(key))
            except ValueError:
                return self.entries.none()
        return self.entries.filter(**{by: key})

    @cached_property
    def total(self) -> Change:
        told = self.content["figures"]["total"]
        later = sum(count for _channel, metric, count in self._summed if self.is_reach[metric])
        return Change("total", told["label"], told["count"], later)

    @property
    def kinds(self) -> list[Change]:
        """Online and offline."""
        later: dict[str, int] = defaultdict(int)
        for channel, metric, count in self._summed:
            if self.is_reach[metric]:
                later[self._kinds[channel]] += count
        return [
            Change(row["key"], row["label"], row["count"], later[row["key"]])
            for row in self.content["figures"]["kinds"]
        ]

    @property
    def outputs(self) -> list[Change]:
        """What is no person-time, each in its own unit."""
        later: dict[str, int] = defaultdict(int)
        for _channel, metric, count in self._summed:
            if not self.is_reach[metric]:
                later[metric] += count
        return list(_changes(self.content["figures"]["outputs"], later, self._names("metric")))

    def rows(self, by: str) -> list[Change]:
        """Person-times by one of figures.BY: the frozen rows in their order, then new ones."""
        later: dict[str, int] = defaultdict(int)
        column = {"channel": "channel_id", "region": "region_id"}.get(by, by)
        found = self.entries.order_by().values_list(column, "metric").annotate(Sum("count"))
        for value, metric, count in found if column != "metric" else self._by_metric():
            if self.is_reach[metric]:
                later[self._key(by, value)] += count
        frozen = self.content["figures"]["rows"][by]
        new = [key for key in later if key not in {row["key"] for row in frozen}]
        return list(_changes(frozen, later, self._names(by) if new else {}))

    def today(self) -> int:
        """The same by today's organisation and definitions: what the dashboard shows."""
        selection = freezing.selection_of(self.snapshot)
        return figures.total_of(figures.by_kind(selection)).count

    def _by_metric(self) -> Iterator[tuple[str, str, int]]:
        return ((metric, metric, count) for _channel, metric, count in self._summed)

    def _key(self, by: str, value) -> str:
        if by == "channel":
            return self._channels[value]
        if by == "region":
            return self._row_of_region[value]
        return value.isoformat() if by == "day" else value

    @cached_property
    def _summed(self) -> list[tuple[int, str, int]]:
        """Later entries by channel and metric."""
        rows = self.entries.order_by().values_list("channel_id", "metric")
        return list(rows.annotate(Sum("count")))

    def _cut(self) -> sums.Cut:
        told = self.content["selection"]
        editions = tuple(one["id"] for one in told["campaigns"])
        chosen = set(told["channels"])
        return sums.Cut(
            editions=editions + (EVERYDAY_ID,) * told["everyday"],
            # Everything: where a region lies today must not matter.
            nodes=tuple(Region.objects.filter(depth=1).values_list("pk", flat=True)),
            first=self.snapshot.first,
            last=self.snapshot.last,
            channels=tuple(pk for pk, code in self._channels.items() if code in chosen),
            metrics=tuple(told["metrics"]),
            bases=tuple(told["bases"]),
            languages=tuple(told["languages"]),
        )

    @cached_property
    def _known_channels(self) -> dict[int, dict[str, Any]]:
        """Channels by primary key, in the words of the day of closing where there are any."""
        today = {one["id"]: one for one in Channel.objects.values("id", "code", "name", "kind")}
        return today | {one["id"]: one for one in self.content["channels"]}

    @cached_property
    def _channels(self) -> dict[int, str]:
        return {pk: one["code"] for pk, one in self._known_channels.items()}

    @cached_property
    def _kinds(self) -> dict[int, str]:
        return {pk: one["kind"] for pk, one in self._known_channels.items()}

    @cached_property
    def _row_of_region(self) -> dict[int, str]:
        """Which row by region an entry's region (primary key) falls into."""
        told = self.content["regions"]
        rows = {pk: key for key, pks in told["of_row"].items() for pk in pks}
        region = self.snapshot.region
        step = len(region.path) + Region.steplen
        here = Region.objects.at_or_below(region)
        row_at = dict(here.filter(depth__lte=region.depth + 1).values_list("path", "code"))
        for pk, path in here.filter(pk__gt=told["newest"]).values_list("pk", "path"):
            rows[pk] = row_at[path[:step]]
        return rows

    def _names(self, by: str) -> dict[str, str]:
        """Today's names for rows that were not there when the period was closed."""
        names = {
            "channel": self._channel_names,
            "region": lambda: dict(Region.objects.values_list("code", "name")),
            "metric": self._metric_names,
            "content": _titles,
            "basis": lambda: {code: str(label) for code, label in metrics.Basis.choices},
            "language": lambda: {**dict(languages.choices()), "": _("No language given")},
        }
        return names[by]() if by in names else {}

    def _channel_names(self) -> dict[str, str]:
        return {one["code"]: one["name"] for one in self._known_channels.values()}

    def _metric_names(self) -> dict[str, str]:
        today = {code: one.name for code, one in metrics.known().items()}
        return today | {one["code"]: one["name"] for one in self.content["metrics"]}


def _titles() -> dict[str, str]:
    codes = EducationPage.objects.values_list("code", flat=True)
    return {**titles_of(set(codes)), "": _("Of no single piece")}


def _changes(
    frozen: Iterable[dict[str, Any]], later: dict[str, int], names: dict[str, str]
) -> Iterator[Change]:
    known = set()
    for row in frozen:
        known.add(row["key"])
        yield Change(row["key"], row["label"], row["count"], later.get(row["key"], 0), row["unit"])
    for key in sorted(set(later) - known):
        yield Change(key, names.get(key, key), 0, later[key])
