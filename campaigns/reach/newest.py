"""The newest entries of a list, found without reading all of it: a page at ten million entries.

A database that has to sort a campaign's entries reads them all first. So the sums are asked where
entries are, and the page is gathered from the newest day backwards, in one of two ways:

- _latest() looks through the newest days of the ledger itself, slice by slice (a campaign's day in
  a channel, or of some regions), but no farther than LOOK entries into one. That is enough where
  much of what lies there is wanted.
- _picked() is for the rest: a few entries wanted among many. Every sum knows its newest and its
  oldest entry, so the sums of a month name many of the wanted entries themselves, and a day and
  key below which no entry is on the page. What is not named so is looked for down the tree, until
  some regions' days are left to read.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nlargest

from django.db.models import F, Q, QuerySet

from campaigns.reach import sums
from campaigns.reach.models import EVERYDAY_ID, ReachEntry
from campaigns.reach.rollups import last_day
from campaigns.regions.models import Region

# A day's entries of so many regions are found faster by region than by channel.
FEW = 60
# So far into one slice, and so many days.
LOOK, DAYS = 400, 2
# So many days where the sums cannot say what is wanted: then one statement is asked for the rest.
BLIND_DAYS = 31
# A primary key that no entry has.
_BEYOND = 2**63 - 1

# An expression: SQLite would read a whole day of all regions, since that comes ordered by key.
_BY_KEY = (F("pk") + 0).desc()

# Day and primary key of an entry.
Place = tuple[date, int]


@dataclass(frozen=True)
class Wanted:
    """The entries of a cut, as far as they meet some conditions more.

    Of the pieces: sums tell them apart as well. They do not know what is alone in one region,
    without those below it, and nothing of what is beside.
    """

    cut: sums.Cut
    of_pieces: Q | None = None
    alone: int | None = None
    beside: Q | None = None

    @property
    def is_summed(self) -> bool:
        return not (self.alone or self.beside)


def newest(
    entries: QuerySet[ReachEntry], size: int, after: Place | None, wanted: Wanted | None
) -> list[ReachEntry]:
    """The first of them by day and primary key, the newest first, from a place on.

    `wanted` says which entries they are. None: in words that no sum knows; the database sorts.
    Whatever the sums say, nothing is given that is not among the entries: until they are made anew
    after a region was moved, they still lead to where it was.
    """
    narrow = entries.select_related(None)
    if wanted is None:
        keys = _sorted(narrow, size, after)
    else:
        found, left_at = _Walk(wanted, size, after).page()
        keys = [key for _day, key in found]
        if left_at:
            keys += _sorted(narrow, size - len(keys), (left_at, _BEYOND))
    by_key = entries.select_related("edition", "channel", "region").in_bulk(keys)
    return [by_key[key] for key in keys if key in by_key]


def _sorted(entries: QuerySet, size: int, after: Place | None) -> list[int]:
    if after:
        day, key = after
        entries = entries.filter(Q(day__lt=day) | Q(day=day, pk__lt=key), day__lte=day)
    return list(entries.order_by("-day", "-pk").values_list("pk", flat=True)[:size])


class _Walk:
    """From the newest day backwards, until there is a page."""

    def __init__(self, wanted: Wanted, size: int, after: Place | None) -> None:
        cut = wanted.cut
        self.wanted, self.size, self.after = wanted, size, after
        self.cut = cut.of(last=min(after[0], cut.last or after[0])) if after else cut
        self.months = sums.months_of(self.cut)
        # Nothing of what tells the slice: said twice, the database takes it for something else.
        entries = sums.narrowed(ReachEntry.objects.order_by(), cut)
        self.entries = entries.filter(wanted.of_pieces or Q(), wanted.beside or Q())

    def page(self) -> tuple[list[Place], date | None]:
        """What was found, and the day from which on the walk was given up."""
        found: list[Place] = []
        alone = self.wanted.alone
        few, below = ([alone], Q()) if alone else _regions(self.cut)
        for number, day in enumerate(self._days()):
            missing = self.size - len(found)
            if number >= BLIND_DAYS and not self.wanted.is_summed:
                return found, day
            goes_on = number < DAYS or not self.wanted.is_summed
            of_day = self._latest(missing, day, few, below) if goes_on else None
            if of_day is None:
                return found + self._picked(missing, day), None
            found += of_day
            if len(found) >= self.size:
                break
        return found, None

    def _days(self) -> Iterator[date]:
        for month, editions in self.months:
            first, last = max(self.cut.first or month, month), last_day(month)
            last = min(self.cut.last or last, last)
            yield from sums.days_of(self.cut.of(editions=editions, first=first, last=last))

    def _latest(self, size: int, day: date, few: list[int], below: Q) -> list[Place] | None:
        """The newest of one day in the ledger; None: they lie too deep in it."""
        keys: list[int] = []
        floor, order = 0, _BY_KEY if few else "-pk"
        for where in _slices(self.cut, day, few):
            here = self._before(ReachEntry.objects.filter(where, day=day), day).order_by(order)
            rows = self._before(self.entries.filter(where, below, day=day), day).order_by(order)
            if self.wanted.is_summed:
                too_deep = here.values_list("pk", flat=True)[LOOK : LOOK + 1]
                floor = max(floor, *too_deep, 0)
                rows = rows.filter(pk__gt=floor) if floor else rows
            keys += rows.values_list("pk", flat=True)[:size]
        found = nlargest(size, (key for key in keys if key > floor))
        return None if floor and len(found) < size else [(day, key) for key in found]

    def _before(self, rows: QuerySet, day: date) -> QuerySet:
        return rows.filter(pk__lt=self.after[1]) if self.after and day == self.after[0] else rows

    def _picked(self, size: int, last: date) -> list[Place]:
        """The newest by the sums, from a day on."""
        found: list[Place] = []
        children = _children()
        for editions, days in self._parts(last):
            cut = self.cut.of(editions=editions)
            found += self._picked_of(size - len(found), cut, days, children)
            if len(found) >= size:
                break
        return found

    def _parts(self, last: date) -> Iterator[tuple[tuple[int, ...], list[date]]]:
        """The editions and days to look at together: one day, its month, and ever more months."""
        months = [(month, editions) for month, editions in self.months if month <= last]
        yield months[0][1], [last]
        first, last = self.cut.first or date.min, last - timedelta(days=1)
        some = 1
        while months:
            days = [day for month, _editions in months[:some] for day in _month(month, first, last)]
            if days:
                yield tuple({pk for _month, pks in months[:some] for pk in pks}), days
            months, some = months[some:], some * 2

    def _picked_of(
        self, size: int, cut: sums.Cut, days: Iterable[date], children: dict[int, list[int]]
    ) -> list[Place]:
        """Of some days: named by the sums, or in what is left of the ledger to read."""
        sure: set[Place] = set()
        least: Place | None = None
        left: dict[tuple[int, date], set[int]] = defaultdict(set)
        level: sums.Cut | None = cut
        while level:
            unclear = []
            for heap in self._heaps(level, days, size, least):
                ends = ((heap.day, heap.newest), (heap.day, heap.oldest))
                sure.update(place for place in ends if not self.after or place < self.after)
                if heap.newest != heap.oldest:
                    unclear.append(heap)
            least = nlargest(size, sure)[-1] if len(sure) >= size else None
            unclear = [heap for heap in unclear if not least or (heap.day, heap.newest) > least]
            for heap in unclear:
                left[heap.edition, heap.day].add(heap.node)
            below = {pk for heap in unclear for pk in children[heap.node]}
            days = {heap.day for heap in unclear}
            level = below and level.of(
                nodes=tuple(below),
                editions=tuple({heap.edition for heap in unclear}),
                channels=tuple({heap.channel for heap in unclear}),
            )
        for (edition, day), nodes in left.items():
            if least and day < least[0]:
                continue
            rows = self._before(self.entries.filter(_of(edition), day=day, region__in=nodes), day)
            if least and day == least[0]:
                rows = rows.filter(pk__gt=least[1])
            keys = rows.order_by(_BY_KEY).values_list("pk", flat=True)[:size]
            sure.update((day, key) for key in keys)
        return nlargest(size, sure)

    def _heaps(
        self, cut: sums.Cut, days: Iterable[date], size: int, least: Place | None
    ) -> list[sums.Heap]:
        heaps = sums.heaps_of(cut, days, self.wanted.of_pieces)
        if least:
            day, key = least
            heaps = heaps.filter(Q(day__gt=day) | Q(day=day, newest_id__gt=key))
        if self.after and self.after[0] in days:
            # The newest in them may not be meant.
            heaps = heaps.exclude(day=self.after[0], oldest_id__gte=self.after[1])
        else:
            # Each has its newest, and no two the same.
            heaps = heaps[:size]
        return [sums.Heap(*heap) for heap in heaps]


def _month(month: date, first: date, last: date) -> Iterator[date]:
    """Its days, from the first on to the last."""
    for number in range(last_day(month).day):
        if first <= (day := month + timedelta(days=number)) <= last:
            yield day


def _slices(cut: sums.Cut, day: date, few: list[int]) -> Iterator[Q]:
    """What one index leads to: some regions of a campaign, or else its whole day in a channel."""
    slices = sums.slices_of(cut, day)
    if few:
        for edition in {edition for edition, _channel in slices}:
            yield _of(edition) & Q(region__in=few)
    else:
        for edition, channel in slices:
            yield _of(edition) & Q(channel=channel)


def _of(edition: int) -> Q:
    return Q(edition__isnull=True) if edition == EVERYDAY_ID else Q(edition=edition)


def _regions(cut: sums.Cut) -> tuple[list[int], Q]:
    """The cut's regions with all below them: by key where they are few, else as a condition."""
    below = Q(pk__in=[])
    for path, depth in Region.objects.filter(pk__in=cut.nodes).values_list("path", "depth"):
        if depth == 1:
            return [], Q()
        below |= Q(path__startswith=path)
    regions = Region.objects.filter(below).order_by().values_list("pk", flat=True)
    few = list(regions[: FEW + 1])
    return (few, Q()) if len(few) <= FEW else ([], Q(region__in=regions))


def _children() -> dict[int, list[int]]:
    """Regions right below a region, all by primary key."""
    regions = list(Region.objects.order_by().values_list("path", "pk"))
    by_path = dict(regions)
    found: dict[int, list[int]] = defaultdict(list)
    for path, pk in regions:
        if above := by_path.get(path[: -Region.steplen]):
            found[above].append(pk)
    return found
