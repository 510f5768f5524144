"""The dashboard's views: one address each, the same filters over all of them."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from campaigns.reach.models import EVERYDAY, DailyReach
from campaigns.reports import export_views, filters
from campaigns.reports.dashboard import completeness, overview, pieces, regions, times
from campaigns.reports.dashboard.look import Look


class DashboardView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """How far campaigns reach, in person-times, for the viewer's own part of the organisation."""

    template_name = "campaigns/reports/overview.html"
    page_title = gettext_lazy("Reach dashboard")
    header_icon = "table"
    permission_policy = ModelPermissionPolicy(DailyReach)
    permission_required = "view"
    _show_breadcrumbs = True

    view_name = "dashboard"
    tab = gettext_lazy("Overview")
    shown: Callable[[Look], dict] = staticmethod(overview.shown)

    def get_breadcrumbs_items(self) -> list[dict]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs) -> dict:
        look = Look(self.request, filters.read(self.request))
        return {
            **super().get_context_data(**kwargs),
            "filters": look.asked,
            "remarks": look.asked.remarks,
            "chosen": look.selection.campaigns,
            "everyday_code": EVERYDAY,
            "campaign_names": look.names(),
            "region": look.region,
            "region_trail": regions.trail(look),
            "may_import": look.may_import,
            "here": reverse(f"campaigns_admin:{self.view_name}"),
            "tabs": [
                {
                    "label": view.tab,
                    "url": f"{reverse(f'campaigns_admin:{view.view_name}')}?{look.asked.query()}",
                    "is_here": view.view_name == self.view_name,
                }
                for view in VIEWS
            ],
            "exports": export_views.panel(look.asked),
            **self.shown(look),
        }


class RegionsView(DashboardView):
    """Where it reaches: the regions below, ranked and side by side."""

    template_name = "campaigns/reports/regions.html"
    view_name = "dashboard_regions"
    tab = gettext_lazy("Regions")
    shown = staticmethod(regions.shown)


class TimesView(DashboardView):
    """When it reaches: day by day, against last year, and where it is heading."""

    template_name = "campaigns/reports/times.html"
    view_name = "dashboard_times"
    tab = gettext_lazy("Course and last year")
    shown = staticmethod(times.shown)


class PiecesView(DashboardView):
    """What reaches: pieces, the risks they warn of and whom they are for, and languages."""

    template_name = "campaigns/reports/pieces.html"
    view_name = "dashboard_pieces"
    tab = gettext_lazy("Pieces and languages")
    shown = staticmethod(pieces.shown)


class CompletenessView(DashboardView):
    """Who was expected to report, who did, and who did in time."""

    template_name = "campaigns/reports/completeness.html"
    view_name = "dashboard_completeness"
    tab = gettext_lazy("Completeness")
    shown = staticmethod(completeness.shown)


VIEWS = (DashboardView, RegionsView, TimesView, PiecesView, CompletenessView)
