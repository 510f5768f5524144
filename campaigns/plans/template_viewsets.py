"""Admin screens of a series' template: what has to be done, and what goes out, every year."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from campaigns.calendar.viewsets import HeadOfficeViewSet
from campaigns.plans.forms import PushTemplateForm, TaskTemplateForm
from campaigns.plans.models import PushTemplate, TaskTemplate
from campaigns.plans.models.templates import relative


class TaskTemplateIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("series")


class PushTemplateIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet:
        related = ("series", "account", "channel", "page")
        return super().get_base_queryset().select_related(*related)


class _OutsideWarning:
    """Says so when what was saved would land outside the window every year."""

    def save_instance(self) -> PushTemplate:
        row = super().save_instance()
        if row.is_outside:
            told = {"day": row.relative_day, "last": relative(row.series.length_days - 1)}
            messages.warning(
                self.request,
                _(
                    "%(day)s lies outside the usual window, T to %(last)s: unless its region has a"
                    " wider one, the push is left to be completed with another time every year."
                )
                % told,
            )
        return row


class PushTemplateCreateView(_OutsideWarning, generic.CreateView):
    pass


class PushTemplateEditView(_OutsideWarning, generic.EditView):
    pass


def _day_of(row: PushTemplate) -> str:
    return f"{row.relative_day} · {_('outside the window')}" if row.is_outside else row.relative_day


class TaskTemplateViewSet(HeadOfficeViewSet):
    """What comes back every year. Taken away freely: editions keep what was copied."""

    model = TaskTemplate
    icon = "list-ul"
    menu_label = _("Template: tasks")
    menu_order = 310
    index_view_class = TaskTemplateIndexView
    inspect_view_enabled = False
    withheld = frozenset({"usage"})
    list_display = [
        "title",
        Column("relative_day", label=_("From the first day"), sort_key="offset_days"),
        "department",
        Column("series", label=_("Series"), accessor="series"),
    ]
    list_filter = ["series"]
    search_fields = ["title", "department"]
    ordering = ["series", "offset_days", "pk"]

    def get_form_class(self, for_update: bool = False) -> type:
        return TaskTemplateForm


class PushTemplateViewSet(TaskTemplateViewSet):
    """What goes out every year."""

    model = PushTemplate
    icon = "upload"
    menu_label = _("Template: pushes")
    menu_order = 320
    index_view_class = PushTemplateIndexView
    add_view_class = PushTemplateCreateView
    edit_view_class = PushTemplateEditView
    list_display = [
        "title",
        Column(
            "relative_day",
            label=_("From the first day"),
            accessor=_day_of,
            sort_key="offset_days",
        ),
        Column("clock", label=_("Time of day"), accessor=lambda row: f"{row.clock:%H:%M}"),
        Column(
            "where", label=_("Channel account"), accessor=lambda row: row.account or row.channel
        ),
        Column("language", label=_("Language"), accessor="get_language_display"),
        Column("page", label=_("Piece"), accessor=lambda row: row.page or _("to be chosen")),
        Column("series", label=_("Series"), accessor="series"),
    ]
    search_fields = ["title"]
    ordering = ["series", "offset_days", "clock", "pk"]

    def get_form_class(self, for_update: bool = False) -> type:
        return PushTemplateForm
