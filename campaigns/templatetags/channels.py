"""What screens show of the channels."""

from django import template

from campaigns.channels import standin
from campaigns.channels.adapters.wording import parted

register = template.Library()


@register.simple_tag
def stand_ins() -> str:
    """Providers that are only stood in for, in one line; empty if there are none."""
    return "、".join(standin.stand_ins())


@register.simple_tag
def mail_folder() -> str:
    """Where mail is kept as files instead of being sent; empty where it is sent."""
    return standin.mail_folder()


@register.inclusion_tag("campaigns/channels/admin/told.html")
def told(text: str, *, lead: str = "") -> dict:
    """What a channel or the engine said: for people first, the machine's words folded beneath."""
    plain, machine = parted(text)
    return {"plain": plain, "machine": machine, "lead": lead}
