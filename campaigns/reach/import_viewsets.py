"""The list of files that were brought in."""

import django_filters
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from campaigns.reach.import_views import BatchView
from campaigns.reach.importing import rights
from campaigns.reach.looking import InspectLinks, LookOnlyViewSet, NumberColumn
from campaigns.reach.models import HeldEntry, ImportBatch
from campaigns.regions.filters import DayRangeFilter
from campaigns.regions.naming import person_name
from campaigns.regions.viewsets import ScopedIndexView


class ImportBatchFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"), choices=ImportBatch.State.choices
    )
    staged_at = DayRangeFilter(label=gettext_lazy("Uploaded on"))

    class Meta:
        model = ImportBatch
        fields: list[str] = []


class ImportBatchIndexView(InspectLinks, ScopedIndexView):
    @cached_property
    def header_buttons(self) -> list:
        if not self.request.user.has_perm("campaigns.add_importbatch"):
            return []
        return [
            HeaderButton(
                gettext_lazy("Import figures"),
                url=reverse("campaigns_admin:import_upload"),
                icon_name="upload",
            ),
            HeaderButton(
                gettext_lazy("Template (XLSX)"),
                url=reverse("campaigns_admin:import_template"),
                icon_name="download",
            ),
            HeaderButton(
                gettext_lazy("Import a partner's return form"),
                url=reverse("campaigns_admin:import_return"),
                icon_name="upload",
            ),
        ]

    def get_base_queryset(self) -> QuerySet:
        user = self.request.user
        mine = Value(True) if rights.is_of_head_office(user) else Q(staged_by=user)
        return (
            super()
            .get_base_queryset()
            .select_related("staged_by")
            .annotate(is_mine=ExpressionWrapper(mine, output_field=BooleanField()))
        )

    def get_context_data(self, **kwargs) -> dict:
        pending = HeldEntry.objects.pending().visible_to(self.request.user)
        may_see = self.request.user.has_perm("campaigns.view_heldentry")
        return super().get_context_data(held_number=pending.count() if may_see else 0, **kwargs)


class RowsColumn(NumberColumn):
    """How many rows of a file; of somebody else's the user sees only own ones, on its page."""

    def get_value(self, instance: ImportBatch) -> str:
        return super().get_value(instance) if instance.is_mine else "–"


class ImportBatchViewSet(LookOnlyViewSet):
    """Files of figures, from their upload on."""

    model = ImportBatch
    icon = "upload"
    menu_label = gettext_lazy("Imported files")
    menu_order = 200
    index_view_class = ImportBatchIndexView
    inspect_view_class = BatchView
    index_template_name = "campaigns/reach/imports.html"
    index_results_template_name = "campaigns/reach/import_results.html"
    filterset_class = ImportBatchFilterSet
    search_fields = ["file_name"]
    search_backend_name = None
    list_display = [
        TitleColumn(
            "file_name",
            label=gettext_lazy("File"),
            accessor="file_name",
            get_url=lambda batch: reverse("importbatch:inspect", args=[batch.pk]),
        ),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        RowsColumn("rows_new", label=gettext_lazy("New rows")),
        RowsColumn("rows_changed", label=gettext_lazy("Changed rows")),
        RowsColumn("rows_unchanged", label=gettext_lazy("Unchanged rows")),
        RowsColumn("rows_held", label=gettext_lazy("Held rows")),
        RowsColumn("rows_wrong", label=gettext_lazy("Rows with mistakes")),
        Column(
            "staged_by",
            label=gettext_lazy("Uploaded by"),
            accessor=lambda one: person_name(one.staged_by) if one.staged_by else "–",
        ),
        DateColumn("staged_at", label=gettext_lazy("Uploaded at")),
    ]
    list_per_page = 25
