"""A year at a glance: the windows along one strip, and how busy each day is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.agenda.asking import Asked
from campaigns.agenda.collecting import keys_within, load
from campaigns.agenda.days import month_of, whole_weeks
from campaigns.agenda.entries import Entry, Span
from campaigns.agenda.sources import BY_KIND
from campaigns.calendar.holidays import Holiday, Holidays

# From how many entries a day counts as fuller: three steps, beside the number in words.
STEPS = (1, 4, 10)


@dataclass(frozen=True)
class Bar:
    """A window on the strip. x and width are days since 1 January, for an SVG of that width."""

    entry: Entry
    x: int
    width: int


@dataclass(frozen=True)
class SmallDay:
    """A day in a small month; `level` is 0 to 3."""

    date: date
    is_inside: bool
    is_today: bool
    holidays: list[Holiday]
    count: int
    in_window: bool

    @property
    def level(self) -> int:
        return sum(self.count >= step for step in STEPS)

    @property
    def words(self) -> str:
        """The day in words, for those who do not see its shade."""
        said = [f"{self.date:%m-%d}"]
        for holiday in self.holidays:
            said += [holiday.name, *([holiday.region] if holiday.region else [])]
            said.append(_("make-up workday") if holiday.is_workday else _("day off"))
            said += [_("estimated")] if holiday.is_estimated else []
        if self.in_window:
            said.append(_("campaign window"))
        if self.count:
            said.append(ngettext("%(n)s entry", "%(n)s entries", self.count) % {"n": self.count})
        return "，".join(said)


@dataclass(frozen=True)
class SmallMonth:
    """A month of the year, with its weeks and how many entries it holds."""

    first: date
    name: str
    weeks: list[list[SmallDay]]
    count: int


@dataclass(frozen=True)
class Year:
    """All that the year's screen shows."""

    span: Span
    bars: list[Bar]
    months: list[SmallMonth]
    ticks: list[tuple[int, str]]
    today_x: int | None
    count: int


def year_of(asked: Asked) -> Year:
    """The year that the asked day lies in."""
    span = Span(date(asked.day.year, 1, 1), date(asked.day.year, 12, 31))
    keys = keys_within(asked, span)
    windows = load([key for key in keys if BY_KIND[key.kind].is_window], asked).values()
    counts = Counter(key.first_day for key in keys if not BY_KIND[key.kind].is_window)
    covered = {day for window in windows for day in window.days}
    holidays = asked.holidays(span.first, span.last)
    firsts = [date(span.first.year, month, 1) for month in range(1, 13)]
    return Year(
        span=span,
        bars=[_bar(window, span) for window in windows],
        months=[_month(first, asked, counts, covered, holidays) for first in firsts],
        ticks=[((first - span.first).days, str(first.month)) for first in firsts],
        today_x=(asked.today - span.first).days if asked.today.year == span.first.year else None,
        count=counts.total(),
    )


def _bar(window: Entry, span: Span) -> Bar:
    first, last = max(window.first_day, span.first), min(window.last_day, span.last)
    return Bar(window, (first - span.first).days, Span(first, last).length)


def _month(
    first: date, asked: Asked, counts: Counter, covered: set[date], holidays: Holidays
) -> SmallMonth:
    span = month_of(first)
    days = [
        SmallDay(
            date=day,
            is_inside=day.month == first.month,
            is_today=day == asked.today,
            holidays=holidays.on(day),
            count=counts[day],
            in_window=day in covered,
        )
        for day in whole_weeks(span)
    ]
    return SmallMonth(
        first,
        str(MONTHS[first.month]),
        [days[start : start + 7] for start in range(0, len(days), 7)],
        sum(counts[day] for day in span),
    )
