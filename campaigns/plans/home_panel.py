"""What is due soon, on the admin's home page. In the app only: no mail goes out."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.forms import Media
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from campaigns.calendar.models import Edition, Series
from campaigns.plans import approving
from campaigns.plans.models import Task


@dataclass(frozen=True)
class Reminder:
    """Something that is due, with the days left (below nought: overdue)."""

    label: str
    url: str
    day: date
    left: int
    context: str = ""
    # The last reminder day has come.
    is_urgent: bool = False

    @property
    def overdue_by(self) -> int:
        return -self.left


def tasks_due(user, today: date) -> list[Reminder]:
    """Open tasks that are overdue, or as near as the first of their series' reminder days."""
    furthest = max((days for row in Series.objects.all() for days in row.reminders()), default=0)
    tasks = Task.objects.visible_to(user).not_done()
    tasks = tasks.filter(due_on__lte=today + timedelta(days=furthest))
    found = (
        _reminder(
            task,
            reverse("task:inspect", args=[task.pk]),
            (task.due_on, today),
            task.edition.series.reminders(),
            f"{task.edition} · {task.region}",
        )
        for task in tasks.select_related("edition__series", "region").order_by("due_on", "pk")
    )
    return [reminder for reminder in found if reminder]


def editions_unconfirmed(today: date) -> list[Reminder]:
    """Editions whose first day is near and whose notice nobody has entered."""
    coming = Edition.objects.filter(state=Edition.State.EXPECTED, ends_on__gte=today)
    found = (
        _reminder(
            edition,
            reverse("edition:inspect", args=[edition.pk]),
            (edition.starts_on, today),
            edition.series.reminders(),
        )
        for edition in coming.select_related("series").order_by("starts_on")
    )
    return [reminder for reminder in found if reminder]


def _reminder(row, url: str, days: tuple[date, date], ahead: list[int], context: str = ""):
    """A reminder once the furthest of the reminder days has come."""
    left = (days[0] - days[1]).days
    if not ahead or left > ahead[0]:
        return None
    return Reminder(str(row), url, days[0], left, context, is_urgent=left <= ahead[-1])


class DuePanel(Component):
    """Tasks that are due soon, and campaigns that begin without their notice."""

    name = "due_soon"
    template_name = "campaigns/plans/home_panel.html"
    order = 105
    FIRST = 6

    @property
    def media(self) -> Media:
        return Media(css={"all": ["campaigns/plans.css"]})

    def get_context_data(self, parent_context) -> dict:
        user, today = parent_context["request"].user, timezone.localdate()
        due = tasks_due(user, today)
        return {
            **super().get_context_data(parent_context),
            "due": due[: self.FIRST],
            "due_count": len(due),
            "unconfirmed": editions_unconfirmed(today),
            "index_url": reverse("task:index"),
        }


class PlansToDecidePanel(Component):
    """Plans that wait for the user's decision."""

    name = "plans_to_decide"
    template_name = "campaigns/plans/home_panel_plans.html"
    order = 104
    FIRST = 6

    @property
    def media(self) -> Media:
        return Media(css={"all": ["campaigns/plans.css"]})

    def get_context_data(self, parent_context) -> dict:
        waiting = approving.awaiting(parent_context["request"].user)
        shown = waiting.defer("content").select_related(
            "plan__edition", "plan__region", "submitted_by"
        )
        return {
            **super().get_context_data(parent_context),
            "count": waiting.count(),
            "waiting": shown[: self.FIRST],
            "index_url": reverse("plan:index"),
        }


def add_to(panels: list, user) -> None:
    """Put each panel on the home page of those whom it concerns."""
    if user.has_perm(approving.APPROVE):
        panels.append(PlansToDecidePanel())
    if user.has_perm("campaigns.view_task"):
        panels.append(DuePanel())
