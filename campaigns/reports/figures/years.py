"""Editions of a series side by side, aligned on the campaign's day.

Day 1 is the first day of each edition's own window: 3·15 of one year begins on another date, and
on another weekday, than that of the year before.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from campaigns.calendar.models import Edition, Series
from campaigns.reach import metrics
from campaigns.reports.figures.rows import Figure, cube_of
from campaigns.reports.figures.selection import Selection


@dataclass
class Course:
    """An edition's person-times by campaign day; day 0 and below lie before its window."""

    edition: Edition
    is_chosen: bool
    days: dict[int, Figure] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Days of the window."""
        return (self.edition.ends_on - self.edition.starts_on).days + 1

    def campaign_day(self, day: date) -> int:
        return (day - self.edition.starts_on).days + 1

    def date_of(self, number: int) -> date:
        return self.edition.starts_on + timedelta(days=number - 1)

    def on(self, number: int) -> int:
        return self.days[number].count if number in self.days else 0

    def through(self, number: int) -> int:
        """All up to and on that campaign day, what came before the window included."""
        return sum(figure.count for day, figure in self.days.items() if day <= number)

    @property
    def total(self) -> Figure:
        """All of it, also what lies outside the window."""
        total = Figure("total", self.edition.name)
        for figure in self.days.values():
            for basis, count in figure.by_basis.items():
                total.add(basis, count)
        return total


@dataclass
class Comparison:
    """Editions of one series, the newest first."""

    series: Series
    courses: list[Course]

    def before(self, course: Course) -> Course | None:
        """The edition that came before, of those that are compared."""
        position = self.courses.index(course) + 1
        return self.courses[position] if position < len(self.courses) else None

    @property
    def length(self) -> int:
        """Days of the longest window."""
        return max(course.length for course in self.courses)


def compared(selection: Selection) -> list[Comparison]:
    """The selected editions, each beside the one before it, series by series.

    Of the selection's span of days nothing is kept: days of one year mean nothing in another.
    """
    if not selection.editions:
        return []
    chosen = {edition.pk for edition in selection.editions}
    family = Edition.objects.filter(
        series__in={edition.series_id for edition in selection.editions}
    )
    by_series: dict[Series, list[Edition]] = defaultdict(list)
    for edition in family.select_related("series").order_by("-starts_on", "-pk"):
        by_series[edition.series].append(edition)
    courses = {
        series: [
            Course(edition, edition.pk in chosen)
            for edition, after in zip(editions, [None, *editions], strict=False)
            if edition.pk in chosen or (after and after.pk in chosen)
        ]
        for series, editions in by_series.items()
    }
    _fill(selection, [course for some in courses.values() for course in some])
    return [Comparison(series, some) for series, some in courses.items()]


def _fill(selection: Selection, courses: Iterable[Course]) -> None:
    by_pk = {course.edition.pk: course for course in courses}
    cut = selection.cut.of(editions=tuple(by_pk), first=None, last=None)
    for pk, day, basis, count in cube_of(cut, metrics.reach_codes(), "edition", "day", "basis"):
        course = by_pk[pk]
        number = course.campaign_day(day)
        figure = course.days.setdefault(number, Figure(str(number), f"{day}"))
        figure.add(basis, count)
