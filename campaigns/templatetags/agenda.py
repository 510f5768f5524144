"""Parts of the calendar's screens."""

from django import template

from campaigns.agenda.asking import Asked

register = template.Library()


@register.simple_tag
def query(asked: Asked, **changes) -> str:
    """The address's query string with some of it changed: {% query asked day=day.date %}."""
    return asked.query(**changes)
