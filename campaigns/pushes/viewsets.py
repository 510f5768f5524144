"""Admin screens of this floor: what goes out, when, where, and what became of it."""

import django_filters
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet

from campaigns.calendar.models import Edition
from campaigns.pushes import views
from campaigns.pushes.forms import PlanForm, RetimeForm, accounts_of
from campaigns.pushes.models import Push
from campaigns.regions.viewsets import ScopedViewSet


class PushFilterSet(WagtailFilterSet):
    edition = django_filters.ModelChoiceFilter(label=_("Campaign"), queryset=Edition.objects.all())
    account = django_filters.ModelChoiceFilter(label=_("Channel account"), queryset=accounts_of)
    scheduled_at = django_filters.DateFromToRangeFilter(
        label=_("Time"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Push
        fields = ["edition", "state", "account", "language", "scheduled_at"]


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
        TitleColumn(
            "page",
            label=_("Piece"),
            accessor="page.title",
            get_url=lambda push: reverse("push:inspect", args=[push.pk]),
        ),
        Column("language", label=_("Language"), accessor="get_language_display"),
        Column("account", label=_("Channel account"), accessor="account.name"),
        Column("edition", label=_("Campaign"), accessor="edition.name"),
        TimeColumn("scheduled_at", label=_("Time"), sort_key="scheduled_at"),
        StateColumn("state", label=_("State"), sort_key="state"),
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
            path("cancel/<int:pk>/", self.cancel_view, name="cancel"),
        ]

    @property
    def cancel_view(self):
        return self.construct_view(
            views.PushCancelView, permission_policy=self.permission_policy, header_icon=self.icon
        )


VIEWSETS: list[ModelViewSet] = [PushViewSet("push")]
