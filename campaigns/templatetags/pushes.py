"""Parts of the screens about pushes."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.pushes.heartbeat import silent_since
from campaigns.pushes.models import Pause, Push

register = template.Library()


@register.inclusion_tag("campaigns/pushes/heartbeat.html", takes_context=True)
def heartbeat_warning(context) -> dict:
    """A warning where nothing has ticked for three minutes: nothing goes out then.

    Stands once, in the base of all admin screens, for whoever works with campaigns: one query.
    """
    request = context.get("request")
    if not request or not request.user.has_module_perms("campaigns"):
        return {"silent": False}
    silent, last = silent_since()
    return {"silent": silent, "last": last}


@register.inclusion_tag("campaigns/pushes/standing_pauses.html", takes_context=True)
def standing_pauses(context) -> dict:
    """What is held up, above what it holds up."""
    return {"pauses": Pause.objects.standing().visible_to(context["request"].user)}


@register.filter
def is_web_address(url: str) -> bool:
    """Whether it may stand in a link: what a channel tells could be anything."""
    return url.startswith(("https://", "http://"))


@register.filter
def state_badge(state: str) -> SafeString:
    """The state as a badge: its name in words, its colour only beside it."""
    return format_html(
        '<span class="push-state push-state--{}">{}</span>', state, Push.State(state).label
    )
