"""Month and week as days: what stands on each, and what there is no room for."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS

from campaigns.agenda.asking import Asked
from campaigns.agenda.collecting import keys_within, load
from campaigns.agenda.entries import DAY, Entry, Span
from campaigns.agenda.sources import BY_KIND, Key
from campaigns.calendar.holidays import Holiday

# How many entries a day shows before it says "and n more".
MOST_A_DAY = {"month": 4, "week": 12}


@dataclass(frozen=True)
class Band:
    """A window on one of its days; it is named where it begins and at each week's start.

    `days_on` is for how many days of this week the name may run on.
    """

    entry: Entry
    is_first: bool
    is_last: bool
    is_named: bool
    days_on: int


@dataclass
class Day:
    """A Beijing day with what is on it."""

    date: date
    is_today: bool
    is_inside: bool
    holidays: list[Holiday]
    bands: list[Band | None] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    more: int = 0

    @property
    def weekday(self) -> str:
        return str(WEEKDAYS[self.date.weekday()])

    @property
    def is_weekend(self) -> bool:
        return self.date.weekday() >= 5

    @property
    def is_quiet(self) -> bool:
        """Nothing that a list of days would have to show."""
        begins = any(band and band.is_first for band in self.bands)
        return not (self.entries or self.holidays or self.is_today or begins)

    @property
    def total(self) -> int:
        return len(self.entries) + self.more


def week_of(day: date) -> Span:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + 6 * DAY)


def month_of(day: date) -> Span:
    return Span(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def whole_weeks(span: Span) -> Span:
    """The span widened to begin on a Monday and end on a Sunday."""
    return Span(week_of(span.first).first, week_of(span.last).last)


def weeks(asked: Asked, span: Span, inside: Span, view: str) -> list[list[Day]]:
    """The span's days by week. `span` is whole weeks; days outside `inside` are set back."""
    by_day, windows = _placed(keys_within(asked, span), span)
    most = MOST_A_DAY[view]
    shown = {day: keys if len(keys) <= most else keys[: most - 1] for day, keys in by_day.items()}
    found = load([*windows, *(key for keys in shown.values() for key in keys)], asked)
    holidays = asked.holidays(span.first, span.last)
    days = [
        Day(
            date=day,
            is_today=day == asked.today,
            is_inside=inside.first <= day <= inside.last,
            holidays=holidays.on(day),
            entries=[found[key] for key in shown.get(day, ()) if key in found],
            more=len(by_day.get(day, ())) - len(shown.get(day, ())),
        )
        for day in span
    ]
    _lay_bands(days, [found[key] for key in windows if key in found])
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def _placed(keys: list[Key], span: Span) -> tuple[dict[date, list[Key]], list[Key]]:
    """Keys by day, and windows apart."""
    by_day: dict[date, list[Key]] = defaultdict(list)
    windows = []
    for key in keys:
        if BY_KIND[key.kind].is_window:
            windows.append(key)
        else:
            by_day[max(key.first_day, span.first)].append(key)
    return by_day, windows


def _lay_bands(days: list[Day], windows: list[Entry]) -> None:
    """Each window keeps one lane through all its days, the first that is free."""
    taken: list[date] = []
    lanes: dict[str, int] = {}
    for window in windows:
        lane = next((n for n, until in enumerate(taken) if until < window.first_day), len(taken))
        taken[lane : lane + 1] = [window.last_day]
        lanes[window.key] = lane
    for day in days:
        here = [one for one in windows if one.first_day <= day.date <= one.last_day]
        day.bands = [None] * (1 + max((lanes[one.key] for one in here), default=-1))
        for one in here:
            is_first = one.first_day == day.date
            day.bands[lanes[one.key]] = Band(
                one,
                is_first=is_first,
                is_last=one.last_day == day.date,
                is_named=is_first or day.date.weekday() == 0,
                days_on=Span(day.date, min(one.last_day, week_of(day.date).last)).length,
            )
