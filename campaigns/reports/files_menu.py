"""The menu's items for forms and evidence; they hang in the reports' menu."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from campaigns.reports.menu import PermittedMenuItem


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


MENU_ITEMS = (forms_menu_item, evidence_menu_item)
