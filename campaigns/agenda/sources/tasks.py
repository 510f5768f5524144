"""Tasks of plans, on the day they are due."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.agenda.entries import Entry
from campaigns.agenda.sources.base import Source
from campaigns.calendar.windows import beijing_day
from campaigns.plans import tasks
from campaigns.plans.models import Task
from campaigns.regions.clocks import Clocks
from campaigns.regions.naming import person_name


class Tasks(Source):
    """Of no channel and no language: filters by these leave them standing."""

    kind = "task"
    label = _("Tasks")
    icon = "tasks"
    model = Task
    view_permission = "campaigns.view_task"
    change_permission = "campaigns.change_task"
    first = "due_on"
    series = "edition__series__code"
    region_path = "region__path"

    def detailed(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("edition", "region", "owner")

    def entry(self, row: Task, clocks: Clocks, *, may_change: bool) -> Entry:
        return Entry(
            kind=self.kind,
            kind_label=str(self.label),
            icon=self.icon,
            pk=row.pk,
            title=row.title,
            state=row.state,
            state_label=row.get_state_display(),
            address=reverse("task:inspect", args=[row.pk]),
            first_day=row.due_on,
            last_day=row.due_on,
            region=row.region.name,
            region_code=row.region.code,
            campaign=row.edition.name,
            place=person_name(row.owner) or row.department,
            move_label=str(_("Move the task")) if may_change and row.is_open else "",
        )

    def move(self, row: Task, to: datetime, by) -> None:
        tasks.put_off(row, beijing_day(to), by)
