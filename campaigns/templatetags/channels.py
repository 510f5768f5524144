"""What screens show of the channels."""

from django import template

from campaigns.channels import standin

register = template.Library()


@register.simple_tag
def stand_ins() -> str:
    """Providers that are only stood in for, in one line; empty if there are none."""
    return "、".join(standin.stand_ins())
