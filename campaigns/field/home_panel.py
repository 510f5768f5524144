"""What waits for this person, on the admin's home page."""

from django.forms import Media
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from campaigns.field import sessions
from campaigns.field.models import FieldSession


class FieldWorkPanel(Component):
    """Reports that await the user's decision, and held sessions that nobody has reported."""

    name = "field_work"
    template_name = "campaigns/field/home_panel.html"
    order = 110
    FIRST = 5

    @property
    def media(self) -> Media:
        return Media(css={"all": ["campaigns/field.css"]})

    def get_context_data(self, parent_context) -> dict:
        context = super().get_context_data(parent_context)
        user = parent_context["request"].user
        awaiting = sessions.awaiting(user)
        to_report = FieldSession.objects.none()
        if user.has_perm("campaigns.change_fieldsession"):
            to_report = FieldSession.objects.visible_to(user).awaiting_report(timezone.now())
        shown = ("region", "edition", "report")
        context.update(
            index_url=reverse("fieldsession:index"),
            approves=user.has_perm(sessions.APPROVE),
            awaiting_count=awaiting.count(),
            awaiting=awaiting.select_related(*shown)[: self.FIRST],
            to_report_count=to_report.count(),
            to_report=to_report.select_related(*shown).order_by("starts_at")[: self.FIRST],
        )
        return context


def add_to(panels: list, user) -> None:
    """Put the panel on the home page of those who report or approve."""
    if user.has_perm(sessions.APPROVE) or user.has_perm("campaigns.change_fieldsession"):
        panels.append(FieldWorkPanel())
