"""The newest entries of a list, found without reading all of it: a page at ten million entries.

A database that has to sort a campaign's entries reads them all first. So the sums are asked where
entries are (day by day, and of a day which campaign and channel), and each of these slices of the
ledger gives its own newest: no page reads more of them than it has rows.
"""

from collections.abc import Iterable
from datetime import date
from heapq import nlargest

from django.db.models import Q, QuerySet

from campaigns.reach import sums
from campaigns.reach.models import EVERYDAY_ID, ReachEntry
from campaigns.regions.models import Region

# A day's entries of so many regions are found faster by region than by channel.
FEW = 60

# Day and primary key of an entry.
Place = tuple[date, int]


def newest(
    entries: QuerySet[ReachEntry], size: int, after: Place | None, cut: sums.Cut | None
) -> list[ReachEntry]:
    """The first of them by day and primary key, the newest first, from a place on.

    All of them lie within the cut. None: nothing is known of where they lie, the database sorts.
    """
    narrow = entries.select_related(None)
    keys = _sorted(narrow, size, after) if cut is None else _walked(narrow, size, after, cut)
    by_key = entries.model.objects.select_related("edition", "channel", "region").in_bulk(keys)
    return [by_key[key] for key in keys]


def _sorted(entries: QuerySet, size: int, after: Place | None) -> list[int]:
    if after:
        day, key = after
        entries = entries.filter(Q(day__lt=day) | Q(day=day, pk__lt=key), day__lte=day)
    return list(entries.order_by("-day", "-pk").values_list("pk", flat=True)[:size])


def _walked(entries: QuerySet, size: int, after: Place | None, cut: sums.Cut) -> list[int]:
    found: list[int] = []
    few = _few_regions(cut)
    for day in sums.days_of(cut):
        if after and day > after[0]:
            continue
        of_day: list[int] = []
        for where in _slices(cut, day, few):
            rows = entries.filter(where, day=day)
            if after and day == after[0]:
                rows = rows.filter(pk__lt=after[1])
            of_day += rows.order_by("-pk").values_list("pk", flat=True)[: size - len(found)]
        found += nlargest(size - len(found), of_day)
        if len(found) >= size:
            break
    return found


def _slices(cut: sums.Cut, day: date, few: list[int]) -> Iterable[Q]:
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


def _few_regions(cut: sums.Cut) -> list[int]:
    """The cut's regions with all below them; none where they are many."""
    below = Q(pk__in=[])
    for path in Region.objects.filter(pk__in=cut.nodes).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    found = list(Region.objects.filter(below).order_by().values_list("pk", flat=True)[: FEW + 1])
    return found if len(found) <= FEW else []
