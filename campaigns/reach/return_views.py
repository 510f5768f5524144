"""The screen for a partner's return form."""

import tempfile
from pathlib import Path

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from campaigns.reach.importing.problems import ImportReport
from campaigns.reach.models import ImportBatch
from campaigns.reach.returns import COLUMNS, import_return

MOST_BYTES = 5 * 1024 * 1024
MOST_SHOWN = 50


class ReturnForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Return form"),
        help_text=gettext_lazy("XLSX or CSV, as it came in the package; several may be joined."),
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("Larger than 5 MB: that is no return form."))
        return upload


class ImportReturnView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Takes the file whole or not at all, and says what is wrong row by row."""

    permission_policy = ModelPermissionPolicy(ImportBatch)
    permission_required = "add"
    template_name = "campaigns/reach/import_return.html"
    form_class = ReturnForm
    page_title = gettext_lazy("Import a partner's return form")
    header_icon = "upload"

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("importbatch:index"), "label": _("Imported files")},
            {"url": "", "label": self.get_page_title()},
        ]

    def form_valid(self, form: ReturnForm) -> HttpResponse:
        report = self._import(form.cleaned_data["file"])
        if report.errors:
            shown = [
                {"problem": problem, "column": COLUMNS.get(problem.field, problem.field)}
                for problem in report.problems[:MOST_SHOWN]
            ]
            context = self.get_context_data(form=form, problems=shown, errors=report.errors)
            return self.render_to_response(context)
        counts = {"new": report.new, "changed": report.changed, "unchanged": report.unchanged}
        messages.success(
            self.request,
            _("Imported: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.") % counts,
        )
        return HttpResponseRedirect(reverse("importbatch:index"))

    def _import(self, upload) -> ImportReport:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "return-form"
            path.write_bytes(upload.read())
            return import_return(path, name=upload.name[-200:], by=self.request.user)
