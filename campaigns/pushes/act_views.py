"""Screens on which a person does one thing about one push: each a verb, most with a reason."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from campaigns.pushes import approval, hands, planning
from campaigns.pushes.forms import ReasonForm
from campaigns.pushes.models import Push
from campaigns.pushes.publishing import calling_off_means
from campaigns.pushes.states import State
from campaigns.regions.viewsets import ScopedObject


@dataclass(frozen=True)
class Act:
    """What a person may do about a push, for a reason that others will read."""

    name: str
    title: Promise
    question: Promise
    done: Promise
    permission: str
    is_open: Callable[[Push], bool]
    do: Callable
    icon: str = "edit"


ACTS = {
    act.name: act
    for act in (
        Act(
            "send_now",
            gettext_lazy("Send now"),
            gettext_lazy("It is checked and then goes out with the next tick. Really send it now?"),
            gettext_lazy("The push goes out with the next tick, within a minute."),
            "approve",
            lambda push: push.state in (State.FAILED, State.MISSED),
            lambda push, user, reason, consent: approval.send_now(
                push, user, reason, consent=consent
            ),
            "rotate",
        ),
        Act(
            "ask",
            gettext_lazy("Ask the channel now"),
            gettext_lazy("The next tick asks the channel what became of it; nothing is sent."),
            gettext_lazy("The channel is asked with the next tick, within a minute."),
            "approve",
            hands.can_ask,
            lambda push, user, reason, _consent: hands.ask_now(push, user, reason),
            "help",
        ),
        Act(
            "unapprove",
            gettext_lazy("Take back the approval"),
            gettext_lazy("The push is then only planned and does not go out."),
            gettext_lazy("The approval is taken back."),
            "change",
            lambda push: push.state == State.APPROVED,
            lambda push, user, reason, _consent: approval.withdraw_approval(push, user, reason),
            "resubmit",
        ),
        Act(
            "withdraw",
            gettext_lazy("Withdraw"),
            gettext_lazy("The channel is asked to take it back, now. Really withdraw it?"),
            gettext_lazy("The channel has taken it back."),
            "approve",
            hands.can_withdraw,
            lambda push, user, reason, _consent: hands.withdraw(push, user, reason),
            "resubmit",
        ),
        Act(
            "call_off",
            gettext_lazy("Cancel the hand-over"),
            gettext_lazy(
                "Whoever was to do it can no longer report it done; the push is cancelled and"
                " cannot be taken up again. Really cancel it?"
            ),
            gettext_lazy("The hand-over is called off and the push is cancelled."),
            "change",
            hands.can_call_off,
            lambda push, user, reason, _consent: hands.call_off(push, user, reason),
            "circle-xmark",
        ),
        Act(
            "cancel",
            gettext_lazy("Cancel the push"),
            gettext_lazy(
                "A cancelled push stays in the list and cannot be taken up again. Really cancel it?"
            ),
            gettext_lazy("The push is cancelled."),
            "change",
            lambda push: push.state in Push.CANCELLABLE,
            lambda push, user, reason, _consent: planning.cancel(push, user, reason),
            "circle-xmark",
        ),
    )
}


def acts_for(push: Push, user) -> list[Act]:
    """What this person may do about this push now."""
    return [
        act
        for act in ACTS.values()
        if act.is_open(push) and user.has_perm(f"campaigns.{act.permission}_push")
    ]


class _OnePush(ScopedObject, PermissionCheckedMixin):
    model = Push
    pk_url_kwarg = "pk"
    permission_policy = None

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.object = self.get_object()

    def get_base_object_queryset(self):
        related = ("page__locale", "account", "edition", "link")
        return super().get_base_object_queryset().select_related(*related)

    def get_success_url(self) -> str:
        return reverse("push:inspect", args=[self.object.pk])


class ActView(_OnePush, WagtailAdminTemplateMixin, FormView):
    """Asks why, and whether really."""

    form_class = ReasonForm
    template_name = "campaigns/pushes/act.html"
    header_icon = ""
    act_name = ""

    @property
    def act(self) -> Act:
        return ACTS[self.act_name]

    @property
    def permission_required(self) -> str:
        return self.act.permission

    def get_page_title(self) -> str:
        return self.act.title

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("push:index"), "label": _("Pushes")},
            {"url": self.get_success_url(), "label": str(self.object)},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.act.is_open(self.object):
            messages.warning(request, planning.cannot_be_changed(self.object))
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        consent = self.request.POST.getlist("consent")
        try:
            self.act.do(self.object, self.request.user, form.cleaned_data["reason"], consent)
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
            if any(getattr(one, "code", "") == "consent" for one in refusal.error_list):
                return self.render_to_response(self.get_context_data(form=form))
        else:
            messages.success(self.request, self.act.done)
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs) -> dict:
        warnings = []
        if self.act_name == "send_now" and self.request.method == "POST":
            warnings = approval.preflight_now(self.object).open_warnings
        calls_off = self.act_name in ("cancel", "withdraw")
        return super().get_context_data(
            push=self.object,
            act=self.act,
            consequence=calling_off_means(self.object) if calls_off else "",
            warnings=warnings,
            back=self.get_success_url(),
            **kwargs,
        )


class CheckView(_OnePush, View):
    """Preflight on demand."""

    http_method_names = ["post"]
    permission_required = "change"

    def post(self, request: HttpRequest, *_args, **_kwargs) -> HttpResponse:
        try:
            checked = approval.check(self.object, request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            _tell(request, checked)
        return HttpResponseRedirect(self.get_success_url())


class ApproveView(_OnePush, View):
    """The approver's word; the warnings ticked are taken upon themselves."""

    http_method_names = ["post"]
    permission_required = "approve"

    def post(self, request: HttpRequest, *_args, **_kwargs) -> HttpResponse:
        consent = request.POST.getlist("consent")
        reason = request.POST.get("reason", "").strip()
        try:
            approval.approve(self.object, request.user, consent=consent, reason=reason)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("The push is approved: it goes out at its time."))
        return HttpResponseRedirect(self.get_success_url())


def _tell(request: HttpRequest, checked: approval.Checked) -> None:
    if checked.errors:
        messages.error(request, _("There are errors: it cannot go out like this."))
    elif checked.open_warnings:
        messages.warning(request, _("There are warnings that somebody has to answer for."))
    else:
        messages.success(request, _("Nothing stands against it."))
