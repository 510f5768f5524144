"""Admin screens of this floor."""

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet

from campaigns.calendar.forms import NewRegionalWindowForm, RegionalWindowForm
from campaigns.calendar.models import Edition, RegionalWindow
from campaigns.calendar.viewsets import DayColumn, EditionViewSet
from campaigns.plans.forms import TaskForm, people_at
from campaigns.plans.models import Plan, PlanVersion, Task
from campaigns.plans.plan_forms import NewPlanForm, PlanForm
from campaigns.plans.template_viewsets import PushTemplateViewSet, TaskTemplateViewSet
from campaigns.plans.views import editions, plans, targets, tasks
from campaigns.regions.models import Region
from campaigns.regions.naming import person_name
from campaigns.regions.viewsets import (
    ScopedCreateView,
    ScopedEditView,
    ScopedIndexView,
    ScopedViewSet,
)


class EditionHubViewSet(EditionViewSet):
    """Yearly campaigns, each with its schedule, plan and targets on one page."""

    index_view_class = editions.EditionIndexView
    add_view_class = editions.EditionCreateView
    edit_view_class = editions.EditionEditView
    inspect_view_class = editions.EditionHubView
    inspect_template_name = "campaigns/plans/edition.html"
    list_display = [
        TitleColumn(
            "name",
            label=_("Name"),
            accessor="name",
            get_url=lambda edition: reverse("edition:inspect", args=[edition.pk]),
            sort_key="name",
        ),
        *EditionViewSet.list_display[1:],
    ]

    def get_urlpatterns(self) -> list:
        return [
            *super().get_urlpatterns(),
            path("open/", editions.OpenView.as_view(), name="open"),
            path("shift/<int:pk>/", editions.ShiftView.as_view(), name="shift"),
            path("copy/<int:pk>/", editions.CopyView.as_view(), name="copy"),
            path("notice/<int:pk>/", editions.NoticeView.as_view(), name="notice"),
            path("complete/<int:pk>/", editions.CompleteView.as_view(), name="complete"),
            path("targets/<int:pk>/", targets.GridView.as_view(), name="targets"),
            path("targets/<int:pk>/xlsx/", targets.ExportView.as_view(), name="targets_xlsx"),
            path("targets/<int:pk>/import/", targets.ImportView.as_view(), name="targets_import"),
            path("targets/<int:pk>/split/", targets.SplitView.as_view(), name="split"),
        ]


def _owners(request) -> QuerySet:
    if request is None:
        return get_user_model().objects.none()
    return people_at(request.user)


def _regions(request) -> QuerySet:
    return Region.objects.visible_to(request.user) if request else Region.objects.none()


class TaskFilterSet(WagtailFilterSet):
    """Open tasks unless something else is asked for: what has ended is looked up, not worked on."""

    OPEN, OVERDUE, MINE, ALL = "open", "overdue", "mine", "all"

    show = django_filters.ChoiceFilter(
        label=_("Show"),
        choices=[
            (OPEN, _("Open")),
            (OVERDUE, _("Overdue")),
            (MINE, _("Mine")),
            (ALL, _("All tasks")),
        ],
        initial=OPEN,
        empty_label=None,
        method="filter_show",
    )
    edition = django_filters.ModelChoiceFilter(label=_("Campaign"), queryset=Edition.objects.all())
    owner = django_filters.ModelChoiceFilter(label=_("Owner"), queryset=_owners)
    region = django_filters.ModelChoiceFilter(
        label=_("Region"), queryset=_regions, method="filter_region"
    )

    class Meta:
        model = Task
        fields = ["show", "edition", "state", "owner", "region"]

    def __init__(self, data=None, *args, **kwargs) -> None:
        data = data.copy() if data else QueryDict(mutable=True)
        if data.get("show", "") in ("", self.OPEN):
            # A state says more exactly what is wanted.
            data["show"] = self.ALL if data.get("state") else self.OPEN
        super().__init__(data, *args, **kwargs)

    def filter_show(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == self.ALL:
            return rows
        if value == self.OVERDUE:
            return rows.overdue(timezone.localdate())
        if value == self.MINE:
            return rows.not_done().filter(owner=self.request.user)
        return rows.not_done()

    def filter_region(self, rows: QuerySet, name: str, region: Region) -> QuerySet:
        return rows.filter(region__path__startswith=region.path)


class DueColumn(Column):
    """The due date, its distance from the first day, and a word when it has passed."""

    cell_template_name = "campaigns/plans/due_cell.html"

    def get_cell_context_data(self, instance: Task, parent_context) -> dict:
        context = super().get_cell_context_data(instance, parent_context)
        is_overdue = instance.is_open and instance.due_on < timezone.localdate()
        return {**context, "task": instance, "is_overdue": is_overdue}


class TaskViewSet(ScopedViewSet):
    """Tasks of the own regions. Dropped, never deleted."""

    model = Task
    icon = "list-ul"
    menu_label = _("Tasks")
    menu_order = 150
    index_view_class = tasks.TaskIndexView
    add_view_class = tasks.TaskCreateView
    edit_view_class = tasks.TaskEditView
    inspect_view_class = tasks.TaskInspectView
    inspect_view_enabled = True
    index_template_name = "campaigns/plans/task_index.html"
    index_results_template_name = "campaigns/plans/task_results.html"
    inspect_template_name = "campaigns/plans/task.html"
    withheld = frozenset({"delete", "usage"})
    list_display = [
        TitleColumn(
            "title",
            label=_("Task"),
            accessor="title",
            get_url=lambda task: reverse("task:inspect", args=[task.pk]),
            sort_key="title",
        ),
        DueColumn("due_on", label=_("Due on"), sort_key="due_on"),
        Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
        Column("owner", label=_("Owner"), accessor=lambda task: person_name(task.owner)),
        Column("department", label=_("Department"), accessor="department"),
        Column("edition", label=_("Campaign"), accessor="edition"),
        Column("region", label=_("Region"), accessor="region"),
    ]
    filterset_class = TaskFilterSet
    search_fields = ["title", "department", "notes"]
    search_backend_name = None
    ordering = ["due_on", "pk"]

    def get_form_class(self, for_update: bool = False) -> type:
        return TaskForm

    def get_urlpatterns(self) -> list:
        return [
            *super().get_urlpatterns(),
            path("mark/<int:pk>/", tasks.MarkView.as_view(), name="mark"),
        ]


class PlanFilterSet(WagtailFilterSet):
    DRAFT = "draft"

    edition = django_filters.ModelChoiceFilter(label=_("Campaign"), queryset=Edition.objects.all())
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(DRAFT, _("Draft")), *PlanVersion.State.choices],
        method="filter_state",
    )

    class Meta:
        model = Plan
        fields = ["edition", "state"]

    def filter_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(latest_state="" if value == self.DRAFT else value)


