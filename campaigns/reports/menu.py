"""The dashboard's place in the admin's menu: the first thing a manager looks for."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem


class DashboardMenuItem(MenuItem):
    """Shown to whoever may see figures."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("campaigns.view_dailyreach")


def dashboard_menu_item() -> DashboardMenuItem:
    return DashboardMenuItem(
        _("Reach dashboard"),
        reverse_lazy("campaigns_admin:dashboard"),
        name="reach-dashboard",
        icon_name="table",
        order=10,
    )
