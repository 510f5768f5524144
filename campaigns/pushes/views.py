"""Screens about pushes: list, plan, look, another time. Each asks a verb, and shows its answer."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.log_actions import log

from campaigns.channels.adapters import Remark
from campaigns.pushes import approval, hands, planning
from campaigns.pushes.act_views import acts_for
from campaigns.pushes.models import Pause, Push
from campaigns.pushes.states import State, is_allowed
from campaigns.pushes.timeline import timeline
from campaigns.regions.viewsets import (
    ScopedCreateView,
    ScopedEditView,
    ScopedIndexView,
    ScopedInspectView,
)

RETIMEABLE = {state for state in State if is_allowed(state, State.PLANNED)}


class PushIndexView(ScopedIndexView):
    add_item_label = gettext_lazy("Plan a push")
    default_ordering = ["-scheduled_at", "-pk"]

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("page", "account", "edition")

    def get_context_data(self, **kwargs) -> dict:
        may = self.permission_policy.user_has_permission
        return super().get_context_data(
            may_change=may(self.request.user, "change"),
            may_approve=may(self.request.user, "approve"),
            **kwargs,
        )

    @cached_property
    def header_more_buttons(self) -> list:
        url = reverse("push:pauses")
        pauses = Button(_("Pause and resume"), url=url, icon_name="pause", priority=10)
        return [*super().header_more_buttons, pauses]


class _ToTimeline:
    """After the work, to the push's own page; what was refused at the last moment is shown."""

    def get_success_url(self) -> str:
        return reverse("push:inspect", args=[self.object.pk])

    def get_success_buttons(self) -> list:
        return []

    def form_valid(self, form) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class PushCreateView(_ToTimeline, ScopedCreateView):
    page_title = gettext_lazy("Plan a push")
    page_subtitle = gettext_lazy("Plan a push")
    submit_button_label = gettext_lazy("Plan")
    success_message = gettext_lazy("The push is planned.")

    def save_instance(self) -> Push:
        push = self.form.save()
        if self.form.planned.is_new:
            log(instance=push, action="wagtail.create", content_changed=True)
        return push

    def get_success_message(self, instance: Push) -> str | None:
        return super().get_success_message(instance) if self.form.planned.is_new else None

    def save_action(self) -> HttpResponse:
        response = super().save_action()
        if not self.form.planned.is_new:
            messages.info(self.request, _("That was planned already; nothing was changed."))
        for warning in self.form.planned.warnings:
            messages.warning(self.request, warning)
        return response


class PushRetimeView(_ToTimeline, ScopedEditView):
    page_title = gettext_lazy("Another time")
    submit_button_label = gettext_lazy("Move to this time")
    success_message = gettext_lazy("The push has a new time.")

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(move_cost=planning.cost_of_moving(self.object), **kwargs)

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        push = self.get_object()
        if push.state not in RETIMEABLE and self.user_has_permission("change"):
            messages.warning(request, planning.cannot_be_changed(push))
            return HttpResponseRedirect(reverse("push:inspect", args=[push.pk]))
        return super().dispatch(request, *args, **kwargs)


class PushTimelineView(ScopedInspectView):
    page_title = gettext_lazy("Push")

    def get_base_object_queryset(self) -> QuerySet:
        related = ("page__locale", "account__region", "edition", "planned_by", "link")
        return super().get_base_object_queryset().select_related(*related)

    def get_fields(self) -> list:
        return []

    @cached_property
    def header_more_buttons(self) -> list:
        return []

    @cached_property
    def header_buttons(self) -> list:
        if not self.user_has_permission("change"):
            return []
        buttons = []
        if self.object.state in RETIMEABLE:
            url = reverse("push:edit", args=[self.object.pk])
            buttons.append(HeaderButton(_("Another time"), url=url, icon_name="time"))
        for act in acts_for(self.object, self.request.user):
            url = reverse(f"push:{act.name}", args=[self.object.pk])
            buttons.append(HeaderButton(str(act.title), url=url, icon_name=act.icon))
        return buttons

    def get_context_data(self, **kwargs) -> dict:
        push = self.object
        is_open = push.state in Push.NOT_DONE and not push.claimed_by
        remarks = [Remark(**remark) for remark in push.remarks] if is_open else []
        open_warnings = approval.open_warnings(push, remarks)
        return super().get_context_data(
            push=push,
            events=timeline(push),
            remarks=remarks,
            open_codes={remark.code for remark in open_warnings},
            warnings=planning.warnings_about(push) if is_open and not push.checked_at else [],
            may_check=is_open and self.user_has_permission("change"),
            may_approve=push.state in (State.PLANNED, State.READY)
            and self.user_has_permission("approve"),
            pauses=[pause for pause in Pause.objects.standing() if pause.holds(push)],
            is_waiting=hands.can_ask(push),
            is_due=push.try_at <= timezone.now(),
            **kwargs,
        )
