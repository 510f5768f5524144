"""The menu's items for forms and evidence; they hang in the reports' menu."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem


class _Permitted(MenuItem):
    """Shown to whoever has a permission."""

    def __init__(self, *args, permission: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


def forms_menu_item() -> MenuItem:
    return _Permitted(
        _("Regulator's forms"),
        reverse_lazy("campaigns_admin:report_forms"),
        name="report-forms",
        icon_name="form",
        order=30,
        permission="campaigns.view_reportform",
    )


def evidence_menu_item() -> MenuItem:
    return _Permitted(
        _("Evidence packages"),
        reverse_lazy("campaigns_admin:evidence"),
        name="evidence-packages",
        icon_name="download",
        order=40,
        permission="campaigns.add_evidencepackage",
    )


MENU_ITEMS = (forms_menu_item, evidence_menu_item)
