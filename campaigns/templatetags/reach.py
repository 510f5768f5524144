"""How figures are written on this floor's screens."""

from django import template

from campaigns.reach import metrics

register = template.Library()

register.filter("metric_name", metrics.name_of)


@register.filter
def grouped(number: int | None) -> str:
    """12,800: in thousands, as in files and reports; Django's own for Chinese goes by four."""
    return "" if number is None else f"{number:,}"
