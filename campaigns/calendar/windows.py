"""When a yearly campaign usually takes place. Dates are days in Beijing."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS

BEIJING = ZoneInfo("Asia/Shanghai")
# No campaign lasts longer, in no region: a date further off is a slip of the keyboard.
LONGEST_DAYS = 120


def beijing_day(instant: datetime) -> date:
    """The day that the instant belongs to in Beijing, whatever the time zone of the server."""
    return instant.astimezone(BEIJING).date()


def is_day_of_every_year(month: int, day: int) -> bool:
    """Whether that date exists in each year: 29 February and 31 June do not."""
    try:
        date(2023, month, day)
    except (ValueError, OverflowError):
        return False
    return True


def fixed_window(year: int, month: int, day: int, length_days: int) -> tuple[date, date]:
    """First and last day of a window that starts on the same date every year."""
    first = date(year, month, day)
    return first, first + timedelta(days=length_days - 1)


def week_of_nth_weekday(year: int, month: int, nth: int, length_days: int = 7) -> tuple[date, date]:
    """First and last day of the window that starts on the nth Monday of the month.

    September week since 2025: the week of the third Monday (2025-09-15 to 2025-09-21).
    """
    first = date(year, month, 1)
    monday = first + timedelta(days=(-first.weekday()) % 7 + 7 * (nth - 1))
    return monday, monday + timedelta(days=length_days - 1)


def days_in(text: str) -> list[int]:
    """Numbers of days written with commas between them, the largest first.

    Raises ValueError for anything but whole numbers from 0 to 365.
    """
    numbers = {int(part) for part in text.replace("，", ",").split(",") if part.strip()}
    if any(not 0 <= number <= 365 for number in numbers):
        raise ValueError(text)
    return sorted(numbers, reverse=True)


def moved(instant: datetime, days: int) -> datetime:
    """The same time of day in Beijing, so many days later (earlier, if negative)."""
    return (instant.astimezone(BEIJING) + timedelta(days=days)).astimezone(instant.tzinfo)


def at_beijing(day: date, clock: time) -> datetime:
    """The instant of that clock time on that day in Beijing."""
    return datetime.combine(day, clock, tzinfo=BEIJING)


def with_weekday(day: date) -> str:
    """The day as digits and its day of the week, by which people plan."""
    return f"{day} {WEEKDAYS[day.weekday()]}"
