"""Screens of the regulator's forms: which there are, what each asks for, and filled ones."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.log_actions import log

from campaigns.calendar.private_files import kept_private
from campaigns.calendar.rights import HeadOfficePolicy, changes_campaigns
from campaigns.reach.models import EVERYDAY
from campaigns.regions.forms import indented
from campaigns.regions.models import Region
from campaigns.reports import filters
from campaigns.reports.models import ReportForm
from campaigns.reports.regulator import keeping, names
from campaigns.reports.regulator.template import MOST_BYTES, UnreadableFormError
from campaigns.reports.screens import ReportScreen, dashboard_step

A_PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FormScreen(ReportScreen):
    """A page about forms: head office's administrators change them, the others fill them."""

    permission_policy = HeadOfficePolicy(ReportForm)
    permission_required = "view"
    header_icon = "form"

    def trail(self) -> list[dict]:
        return [
            dashboard_step(),
            {"url": reverse("campaigns_admin:report_forms"), "label": _("Regulator's forms")},
        ]


class FormListView(FormScreen, TemplateView):
    template_name = "campaigns/reports/form_list.html"
    page_title = gettext_lazy("Regulator's forms")

    def trail(self) -> list[dict]:
        return [dashboard_step()]

    def get_context_data(self, **kwargs) -> dict:
        seen = ReportForm.objects.visible_to(self.request.user).select_related("uploaded_by")
        return super().get_context_data(
            report_forms=Paginator(seen, A_PAGE).get_page(self.request.GET.get("p")),
            may_change=changes_campaigns(self.request.user),
            known=names.known().values(),
            query=self.request.GET.urlencode(),
            **kwargs,
        )


class UploadForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        min_value=2019,
        max_value=2100,
        help_text=gettext_lazy("Empty: for any year."),
    )
    file = forms.FileField(
        label=gettext_lazy("Form (xlsx)"),
        help_text=gettext_lazy(
            "A workbook in which each cell to be filled has a name, such as 触及人次 or reach."
        ),
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise ValidationError(
                _("larger than %(size)s MB: that is no form") % {"size": MOST_BYTES // 1024**2}
            )
        return upload


class FormUploadView(FormScreen, FormView):
    permission_required = "add"
    template_name = "campaigns/reports/form_new.html"
    page_title = gettext_lazy("Upload a form")
    form_class = UploadForm

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(known=names.known().values(), **kwargs)

    def form_valid(self, form: UploadForm) -> HttpResponse:
        told, file = form.cleaned_data, form.cleaned_data["file"]
        try:
            made = keeping.upload(
                told["name"], told["year"], file.read(), file.name, self.request.user
            )
        except UnreadableFormError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        log(instance=made, action="wagtail.create")
        messages.success(
            self.request,
            _("Uploaded. Look at what would be filled; then make the form active."),
        )
        return HttpResponseRedirect(reverse("campaigns_admin:report_form", args=[made.pk]))


class OnForm(FormScreen):
    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.report_form = get_object_or_404(
            ReportForm.objects.visible_to(request.user), pk=kwargs["pk"]
        )

    def get_page_title(self) -> str:
        return str(self.report_form)

    @cached_property
    def asked(self) -> filters.Filters:
        """Campaigns, days and region; a form tells of all channels, metrics, bases, languages."""
        asked = filters.read(self.request)
        narrowed = dict.fromkeys(filters.NARROWING.values(), ())
        asked.selection = asked.selection.with_parts(**narrowed)
        return asked


class FormPageView(OnForm, TemplateView):
    """What each named cell gets for the campaigns and the region chosen, and what stays empty."""

    template_name = "campaigns/reports/form_page.html"

    def get_context_data(self, **kwargs) -> dict:
        form, asked = self.report_form, self.asked
        may_change = changes_campaigns(self.request.user)
        context = super().get_context_data(
            report_form=form,
            filters=asked,
            selection=asked.selection,
            chosen=asked.selection.campaigns,
            remarks=asked.remarks,
            everyday_code=EVERYDAY,
            regions=[
                (region.code, indented(region))
                for region in Region.objects.visible_to(self.request.user)
            ],
            query=asked.query(channel=None, metric=None, basis=None, language=None),
            may_change=may_change,
            known=names.known().values() if may_change else [],
            **kwargs,
        )
        try:
            seen = keeping.look(form, asked.selection)
        except UnreadableFormError as error:
            return {**context, "problem": str(error)}
        return {
            **context,
            "lines": seen.lines,
            "gaps": seen.gaps,
            "template": seen.template,
            "needs_tick": bool(seen.template.unknown or seen.template.unusable),
        }


class FormTemplateView(OnForm, View):
    """The empty form, to be changed and uploaded as another."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.report_form
        try:
            data = keeping.bytes_of(form)
        except UnreadableFormError as error:
            raise Http404 from error
        return as_file(data, form.file_name or f"{form}.xlsx")


class FormFilledView(OnForm, TemplateView):
    """The filled form, or a page that says what in its address is wrong."""

    template_name = "campaigns/reports/export_refused.html"
    # What the address of a form may say.
    known = ("campaign", "from", "to", "region")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        form, selection = self.report_form, self.asked.selection
        if faults := filters.faults(request.GET, self.asked, self.known):
            page = reverse("campaigns_admin:report_form", args=[form.pk])
            context = self.get_context_data(faults=faults, back=f"{page}?{self.asked.query()}")
            return self.render_to_response(context, status=400)
        try:
            filled = keeping.filled(form, selection)
        except UnreadableFormError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("campaigns_admin:report_form", args=[form.pk]))
        region = "-".join(node.code for node in selection.nodes[:3])
        campaigns = "-".join(selection.campaigns[:3])
        return as_file(filled.data, f"{form}-{campaigns}-{region}.xlsx")


class FormActView(OnForm, View):
    """Make a form active, withdraw it, or delete one that never was active."""

    http_method_names = ["post"]
    permission_required = "change"

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        form, user = self.report_form, request.user
        back = reverse("campaigns_admin:report_form", args=[form.pk])
        try:
            if act == "activate":
                keeping.activate(form, user, with_gaps="with_gaps" in request.POST)
                done = _("The form is active: every region can fill it now.")
            elif act == "withdraw":
                keeping.withdraw(form, user)
                done = _("The form is withdrawn: regions see it no longer.")
            elif act == "delete":
                with transaction.atomic():
                    log(instance=form, action="wagtail.delete")
                    keeping.delete(form, user)
                done, back = _("The form is deleted."), reverse("campaigns_admin:report_forms")
            else:
                raise Http404
        except UnreadableFormError as error:
            messages.error(request, str(error))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            if act != "delete":
                log(instance=form, action="wagtail.edit")
            messages.success(request, done)
        return HttpResponseRedirect(back)


def as_file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return kept_private(response)
