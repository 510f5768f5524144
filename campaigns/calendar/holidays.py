"""Public holidays and make-up workdays (调休): the country's, and those of single regions.

What a year brings to the whole country is known only once the State Council's notice is out (late
in the year before), and then comes with the library: `chinesecalendar` raises for a year that it
does not know. Such a year is unknown here, which is something else than a year without holidays.
Regions' own are entered by people (PublicHoliday).
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import chinese_calendar

from campaigns.calendar.holiday_data import ESTIMATED, NOTE, REGION
from campaigns.calendar.models import PublicHoliday
from campaigns.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True)
class Holiday:
    """A day that is not like its weekday: off by notice, or worked to make up for days off.

    `region` is where, empty for the whole country; `is_estimated`: no notice has set it yet.
    """

    name: str
    is_workday: bool
    region: str = ""
    is_estimated: bool = False


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
    """What is special about the day in the whole country, by the library.

    None for an ordinary one, and in a year that is unknown.
    """
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    if name is None:
        return None
    return Holiday(chinese_calendar.Holiday(name).chinese, is_workday=not is_off)


class Holidays:
    """What is special about each day of a span, for one reader: asked for in one query."""

    def __init__(
        self, first: date, last: date, user: "AbstractBaseUser", region: Region | None = None
    ) -> None:
        rows = PublicHoliday.objects.concerning(user, region).within(first, last)
        self._rows = list(rows.select_related("region"))

    def on(self, day: date) -> list[Holiday]:
        """The country's first, then the regions' own."""
        national = holiday_of(day)
        regional = [
            Holiday(
                row.name,
                is_workday=False,
                region=row.region.name if row.region else "",
                is_estimated=row.is_estimated,
            )
            for row in self._rows
            if row.first_day <= day <= row.last_day
        ]
        return [national, *regional] if national else regional


def lay_estimated() -> None:
    """Enter the estimated holidays, where their region exists and nobody has entered any."""
    region = Region.objects.filter(code=REGION).first()
    if region is None or PublicHoliday.objects.exists():
        return
    PublicHoliday.objects.bulk_create(
        PublicHoliday(
            name=name, first_day=first, days=days, region=region, note=NOTE, is_estimated=True
        )
        for name, first, days in ESTIMATED
    )
