"""Screens that move a session on: report, approve, send back, cancel."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages

from campaigns.field import sessions
from campaigns.field.acting import OnSession, SessionFormView
from campaigns.field.forms import ReasonForm, ReportForm


class ReportView(SessionFormView):
    template_name = "campaigns/field/report.html"
    form_class = ReportForm
    page_title = gettext_lazy("Report")
    submit_label = gettext_lazy("Send the report")
    done = gettext_lazy("Thank you. The report waits for approval by the level above.")

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "session": self.object}

    def get_initial(self) -> dict:
        report = getattr(self.object, "report", None)
        if report is None:
            return {}
        return {"attendance": report.attendance, "leaflets": report.leaflets, "notes": report.notes}

    def get(self, request, *args, **kwargs) -> HttpResponse:
        if not sessions.allowed(self.object, "report") or self.object.starts_at > timezone.now():
            messages.warning(request, _("There is nothing to report on this session now."))
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: ReportForm) -> HttpResponse:
        given = form.cleaned_data
        return self.act(
            sessions.report,
            given["attendance"],
            given["leaflets"],
            given["notes"],
            self.request.user,
        )


class SendBackView(SessionFormView):
    template_name = "campaigns/field/reason.html"
    form_class = ReasonForm
    permission_required = "approve"
    page_title = gettext_lazy("Send back for correction")
    submit_label = gettext_lazy("Send back")
    done = gettext_lazy("The report went back to the team.")

    def dispatch(self, request, *args, **kwargs) -> HttpResponse:
        if not sessions.may_decide(self.object, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self.act(sessions.send_back, self.request.user, reason)


class CancelView(SessionFormView):
    template_name = "campaigns/field/reason.html"
    form_class = ReasonForm
    page_title = gettext_lazy("Cancel the session")
    submit_label = gettext_lazy("Yes, cancel it")
    is_serious = True
    done = gettext_lazy("The session is cancelled.")

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        return self.act(sessions.cancel, self.request.user, form.cleaned_data["reason"])


class ApproveView(OnSession, View):
    http_method_names = ["post"]
    permission_required = "approve"
    done = gettext_lazy("Approved: the figures count from now on.")

    def post(self, request, *args, **kwargs) -> HttpResponse:
        return self.act(sessions.approve, request.user)
