"""How the schedule's days and times are shown."""

from datetime import date, datetime

from django import template

from campaigns.calendar.windows import BEIJING, with_weekday

register = template.Library()


@register.filter
def beijing(when: date | datetime | str) -> str:
    """A day, or a time in Beijing, as digits; what is text already stays."""
    if isinstance(when, datetime):
        return f"{when.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return when.isoformat() if isinstance(when, date) else str(when)


@register.filter
def beijing_weekday(when: date | datetime | str) -> str:
    """The same with the day of the week, where people plan by it: 2027-03-09 Tuesday 09:30."""
    if isinstance(when, datetime):
        local = when.astimezone(BEIJING)
        return f"{with_weekday(local.date())} {local:%H:%M}"
    return with_weekday(when) if isinstance(when, date) else str(when)
