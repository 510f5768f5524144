"""Lists of this floor that Wagtail draws: closed periods, and tokens of other systems."""

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from campaigns.reach.display import format_person_times
from campaigns.reach.filters import campaign_choices
from campaigns.regions.filters import DayRangeFilter
from campaigns.regions.models import Region
from campaigns.regions.naming import person_name
from campaigns.regions.viewsets import ScopedIndexView, ScopedViewSet
from campaigns.reports import snapshot_views, token_views
from campaigns.reports.models import ReportToken, Showing, Snapshot

_NO_FORMS = frozenset({"add", "edit", "delete", "usage", "history", "history_results"})


class SnapshotFilterSet(WagtailFilterSet):
    campaign = django_filters.ChoiceFilter(
        label=_("Campaign"), choices=campaign_choices, method="of_campaign"
    )
    region = django_filters.CharFilter(
        label=_("Region (code), with all below it"), method="at_or_below"
    )
    closed_at = DayRangeFilter(label=_("Closed on"))

    class Meta:
        model = Snapshot
        fields: list[str] = []

    def of_campaign(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        return rows.filter(campaigns__contains=f" {code} ")

    def at_or_below(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        region = Region.objects.filter(code=code.strip()).first()
        return rows.filter(region__path__startswith=region.path) if region else rows.none()


class SnapshotIndexView(ScopedIndexView):
    results_template_name = "campaigns/reports/snapshot_results.html"

    def get_base_queryset(self) -> QuerySet:
        rows = super().get_base_queryset().without_figures()
        shown = Showing.objects.current().filter(snapshot=OuterRef("pk"))
        return rows.select_related("region", "closed_by").annotate(is_shown=Exists(shown))

    @cached_property
    def header_buttons(self) -> list:
        if not self.request.user.has_perm("campaigns.add_snapshot"):
            return []
        return [HeaderButton(_("Close a period"), url=reverse("snapshot:close"), icon_name="lock")]


class SnapshotViewSet(ScopedViewSet):
    """Periods whose figures are frozen."""

    model = Snapshot
    icon = "lock"
    menu_label = _("Closed periods")
    index_view_class = SnapshotIndexView
    index_results_template_name = "campaigns/reports/snapshot_results.html"
    filterset_class = SnapshotFilterSet
    withheld = _NO_FORMS
    inspect_view_enabled = False
    exclude_form_fields: list[str] = []
    list_display = [
        TitleColumn(
            "period",
            label=_("Period"),
            accessor=lambda row: f"{row.first} – {row.last}",
            get_url=lambda row: reverse("snapshot:look", args=[row.pk]),
        ),
        Column("region", label=_("Region"), accessor="region"),
        Column(
            "campaigns",
            label=_("Campaigns"),
            accessor=lambda row: "、".join(row.campaigns.split()),
        ),
        Column(
            "person_times",
            label=_("Person-times"),
            accessor=lambda row: format_person_times(row.person_times),
            classname="figure",
        ),
        Column("note", label=_("Note"), accessor="note"),
        Column(
            "is_shown",
            label=_("On the website"),
            accessor=lambda row: _("shown") if row.is_shown else "",
        ),
        Column("closed_by", label=_("Closed by"), accessor=lambda row: person_name(row.closed_by)),
        DateColumn("closed_at", label=_("Closed at")),
    ]

    def get_urlpatterns(self) -> list:
        return [
            *super().get_urlpatterns(),
            path("close/", snapshot_views.CloseView.as_view(), name="close"),
            path("<int:pk>/", snapshot_views.SnapshotView.as_view(), name="look"),
            path("<int:pk>/website/", snapshot_views.ShowingView.as_view(), name="website"),
            path("<int:pk>/export/", snapshot_views.SnapshotExportView.as_view(), name="export"),
        ]


class TokenIndexView(ScopedIndexView):
    results_template_name = "campaigns/reports/token_results.html"

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("region", "created_by")

    @cached_property
    def header_buttons(self) -> list:
        if not self.request.user.has_perm("campaigns.add_reporttoken"):
            return []
        return [HeaderButton(_("Issue a token"), url=reverse("reporttoken:issue"), icon_name="key")]


class TokenViewSet(ScopedViewSet):
    """Who reads figures from outside."""

    model = ReportToken
    icon = "key"
    menu_label = _("Tokens of other systems")
    index_view_class = TokenIndexView
    index_results_template_name = "campaigns/reports/token_results.html"
    withheld = _NO_FORMS
    inspect_view_enabled = False
    exclude_form_fields: list[str] = []
    search_fields = ["system"]
    search_backend_name = None
    list_display = [
        TitleColumn(
            "system",
            label=_("System"),
            accessor="system",
            get_url=lambda row: reverse("reporttoken:look", args=[row.pk]),
        ),
        Column("region", label=_("Region"), accessor="region"),
        Column("state", label=_("State"), accessor=token_views.state_of),
        Column(
            "created_by", label=_("Issued by"), accessor=lambda row: person_name(row.created_by)
        ),
        DateColumn("created_at", label=_("Issued at")),
        DateColumn("last_used_at", label=_("Last used")),
        Column("expires_on", label=_("Last day"), accessor="expires_on"),
    ]

    def get_urlpatterns(self) -> list:
        return [
            *super().get_urlpatterns(),
            path("issue/", token_views.IssueView.as_view(), name="issue"),
            path("<int:pk>/", token_views.TokenView.as_view(), name="look"),
        ]


VIEWSETS: list[ModelViewSet] = [SnapshotViewSet("snapshot"), TokenViewSet("reporttoken")]
