"""Admin screens of this floor: what goes out, when, where, and what became of it."""

import django_filters
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet

from campaigns.calendar.models import Edition
from campaigns.pushes import act_views, views
from campaigns.pushes.bulk_views import BulkView
from campaigns.pushes.forms import PlanForm, RetimeForm, accounts_of
from campaigns.pushes.models import Push
from campaigns.pushes.pause_views import PausesView, ResumeView
from campaigns.regions.filters import DayRangeFilter
from campaigns.regions.viewsets import ScopedViewSet


class PushFilterSet(WagtailFilterSet):
    edition = django_filters.ModelChoiceFilter(label=_("Campaign"), queryset=Edition.objects.all())
    account = django_filters.ModelChoiceFilter(label=_("Channel account"), queryset=accounts_of)
    scheduled_at = DayRangeFilter(label=_("Time"))

    late = django_filters.BooleanFilter(label=_("Late"), method="filter_late")

    class Meta:
        model = Push
        fields = ["edition", "state", "account", "language", "scheduled_at"]

    def filter_late(self, queryset, _name: str, value: bool):
        late = Push.objects.late(timezone.now()).values("pk")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)


class TickColumn(Column):
    """A box for what is done to several pushes; the form stands beside the list."""

    header_template_name = "campaigns/pushes/tick_header.html"
    cell_template_name = "campaigns/pushes/tick_cell.html"

    def get_cell_context_data(self, instance, parent_context) -> dict:
        context = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        may = user.has_perm("campaigns.change_push")
        context["may_tick"] = may and instance.state in Push.NOT_DONE
        return context


class StateColumn(Column):
    cell_template_name = "campaigns/pushes/state_cell.html"


class TimeColumn(Column):
    cell_template_name = "campaigns/pushes/time_cell.html"


class PushViewSet(ScopedViewSet):
    """Pushes of the own region's accounts. Called off, never deleted."""

    model = Push
    icon = "upload"
    menu_label = _("Pushes")
    menu_order = 100
    index_view_class = views.PushIndexView
    add_view_class = views.PushCreateView
    edit_view_class = views.PushRetimeView
    inspect_view_class = views.PushTimelineView
    inspect_view_enabled = True
    index_template_name = "campaigns/pushes/index.html"
    create_template_name = "campaigns/pushes/form.html"
    edit_template_name = "campaigns/pushes/form.html"
    inspect_template_name = "campaigns/pushes/timeline.html"
    # The timeline tells more than Wagtail's log of edits.
    withheld = frozenset({"delete", "usage", "history", "history_results"})
    list_display = [
        TickColumn("tick", label=_("Tick"), accessor="pk"),
        TitleColumn(
            "page",
            label=_("Piece"),
            accessor="page.title",
            get_url=lambda push: reverse("push:inspect", args=[push.pk]),
        ),
        # The first that a phone has room for.
        TimeColumn("scheduled_at", label=_("Time"), sort_key="scheduled_at"),
        StateColumn("state", label=_("State"), sort_key="state"),
        Column(
            "language",
            label=_("Language"),
            accessor="get_language_display",
            classname="w-whitespace-nowrap",
        ),
        Column("account", label=_("Channel account"), accessor="account.name"),
        Column("edition", label=_("Campaign"), accessor="edition.name"),
    ]
    filterset_class = PushFilterSet
    search_fields = ["page__title", "page__code", "account__name", "account__code"]
    search_backend_name = None
    ordering = ["-scheduled_at", "-pk"]

    def get_form_class(self, for_update: bool = False) -> type:
        return RetimeForm if for_update else PlanForm

    def get_urlpatterns(self) -> list:
        return [
            *super().get_urlpatterns(),
            *(
                path(f"{name}/<int:pk>/", self._view(act_views.ActView, act_name=name), name=name)
                for name in act_views.ACTS
            ),
            path("check/<int:pk>/", self._view(act_views.CheckView), name="check"),
            path("approve/<int:pk>/", self._view(act_views.ApproveView), name="approve"),
            path("bulk/", self._view(BulkView), name="bulk"),
            path("pauses/", self._view(PausesView), name="pauses"),
            path("resume/<int:pk>/", self._view(ResumeView), name="resume"),
        ]

    def _view(self, view: type, **options):
        if hasattr(view, "header_icon") and "act_name" in options:
            options["header_icon"] = self.icon
        return self.construct_view(view, permission_policy=self.permission_policy, **options)


VIEWSETS: list[ModelViewSet] = [PushViewSet("push")]
