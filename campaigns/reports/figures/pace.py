"""Whether a campaign will get where it is to get: pace and forecast, up to its end and no further.

The forecast follows the curve of the series' last edition by campaign day where there is one: had
that edition brought a third of its figures by now, three times of what stands is what will. Without
one, every day still to come brings what the days gone brought on average.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campaigns.calendar.models import Edition, RegionalWindow
from campaigns.reach.models import Target
from campaigns.regions.models import Region
from campaigns.reports.figures.selection import Selection
from campaigns.reports.figures.years import Comparison, Course

# Fewer days than these say nothing about the rest.
FEWEST_DAYS = 3


class Method(StrEnum):
    """How a forecast came about, or why there is none."""

    LAST_YEAR = "last-year"
    LINEAR = "linear"
    TOO_EARLY = "too-early"
    COMING = "coming"
    OVER = "over"


@dataclass(frozen=True)
class Pace:
    """How far an edition is, in person-times and in days of its window.

    `gone` counts whole days: today is not over yet, and its figures are still coming in.
    """

    edition: Edition
    first: date
    last: date
    gone: int
    reached: int
    target: int | None
    method: Method
    forecast: int | None = None
    model: Edition | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def left(self) -> int:
        return self.days - self.gone

    @property
    def needed_a_day(self) -> int | None:
        """What each day that is left, today included, has to bring; None without target or days."""
        if self.target is None or not self.left:
            return None
        return max(0, -(-(self.target - self.reached) // self.left))


def paces(
    selection: Selection, comparisons: Sequence[Comparison], regions: Sequence[Region], today: date
) -> list[Pace]:
    """Of each selected edition, the newest first.

    None at all where only some days are selected: pace is of the whole.
    """
    if selection.first or selection.last:
        return []
    windows = _windows(selection, regions)
    targets = _targets(selection, regions)
    found = [
        _pace(
            course,
            comparison.before(course),
            windows[course.edition.pk],
            targets.get(course.edition.pk),
            today,
        )
        for comparison in comparisons
        for course in comparison.courses
        if course.is_chosen
    ]
    return sorted(found, key=lambda pace: pace.first, reverse=True)


def _pace(
    course: Course,
    before: Course | None,
    window: tuple[date, date],
    target: int | None,
    today: date,
) -> Pace:
    first, last = window
    days = (last - first).days + 1
    gone = max(0, min((today - first).days, days))
    reached = course.total.count
    known = (course.edition, first, last, gone, reached, target)
    if gone == days:
        return Pace(*known, Method.OVER)
    if today < first:
        return Pace(*known, Method.COMING)
    if gone < FEWEST_DAYS:
        return Pace(*known, Method.TOO_EARLY)
    yesterday = course.campaign_day(today) - 1
    stood = course.through(yesterday)
    if before is not None and yesterday < before.length:
        by_then, in_all = before.through(yesterday), before.through(before.length)
        if 0 < by_then <= in_all:
            forecast = max(reached, round(stood * in_all / by_then))
            return Pace(*known, Method.LAST_YEAR, forecast, before.edition)
    return Pace(*known, Method.LINEAR, max(reached, round(stood * days / gone)))


def _windows(selection: Selection, regions: Sequence[Region]) -> dict[int, tuple[date, date]]:
    """First and last day of each edition, for the one region that is looked at."""
    windows = {edition.pk: (edition.starts_on, edition.ends_on) for edition in selection.editions}
    if len(regions) != 1 or regions[0].is_root():
        return windows
    wider = RegionalWindow.objects.filter(edition__in=list(windows)).over(regions[0])
    for pk, first, last in wider.values_list("edition", "starts_on", "ends_on"):
        windows[pk] = min(first, windows[pk][0]), max(last, windows[pk][1])
    return windows


def _targets(selection: Selection, regions: Sequence[Region]) -> dict[int, int]:
    """What each edition aims at in these regions; where only some channels are asked for, theirs.

    No target says how much of it a metric, a basis or a language should bring.
    """
    if selection.metrics or selection.bases or selection.languages:
        return {}
    rows = Target.objects.filter(
        edition__in=[edition.pk for edition in selection.editions],
        region__in=[region.pk for region in regions],
        metric=Target.PERSON_TIMES,
    )
    wanted = set(selection.channels) or {None}
    values: dict[int, int] = defaultdict(int)
    told: dict[int, set] = defaultdict(set)
    for edition, channel, value in rows.order_by().values_list("edition", "channel__code", "value"):
        if channel in wanted:
            values[edition] += value
            told[edition].add(channel)
    # A channel without a target of its own would be held against the others'.
    return {edition: value for edition, value in values.items() if told[edition] == wanted}
