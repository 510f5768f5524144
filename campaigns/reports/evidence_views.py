"""Screens of evidence packages: ask for one, see how far it is, take it away."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.log_actions import log
from wagtail.permissions import ModelPermissionPolicy

from campaigns.calendar.models import Edition
from campaigns.calendar.private_files import handed_out
from campaigns.regions.forms import RegionChoiceField
from campaigns.regions.models import Region
from campaigns.regions.scope import visible_paths
from campaigns.reports.evidence import making
from campaigns.reports.models import EvidencePackage
from campaigns.reports.screens import ReportScreen, dashboard_step

A_PAGE = 20
# While something is being made the list is loaded again, so that the browser shows how far it is.
RELOAD_SECONDS = 5


class EvidenceForm(forms.Form):
    editions = forms.ModelMultipleChoiceField(
        Edition.objects.all(),
        label=gettext_lazy("Campaigns"),
        required=False,
        # By code, as in addresses; a number without end would be none for every database.
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    everyday = forms.BooleanField(
        label=gettext_lazy("With everyday education"),
        required=False,
        help_text=gettext_lazy("Sessions, short links and figures of no campaign."),
    )
    region = RegionChoiceField(
        label=gettext_lazy("Region"), help_text=gettext_lazy("With all that lies below it.")
    )
    first = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: from the beginning. Narrows sessions, pushes and figures."),
    )
    last = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: until now."),
    )

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.visible_to(user)
        self.fields["region"].queryset = regions
        top = regions.filter(path__in=visible_paths(user)).first() or regions.first()
        self.fields["region"].initial = top


class EvidenceScreen(ReportScreen):
    """A page about evidence packages, one's own."""

    permission_policy = ModelPermissionPolicy(EvidencePackage)
    permission_required = "add"
    header_icon = "download"

    def trail(self) -> list[dict]:
        return [
            dashboard_step(),
            {"url": reverse("campaigns_admin:evidence"), "label": _("Evidence packages")},
        ]


class EvidenceListView(EvidenceScreen, TemplateView):
    """My packages, the newest first, and how far those are that are on their way."""

    template_name = "campaigns/reports/evidence_list.html"
    page_title = gettext_lazy("Evidence packages")

    def trail(self) -> list[dict]:
        return [dashboard_step()]

    def get_context_data(self, **kwargs) -> dict:
        mine = EvidencePackage.objects.visible_to(self.request.user)
        mine = mine.select_related("region").prefetch_related("editions")
        page = Paginator(mine, A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            packages=page,
            is_working=any(package.is_open for package in page),
            days_kept=making.KEPT.days,
            seconds=RELOAD_SECONDS,
            **kwargs,
        )

    def render_to_response(self, context: dict, **kwargs) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        if context["is_working"]:
            response["Refresh"] = str(RELOAD_SECONDS)
        return response


class EvidenceNewView(EvidenceScreen, FormView):
    template_name = "campaigns/reports/evidence_new.html"
    page_title = gettext_lazy("Make an evidence package")
    form_class = EvidenceForm

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form: EvidenceForm) -> HttpResponse:
        try:
            package, is_new = making.request(self.request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        if is_new:
            log(instance=package, action="wagtail.create")
            messages.success(
                self.request,
                _("Noted. It is made within a few minutes; you can leave this page meanwhile."),
            )
        else:
            messages.info(self.request, _("The same package is on its way already."))
        return HttpResponseRedirect(reverse("campaigns_admin:evidence"))


class EvidenceDownloadView(EvidenceScreen, View):
    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        mine = EvidencePackage.objects.visible_to(request.user)
        package = get_object_or_404(mine, pk=pk, state=EvidencePackage.State.MADE)
        name = f"evidence-{package.region.code}-{package.made_at:%Y%m%d}-{package.pk}.zip"
        return handed_out(package.file, name)


class EvidenceActView(EvidenceScreen, View):
    """Delete a package, or have one that failed tried again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        package = get_object_or_404(EvidencePackage.objects.visible_to(request.user), pk=pk)
        if act == "delete":
            log(instance=package, action="wagtail.delete")
            making.delete(package)
            messages.success(request, _("The package is deleted."))
        elif act == "again":
            if making.again(package):
                messages.success(request, _("It is tried again within a few minutes."))
        else:
            raise Http404
        return HttpResponseRedirect(reverse("campaigns_admin:evidence"))
