"""Admin screens of this floor."""

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet

from campaigns.calendar.forms import (
    EditionForm,
    NewEditionForm,
    NewSeriesForm,
    PublicHolidayForm,
    SeriesForm,
)
from campaigns.calendar.models import Edition, PublicHoliday, Series
from campaigns.calendar.rights import HeadOfficePolicy
from campaigns.calendar.windows import with_weekday
from campaigns.regions.viewsets import ScopedIndexView, ScopedViewSet


class DayColumn(Column):
    """A day as digits with its day of the week."""

    def get_value(self, instance) -> str:
        return with_weekday(super().get_value(instance))


class SharedViewSet(ScopedViewSet):
    """Screens for what belongs to no region: whoever may see one may see all."""

    index_view_class = generic.IndexView
    edit_view_class = generic.EditView
    delete_view_class = generic.DeleteView
    inspect_view_class = generic.InspectView
    history_view_class = history.HistoryView
    usage_view_class = usage.UsageView
    inspect_view_enabled = True
    search_backend_name = None


class HeadOfficeViewSet(SharedViewSet):
    """The same for what reaches into every region: head office's administrators change it."""

    @cached_property
    def permission_policy(self) -> HeadOfficePolicy:
        return HeadOfficePolicy(self.model)


class EditionViewSet(HeadOfficeViewSet):
    """Yearly campaigns. Never deleted: pushes and figures refer to them."""

    model = Edition
    icon = "calendar-check"
    menu_order = 200
    withheld = frozenset({"delete", "usage"})
    list_display = [
        "name",
        "code",
        DayColumn("starts_on", label=_("First day"), sort_key="starts_on"),
        DayColumn("ends_on", label=_("Last day"), sort_key="ends_on"),
        StatusTagColumn(
            "state",
            label=_("Dates are"),
            accessor="get_state_display",
            primary=lambda edition: edition.state == Edition.State.CONFIRMED,
        ),
    ]
    list_filter = ["year", "series", "state"]
    search_fields = ["code", "name", "slogan", "notice_number"]
    inspect_view_fields = [
        "series", "year", "code", "name", "starts_on", "ends_on", "state",
    ]  # fmt: skip

    def get_form_class(self, for_update: bool = False) -> type:
        return EditionForm if for_update else NewEditionForm


class SeriesViewSet(HeadOfficeViewSet):
    """What comes round every year. A series that ends is made inactive."""

    model = Series
    icon = "rotate"
    menu_order = 300
    withheld = frozenset({"delete", "usage"})
    list_display = [
        "name",
        "code",
        "rule",
        Column("start_month", label=_("Month"), sort_key="start_month"),
        BooleanColumn("is_active", label=_("Active")),
    ]
    list_filter = ["rule", "is_active"]
    search_fields = ["code", "name"]
    inspect_view_fields = ["code", *SeriesForm.Meta.fields]

    def get_form_class(self, for_update: bool = False) -> type:
        return SeriesForm if for_update else NewSeriesForm


class PublicHolidayIndexView(ScopedIndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("region")


class PublicHolidayViewSet(ScopedViewSet):
    """Holidays of single regions, entered by hand: the country's come with a library."""

    model = PublicHoliday
    icon = "date"
    menu_label = _("Public holidays")
    menu_order = 330
    index_view_class = PublicHolidayIndexView
    withheld = frozenset({"usage"})
    list_display = [
        "name",
        Column("first_day", label=_("First day"), sort_key="first_day"),
        Column("days", label=_("Days off")),
        Column("region", label=_("Region"), accessor=lambda row: row.region or _("every region")),
        BooleanColumn("is_estimated", label=_("estimated")),
        Column("note", label=_("Note")),
    ]
    list_filter = ["is_estimated"]
    search_fields = ["name", "note"]
    search_backend_name = None
    ordering = ["first_day", "pk"]

    def get_form_class(self, for_update: bool = False) -> type:
        return PublicHolidayForm


# Editions' screens are hung in by the floor of plans, whose page shows all that belongs to one.
VIEWSETS: list[ModelViewSet] = [
    SeriesViewSet("series"),
    PublicHolidayViewSet("publicholiday"),
]
