"""The calendar's place in the admin's menu."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from campaigns.agenda.sources import may_look


class CalendarMenuItem(MenuItem):
    """Shown to whoever has something in the calendar."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_look(request.user)


def calendar_menu_item() -> CalendarMenuItem:
    return CalendarMenuItem(
        _("Calendar"),
        reverse_lazy("campaigns_admin:agenda_month"),
        name="agenda",
        icon_name="calendar",
        order=20,
    )
