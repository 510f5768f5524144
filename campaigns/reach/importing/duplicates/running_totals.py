"""A running total, told as a day's figure."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from statistics import median

from django.db.models import Sum
from django.utils.translation import gettext as _

from campaigns.reach.importing.duplicates.told import TOLD, Span, Suspect, Told
from campaigns.reach.importing.figures import Figure
from campaigns.reach.models import HeldEntry

# A running total is seen from so many days on: it never falls, mostly rises, and that by about what
# a day brings, for which its own first day is the measure. Campaigns that gather speed rise as
# well, but by less; days with gaps between them rise by anything.
LEAST_DAYS = 5
RISES = 0.8
A_DAYS_WORTH = 0.5
GAPS = 1.5
# How far back earlier files are looked at, for those who send a day at a time.
DAYS_BACK = 14


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


def running_totals(told: list[Told], unchanged: list[Figure], span: Span) -> Iterator[Suspect]:
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
        HeldEntry.Kind.CUMULATIVE,
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


def _add_earlier(series: dict[tuple, dict], span: Span) -> None:
    """What earlier files told of the same series, for those who send a day at a time.

    In terms of what was told: a figure that counted as a difference stands by its full count in
    what is held.
    """
    columns = ("edition", "channel", "account", "region", "content", "language", "metric", "basis")
    entries = span.entries(DAYS_BACK).filter(basis__in=TOLD, region__in=list(span.regions))
    for *key, day, count in entries.values_list(*columns, "day").annotate(Sum("count")):
        if count:
            series[tuple(key)][day] = count
    first, last = span.days
    held = HeldEntry.objects.standing().filter(
        day__gte=first - timedelta(days=DAYS_BACK), day__lte=last, region__in=list(span.regions)
    )
    for *key, day, count in held.order_by().values_list(*columns, "day", "count"):
        series[tuple(key)][day] = count
