"""How the schedule's days and times are shown."""

from datetime import date, datetime

from django import template

from campaigns.calendar.windows import BEIJING

register = template.Library()


@register.filter
def beijing(when: date | datetime | str) -> str:
    """A day, or a time in Beijing, as digits; what is text already stays."""
    if isinstance(when, datetime):
        return f"{when.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return when.isoformat() if isinstance(when, date) else str(when)
