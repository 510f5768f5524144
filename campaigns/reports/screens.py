"""What the report screens in the admin share."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from campaigns.reach.models import DailyReach


class ReportScreen(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """A page of ours with a trail; open to whoever may see figures, unless it says otherwise."""

    permission_policy = ModelPermissionPolicy(DailyReach)
    permission_required = "view"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict]:
        return [
            *self.breadcrumbs_items,
            *self.trail(),
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def trail(self) -> list[dict]:
        """What stands between the admin's home and this page."""
        return []


def dashboard_step() -> dict:
    """The dashboard in a trail."""
    return {"url": reverse("campaigns_admin:dashboard"), "label": _("Reach dashboard")}
