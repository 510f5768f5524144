"""Words of any script in a line of the admin, which is Chinese and runs from left to right."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def bdi(text: str) -> SafeString:
    """The words in their own direction: a stop or a bracket at their end stays at their end."""
    return format_html("<bdi>{}</bdi>", text)
