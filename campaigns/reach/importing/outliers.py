"""Figures that are possible but odd: said as warnings, refused by nobody.

Rules: leaflets per person (domain.md: real stalls ranged from 0.5 to 4), fifty times last year,
more people than were expected or fit in.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.reach.importing.figures import Figure
from campaigns.reach.importing.problems import ImportReport
from campaigns.reach.models import BatchWarning, DailyReach

Kind = BatchWarning.Kind

LEAFLETS_PER_PERSON = (0.5, 4)
TIMES_LAST_YEAR = 50

# Regions (primary keys) and days that are asked for; the most people, where that is known.
Capacities = Callable[[set[tuple[int, date]]], dict[tuple[int, date], int]]
_capacities: list[Capacities] = []


def register_capacities(told: Capacities) -> None:
    """Let a higher floor say how many people fit in, or were expected, in a region on a day."""
    if told not in _capacities:
        _capacities.append(told)


def note_outliers(figures: list[Figure], report: ImportReport) -> None:
    """Warn of what is odd among the figures that a file adds or changes."""
    if not figures:
        return
    _leaflets_per_person(figures, report)
    _over_capacity(figures, report)
    _fifty_times(figures, report)


def _leaflets_per_person(figures: Iterable[Figure], report: ImportReport) -> None:
    people: dict[tuple, int] = defaultdict(int)
    leaflets: dict[tuple, int] = defaultdict(int)
    rows: dict[tuple, int] = {}
    for figure in figures:
        if figure.metric == "attendance":
            people[_occasion(figure)] += figure.count
        elif figure.metric == "leaflets":
            occasion = _occasion(figure)
            leaflets[occasion] += figure.count
            rows.setdefault(occasion, figure.row)
    least, most = LEAFLETS_PER_PERSON
    for occasion, row in rows.items():
        if not people.get(occasion):
            continue
        each = leaflets[occasion] / people[occasion]
        if not least <= each <= most:
            report.note(
                row,
                "count",
                _("%(leaflets)s leaflets for %(people)s people: %(each)s each, usual are 0.5 to 4")
                % {
                    "leaflets": f"{leaflets[occasion]:,}",
                    "people": f"{people[occasion]:,}",
                    "each": f"{each:.2g}" if each < 100 else f"{each:,.0f}",
                },
                warning=Kind.LEAFLETS_PER_PERSON,
            )


def _occasion(figure: Figure) -> tuple:
    edition = figure.edition and figure.edition.pk
    return (edition, figure.day, figure.region.pk, figure.place.channel.pk)


def _over_capacity(figures: Iterable[Figure], report: ImportReport) -> None:
    people: dict[tuple, int] = defaultdict(int)
    rows: dict[tuple, int] = {}
    for figure in figures:
        if figure.metric == "attendance":
            where = (figure.region.pk, figure.day)
            people[where] += figure.count
            rows.setdefault(where, figure.row)
    if not rows:
        return
    for told in _capacities:
        for where, most in told(set(rows)).items():
            if people[where] > most:
                report.note(
                    rows[where],
                    "count",
                    _("%(people)s people, but %(most)s were expected or fit in that day")
                    % {"people": f"{people[where]:,}", "most": f"{most:,}"},
                    warning=Kind.OVER_CAPACITY,
                )


def _fifty_times(figures: list[Figure], report: ImportReport) -> None:
    editions = {figure.edition for figure in figures if figure.edition}
    last_year = {
        edition.pk: before
        for edition in editions
        for before in Edition.objects.filter(series=edition.series_id, year=edition.year - 1)
    }
    if not last_year:
        return
    highest: dict[tuple, int] = {}
    regions = {figure.region.pk for figure in figures}
    sums = (
        DailyReach.objects.filter(
            edition_id__in=[before.pk for before in last_year.values()], node_id__in=regions
        )
        .order_by()
        .values_list("edition_id", "node_id", "channel_id", "metric", "day")
        .annotate(Sum("count"))
    )
    for *key, _day, count in sums:
        highest[tuple(key)] = max(count, highest.get(tuple(key), 0))
    for figure in figures:
        before = figure.edition and last_year.get(figure.edition.pk)
        if not before:
            continue
        key = (before.pk, figure.region.pk, figure.place.channel.pk, figure.metric)
        most = highest.get(key, 0)
        if most and figure.count > TIMES_LAST_YEAR * most:
            report.note(
                figure.row,
                "count",
                _("%(count)s is %(times)s times the highest day of %(campaign)s (%(most)s)")
                % {
                    "count": f"{figure.count:,}",
                    "times": f"{figure.count // most:,}",
                    "campaign": before.name,
                    "most": f"{most:,}",
                },
                warning=Kind.FIFTY_TIMES,
            )
