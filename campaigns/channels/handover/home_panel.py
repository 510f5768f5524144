"""Hand-overs that wait for this person, on the admin's home page."""

from django.forms import Media
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from campaigns.channels.handover.models import Handover


class HandoverPanel(Component):
    """What is to be done by hand in the user's regions, the most urgent first."""

    name = "handovers"
    template_name = "campaigns/channels/admin/handover/home_panel.html"
    order = 105
    FIRST = 5

    @property
    def media(self) -> Media:
        return Media(css={"all": ["campaigns/field.css"]})

    def get_context_data(self, parent_context) -> dict:
        context = super().get_context_data(parent_context)
        waiting = Handover.objects.visible_to(parent_context["request"].user).waiting()
        context.update(
            index_url=reverse("handover:index"),
            waiting_count=waiting.count(),
            overdue_count=waiting.overdue(timezone.now()).count(),
            waiting=waiting.select_related("account", "page", "edition")[: self.FIRST],
        )
        return context


def add_to(panels: list, user) -> None:
    """Put the panel on the home page of those who can act."""
    if user.has_perm("campaigns.change_handover"):
        panels.append(HandoverPanel())
