"""Screens about pushes: each asks campaigns.pushes.planning and shows what it says."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log

from campaigns.pushes import planning
from campaigns.pushes.forms import CancelForm
from campaigns.pushes.models import Push
from campaigns.pushes.states import State, is_allowed
from campaigns.pushes.timeline import timeline
from campaigns.regions.viewsets import (
    ScopedCreateView,
    ScopedEditView,
    ScopedIndexView,
    ScopedInspectView,
    ScopedObject,
)

RETIMEABLE = {state for state in State if is_allowed(state, State.PLANNED)} - {
    State.SENDING,
    State.UNKNOWN,
}


class PushIndexView(ScopedIndexView):
    add_item_label = gettext_lazy("Plan a push")
    default_ordering = ["-scheduled_at", "-pk"]

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("page", "account", "edition")


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

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        push = self.get_object()
        if push.state not in RETIMEABLE and self.user_has_permission("change"):
            messages.warning(request, cannot_be_changed(push))
            return HttpResponseRedirect(reverse("push:inspect", args=[push.pk]))
        return super().dispatch(request, *args, **kwargs)


class PushTimelineView(ScopedInspectView):
    page_title = gettext_lazy("Push")

    def get_base_object_queryset(self) -> QuerySet:
        related = ("page__locale", "account__region", "edition", "planned_by")
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
        if is_allowed(self.object.state, State.CANCELLED):
            url = reverse("push:cancel", args=[self.object.pk])
            buttons.append(HeaderButton(_("Cancel the push"), url=url, icon_name="circle-xmark"))
        return buttons

    def get_context_data(self, **kwargs) -> dict:
        push = self.object
        warns = push.state == State.PLANNED
        return super().get_context_data(
            push=push,
            events=timeline(push),
            warnings=planning.warnings_about(push) if warns else [],
            **kwargs,
        )


class PushCancelView(ScopedObject, PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Asks why, and whether really."""

    model = Push
    pk_url_kwarg = "pk"
    permission_policy = None
    permission_required = "change"
    form_class = CancelForm
    template_name = "campaigns/pushes/cancel.html"
    page_title = gettext_lazy("Cancel the push")
    header_icon = ""

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.object = self.get_object()

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("push:index"), "label": _("Pushes")},
            {"url": self.get_success_url(), "label": str(self.object)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_success_url(self) -> str:
        return reverse("push:inspect", args=[self.object.pk])

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_allowed(self.object.state, State.CANCELLED):
            messages.warning(request, cannot_be_changed(self.object))
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: CancelForm) -> HttpResponse:
        try:
            planning.cancel(self.object, self.request.user, form.cleaned_data["reason"])
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
        else:
            messages.success(self.request, _("The push is cancelled."))
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(push=self.object, back=self.get_success_url(), **kwargs)


def cannot_be_changed(push: Push) -> str:
    """Why there is nothing to change any more."""
    state = push.get_state_display()
    return _("A push that is “%(state)s” can no longer be changed so.") % {"state": state}