class PlanStateColumn(Column):
    """How far it is, and which version holds meanwhile."""

    cell_template_name = "campaigns/plans/plan_state_cell.html"


class PlanViewSet(ScopedViewSet):
    """Plans of the own regions. What was handed in stays."""

    model = Plan
    icon = "form"
    menu_label = _("Plans")
    menu_order = 210
    index_view_class = plans.PlanIndexView
    add_view_class = plans.PlanCreateView
    edit_view_class = plans.PlanEditView
    inspect_view_class = plans.PlanInspectView
    inspect_view_enabled = True
    create_template_name = "campaigns/plans/plan_form.html"
    edit_template_name = "campaigns/plans/plan_form.html"
    inspect_template_name = "campaigns/plans/plan.html"
    withheld = frozenset({"delete", "usage"})
    list_display = [
        TitleColumn(
            "edition",
            label=_("Campaign"),
            accessor="edition",
            get_url=lambda plan: reverse("plan:inspect", args=[plan.pk]),
        ),
        Column("region", label=_("Region"), accessor="region"),
        Column("lead_department", label=_("Lead department"), accessor="lead_department"),
        PlanStateColumn("state", label=_("State"), accessor="state", sort_key="latest_state"),
    ]
    filterset_class = PlanFilterSet
    index_template_name = "campaigns/plans/plan_index.html"
    index_results_template_name = "campaigns/plans/plan_results.html"
    search_fields = ["edition__name", "edition__code", "lead_department", "executive"]
    search_backend_name = None

    def get_form_class(self, for_update: bool = False) -> type:
        return PlanForm if for_update else NewPlanForm

    def get_urlpatterns(self) -> list:
        version = "<int:pk>/version/<int:number>/"
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/hand-in/", plans.HandInView.as_view(), name="hand_in"),
            path(version, plans.VersionView.as_view(), name="version"),
            path(f"{version}approve/", plans.ApproveView.as_view(), name="approve"),
            path(f"{version}send-back/", plans.SendBackView.as_view(), name="send_back"),
            path("<int:pk>/attach/", plans.AttachView.as_view(), name="attach"),
            path(
                "<int:pk>/attachment/<int:attachment>/",
                plans.AttachmentView.as_view(),
                name="attachment",
            ),
            path(
                "<int:pk>/attachment/<int:attachment>/withdraw/",
                plans.WithdrawView.as_view(),
                name="withdraw",
            ),
        ]


class _ToEdition:
    """Back to the edition whose window was changed."""

    def get_success_url(self) -> str:
        return reverse("edition:inspect", args=[self.object.edition_id])

    def get_success_buttons(self) -> list:
        return []


class WindowIndexView(ScopedIndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("edition", "region")


class WindowCreateView(_ToEdition, ScopedCreateView):
    page_title = _("Add a regional window")

    def get_initial(self) -> dict:
        edition = Edition.objects.filter(code=self.request.GET.get("edition", "")).first()
        more = {}
        if edition:
            more = {
                "edition": edition, "starts_on": edition.starts_on, "ends_on": edition.ends_on,
            }  # fmt: skip
        return {**super().get_initial(), **more}


class WindowEditView(_ToEdition, ScopedEditView):
    pass


class RegionalWindowViewSet(ScopedViewSet):
    """Wider windows of regions."""

    model = RegionalWindow
    icon = "calendar-alt"
    index_view_class = WindowIndexView
    add_view_class = WindowCreateView
    edit_view_class = WindowEditView
    withheld = frozenset({"usage"})
    list_display = [
        "edition",
        "region",
        DayColumn("starts_on", label=_("First day"), sort_key="starts_on"),
        DayColumn("ends_on", label=_("Last day"), sort_key="ends_on"),
    ]
    list_filter = ["edition"]

    def get_form_class(self, for_update: bool = False) -> type:
        return RegionalWindowForm if for_update else NewRegionalWindowForm


VIEWSETS: list[ModelViewSet] = [
    TaskViewSet("task"),
    EditionHubViewSet("edition"),
    PlanViewSet("plan"),
    TaskTemplateViewSet("tasktemplate"),
    PushTemplateViewSet("pushtemplate"),
]
# Reached from an edition's page; no item of the menu.
UNLISTED: list[ModelViewSet] = [RegionalWindowViewSet("regionalwindow")]
