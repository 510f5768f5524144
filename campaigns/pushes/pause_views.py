"""Screens that hold pushes up and let them go on."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from campaigns.pushes import pausing
from campaigns.pushes.forms import LateForm, OthersForm, PauseForm
from campaigns.pushes.models import Pause

PAST = 20
# So many late pushes are asked about one by one; no form may hold any number of fields.
MOST_ASKED = 50


class _PauseScreen(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    permission_policy = None
    header_icon = "pause"

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("push:index"), "label": _("Pushes")},
            {"url": "", "label": self.get_page_title()},
        ]

    def may_approve(self) -> bool:
        return self.permission_policy.user_has_permission(self.request.user, "approve")


class PausesView(_PauseScreen):
    """What is held up, what was, and a form to hold up more."""

    template_name = "campaigns/pushes/pauses.html"
    permission_required = "view"
    page_title = gettext_lazy("Pause and resume")

    def get_context_data(self, **kwargs) -> dict:
        user = self.request.user
        pauses = Pause.objects.visible_to(user).select_related(
            "edition", "channel", "account", "begun_by", "ended_by"
        )
        standing = [
            {"pause": pause, "may_end": self.may_approve() and pausing.may_end(user, pause)}
            for pause in pauses.standing()
        ]
        if self.may_approve():
            kwargs.setdefault("form", PauseForm(user=user))
        past = pauses.exclude(ended_at=None)[:PAST]
        return super().get_context_data(standing=standing, past=past, **kwargs)

    def post(self, request: HttpRequest, *_args, **_kwargs) -> HttpResponse:
        if not self.may_approve():
            raise PermissionDenied
        form = PauseForm(request.POST, user=request.user)
        if form.is_valid():
            over = list(pausing.standing_over(form.instance))
            try:
                pausing.begin(form.instance, request.user)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                messages.success(request, _("Paused: nothing of it goes out until it is resumed."))
                for pause in over:
                    words = _("It is also held up by this, which was there before: %(what)s")
                    messages.info(request, words % {"what": pause})
                return HttpResponseRedirect(reverse("push:pauses"))
        return self.render_to_response(self.get_context_data(form=form))


class ResumeView(_PauseScreen):
    """Each push that is late by now: send it now, give it another time, or skip it."""

    template_name = "campaigns/pushes/resume.html"
    permission_required = "approve"
    page_title = gettext_lazy("Resume")

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        visible = Pause.objects.visible_to(request.user).standing()
        self.pause = get_object_or_404(visible, pk=kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.may_approve() and not pausing.may_end(request.user, self.pause):
            messages.error(request, _("Head office has paused this; only head office resumes it."))
            return HttpResponseRedirect(reverse("push:pauses"))
        return super().dispatch(request, *args, **kwargs)

    def forms(self, data=None) -> list[tuple]:
        """Each late push with its form; those beyond MOST_ASKED share one."""
        late = pausing.late_pushes(self.pause)
        self.others = max(0, late.count() - MOST_ASKED)
        self.others_form = OthersForm(data, prefix="others") if self.others else None
        return [(push, LateForm(data, prefix=f"push-{push.pk}")) for push in late[:MOST_ASKED]]

    def get_context_data(self, **kwargs) -> dict:
        if "late" not in kwargs:
            kwargs["late"] = self.forms()
        kwargs |= {"others": self.others, "others_form": self.others_form}
        media = LateForm().media
        return super().get_context_data(pause=self.pause, media=media, **kwargs)

    def post(self, request: HttpRequest, *_args, **_kwargs) -> HttpResponse:
        late = self.forms(request.POST)
        # Each form is asked, so that each shows its own error.
        asked = [form for _push, form in late]
        if self.others_form:
            asked.append(self.others_form)
        valid = [form.is_valid() for form in asked]
        if not all(valid):
            return self.render_to_response(self.get_context_data(late=late))
        choices = {
            push.pk: (pausing.Choice(form.cleaned_data["choice"]), form.cleaned_data["at"])
            for push, form in late
        }
        others = None
        if self.others_form:
            others = pausing.Choice(self.others_form.cleaned_data["choice"])
        try:
            refused = pausing.end(self.pause, request.user, choices, others)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return self.render_to_response(self.get_context_data(late=late))
        for push in [push for push, _form in late if push.pk in refused]:
            messages.warning(request, f"{push}: {refused[push.pk]}")
        messages.success(request, _("Resumed."))
        return HttpResponseRedirect(reverse("push:pauses"))
