"""The reports' place in the admin's menu: the first thing a manager looks for.

Whoever has a screen of reports hangs it under the hook `register_reach_report_menu_item`.
"""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

HOOK = "register_reach_report_menu_item"


class PermittedMenuItem(MenuItem):
    """Shown to whoever has a permission."""

    def __init__(self, *args, permission: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


def reports_menu_item() -> SubmenuMenuItem:
    return SubmenuMenuItem(
        _("Reach reports"),
        Menu(register_hook_name=HOOK),
        # The sidebar takes a name that begins with another's, such as the ledger's "reach", for one
        # of its own.
        name="figures",
        icon_name="table",
        order=10,
    )


def dashboard_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Reach dashboard"),
        reverse_lazy("campaigns_admin:dashboard"),
        name="dashboard",
        icon_name="table",
        order=10,
        permission="campaigns.view_dailyreach",
    )


def snapshots_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Closed periods"),
        reverse_lazy("snapshot:index"),
        name="snapshots",
        icon_name="lock",
        order=20,
        permission="campaigns.view_snapshot",
    )


def forms_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Regulator's forms"),
        reverse_lazy("campaigns_admin:report_forms"),
        name="report-forms",
        icon_name="form",
        order=30,
        permission="campaigns.view_reportform",
    )


def evidence_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Evidence packages"),
        reverse_lazy("campaigns_admin:evidence"),
        name="evidence-packages",
        icon_name="download",
        order=40,
        permission="campaigns.add_evidencepackage",
    )


def subscriptions_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Reports by mail"),
        reverse_lazy("campaigns_admin:subscriptions"),
        name="subscriptions",
        icon_name="mail",
        order=50,
        permission="campaigns.view_dailyreach",
    )


def tokens_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Tokens of other systems"),
        reverse_lazy("reporttoken:index"),
        name="tokens",
        icon_name="key",
        order=90,
        permission="campaigns.view_reporttoken",
    )


MENU_ITEMS = (
    dashboard_menu_item,
    snapshots_menu_item,
    forms_menu_item,
    evidence_menu_item,
    subscriptions_menu_item,
    tokens_menu_item,
)
