"""Tasks: the list, one of them, and the one click that says how far it is."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log

from campaigns.calendar.models import Edition
from campaigns.plans.models import Task
from campaigns.regions.viewsets import (
    ScopedCreateView,
    ScopedEditView,
    ScopedIndexView,
    ScopedInspectView,
)


class TaskIndexView(ScopedIndexView):
    add_item_label = gettext_lazy("Add a task")

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("edition", "region", "owner")

    def get_context_data(self, **kwargs) -> dict:
        tasks, today = Task.objects.visible_to(self.request.user), timezone.localdate()
        return super().get_context_data(
            tabs=[
                ("open", _("Open"), tasks.not_done().count()),
                ("overdue", _("Overdue"), tasks.overdue(today).count()),
                ("mine", _("Mine"), tasks.not_done().filter(owner=self.request.user).count()),
                ("all", _("All tasks"), None),
            ],
            shown=self.filters.data["show"],
            has_tasks=tasks.exists(),
            **kwargs,
        )


class _ToTask:
    def get_success_url(self) -> str:
        return reverse("task:inspect", args=[self.object.pk])

    def get_success_buttons(self) -> list:
        return []


class TaskCreateView(_ToTask, ScopedCreateView):
    page_title = gettext_lazy("Add a task")
    success_message = gettext_lazy("The task is added.")

    def get_initial(self) -> dict:
        code = self.request.GET.get("edition", "")
        return {**super().get_initial(), "edition": Edition.objects.filter(code=code).first()}


class TaskEditView(_ToTask, ScopedEditView):
    success_message = gettext_lazy("The task is changed.")


class TaskInspectView(ScopedInspectView):
    page_title = gettext_lazy("Task")

    def get_base_object_queryset(self) -> QuerySet:
        related = ("edition", "region", "owner", "push_item")
        return super().get_base_object_queryset().select_related(*related)

    def get_fields(self) -> list:
        return []

    def get_context_data(self, **kwargs) -> dict:
        task = self.object
        return super().get_context_data(
            task=task,
            item=getattr(task, "push_item", None),
            is_overdue=task.is_open and task.due_on < timezone.localdate(),
            marks=marks_for(task, self.request.user),
            may_complete=self.request.user.has_perm("campaigns.add_push"),
            **kwargs,
        )

    @cached_property
    def header_buttons(self) -> list:
        if not self.user_has_permission("change"):
            return []
        url = reverse("task:edit", args=[self.object.pk])
        return [HeaderButton(_("Edit"), url=url, icon_name="edit")]


def may_mark(task: Task, user) -> bool:
    """Whoever may change tasks, and whoever owns this one."""
    return user.has_perm("campaigns.change_task") or task.owner_id == user.pk


def marks_for(task: Task, user) -> list[tuple[str, str]]:
    """The states that the user may put it in by one click, with what the button says."""
    words = {
        Task.State.DOING: _("Begin"),
        Task.State.DONE: _("Done"),
        Task.State.TODO: _("Take up again"),
        Task.State.DROPPED: _("Drop"),
    }
    if not may_mark(task, user):
        return []
    if not task.is_open:
        return [(Task.State.TODO.value, words[Task.State.TODO])]
    states = [state for state in words if state not in {task.state, Task.State.TODO}]
    return [(state.value, words[state]) for state in states]


class MarkView(View):
    """One click: begun, done, dropped, taken up again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = get_object_or_404(Task.objects.visible_to(request.user), pk=pk)
        if not may_mark(task, request.user):
            raise PermissionDenied
        state = request.POST.get("state", "")
        if state in dict(marks_for(task, request.user)):
            task.state = state
            task.save(update_fields=["state"])
            log(instance=task, action="wagtail.edit", content_changed=True)
            messages.success(
                request,
                _("“%(task)s”: %(state)s.") % {"task": task, "state": task.get_state_display()},
            )
        else:
            messages.warning(request, _("Nothing was changed; look at the task again."))
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
            back = reverse("task:inspect", args=[task.pk])
        return HttpResponseRedirect(back)
