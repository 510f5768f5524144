"""Tokens of other systems: issuing one, which is shown once, and revoking it."""

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput
from wagtail.permissions import ModelPermissionPolicy

from campaigns.regions.forms import RegionChoiceField, ScopedForm
from campaigns.reports import tokens
from campaigns.reports.models import ReportToken
from campaigns.reports.screens import ReportScreen


class TokenForm(ScopedForm):
    region = RegionChoiceField(
        label=gettext_lazy("Region"),
        help_text=gettext_lazy("It opens the figures of this region and of all below it."),
    )

    class Meta:
        model = ReportToken
        fields = ["system", "region", "expires_on"]
        widgets = {"expires_on": AdminDateInput}

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("That day is over: the token would open nothing."))
        return day


class RevokeForm(forms.Form):
    sure = forms.BooleanField(
        label=gettext_lazy("I know that the system is refused from now on"),
        error_messages={"required": gettext_lazy("Revoking cannot be undone: tick that you know.")},
    )


class _TokenScreen(ReportScreen):
    permission_policy = ModelPermissionPolicy(ReportToken)
    header_icon = "key"

    def trail(self) -> list[dict]:
        return [{"url": reverse("reporttoken:index"), "label": _("Tokens of other systems")}]


class IssueView(_TokenScreen, FormView):
    """The new token stands in the answer that makes it, and nowhere after that."""

    template_name = "campaigns/reports/token_issue.html"
    permission_required = "add"
    page_title = gettext_lazy("Issue a token")

    def get_form(self, form_class=None) -> TokenForm:
        return TokenForm(**self.get_form_kwargs(), for_user=self.request.user)

    def form_valid(self, form: TokenForm) -> HttpResponse:
        text = tokens.issue(form.save(commit=False), self.request.user)
        context = self.get_context_data(form=None, token=form.instance, text=text, address=_api())
        # No copy of the token stays behind, neither on the way nor in the browser.
        return self.render_to_response(context, headers={"Cache-Control": "no-store"})


class TokenView(_TokenScreen, TemplateView):
    """What a token opens, when it was last used, and its revocation."""

    template_name = "campaigns/reports/token.html"
    permission_required = "view"
    page_title = gettext_lazy("Token of another system")

    @cached_property
    def token(self) -> ReportToken:
        visible = ReportToken.objects.visible_to(self.request.user)
        rows = visible.select_related("region", "created_by", "revoked_by")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.token)

    def get_context_data(self, **kwargs) -> dict:
        if self._may_revoke():
            kwargs.setdefault("form", RevokeForm())
        return super().get_context_data(
            token=self.token, state=state_of(self.token), address=_api(), **kwargs
        )

    def post(self, request: HttpRequest, *_args, **_kwargs) -> HttpResponse:
        if not self.permission_policy.user_has_permission(request.user, "change"):
            raise PermissionDenied
        form = RevokeForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        tokens.revoke(self.token, request.user)
        messages.success(request, _("The token is revoked: it opens nothing any more."))
        return HttpResponseRedirect(reverse("reporttoken:index"))

    def _may_revoke(self) -> bool:
        may = self.permission_policy.user_has_permission(self.request.user, "change")
        return may and self.token.revoked_at is None


def state_of(token: ReportToken) -> str:
    """Whether it opens anything today, in a word."""
    if token.revoked_at:
        return _("revoked")
    return _("in use") if token.opens_at(timezone.localtime()) else _("expired")


def _api() -> str:
    return settings.SITE_URL + reverse("reach_report_api")
