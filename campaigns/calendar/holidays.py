"""Public holidays and make-up workdays (调休), as the State Council's notices set them.

What a year brings is known only once its notice is out (late in the year before), and then comes
with the library: `chinesecalendar` raises for a year that it does not know. Such a year is unknown
here, which is something else than a year without holidays.
"""

from dataclasses import dataclass
from datetime import date

import chinese_calendar


@dataclass(frozen=True)
class Holiday:
    """A day that is not like its weekday: off by notice, or worked to make up for days off."""

    name: str
    is_workday: bool


def is_known(year: int) -> bool:
    """Whether that year's days off are known."""
    try:
        chinese_calendar.get_holiday_detail(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def unknown_years(first: date, last: date) -> list[int]:
    """The years between the two days whose days off are not known."""
    return [year for year in range(first.year, last.year + 1) if not is_known(year)]


def holiday_of(day: date) -> Holiday | None:
    """What is special about the day; None for an ordinary one, and in a year that is unknown."""
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    if name is None:
        return None
    return Holiday(chinese_calendar.Holiday(name).chinese, is_workday=not is_off)
