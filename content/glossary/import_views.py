"""Screens that bring terms in: upload, preview, the word to do it, and the mistakes as a file."""

import csv
import io

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from content.glossary import csv_files, importing, keeping, wording
from content.glossary.forms import TermFileForm
from content.glossary.rows import COLUMNS, UnreadableFileError, label_of
from content.models import GlossaryImport, GlossaryTerm

ROWS_A_PAGE = 50
_CHOICES = {"subject": GlossaryTerm.Subject, "status": GlossaryTerm.Status}


def url(name: str, *args) -> str:
    """The address of one of the glossary's own screens."""
    return reverse(f"wagtailsnippets_content_glossaryterm:{name}", args=args)


def may_import(user) -> bool:
    """A file may add and change terms, so it takes both rights."""
    return user.has_perms(["content.add_glossaryterm", "content.change_glossaryterm"])


class _ImportPage(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    permission_policy = ModelPermissionPolicy(GlossaryTerm)
    header_icon = "upload"
    _show_breadcrumbs = True

    def user_has_any_permission(self, permissions) -> bool:
        return may_import(self.request.user)

    any_permission_required = ["change"]

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": url("list"), "label": _("Glossary")},
            *self.trail(),
            {"url": "", "label": self.get_page_title()},
        ]

    def trail(self) -> list[dict]:
        return []


class UploadView(_ImportPage, FormView):
    """Takes a file, has it checked, and leads to what it would change."""

    template_name = "content/admin/glossary/import_upload.html"
    form_class = TermFileForm
    page_title = gettext_lazy("Import terms")

    def get_context_data(self, **kwargs) -> dict:
        waiting = GlossaryImport.objects.filter(
            staged_by=self.request.user, state=GlossaryImport.State.READY
        ).defer("rows")
        return super().get_context_data(
            columns=[names[0] for names in COLUMNS.values()],
            waiting=[(one, url("import_preview", one.pk)) for one in waiting[:20]],
            may_approve=keeping.may_approve(self.request.user),
            list_url=url("list"),
            **kwargs,
        )

    def form_valid(self, form: TermFileForm) -> HttpResponse:
        upload = form.cleaned_data["file"]
        try:
            data = upload.read(importing.MOST_BYTES + 1)
            staged = importing.stage(data, upload.name, self.request.user)
        except UnreadableFileError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return HttpResponseRedirect(url("import_preview", staged.pk))


class _OnImport(_ImportPage):
    """A file that the user has uploaded and that still waits; anybody else's is 404."""

    page_title = gettext_lazy("What the file would change")

    @cached_property
    def staged(self) -> GlossaryImport:
        waiting = GlossaryImport.objects.filter(
            staged_by=self.request.user, state=GlossaryImport.State.READY
        )
        return get_object_or_404(waiting, pk=self.kwargs["pk"])

    def trail(self) -> list[dict]:
        return [{"url": url("import"), "label": _("Import terms")}]


class PreviewView(_OnImport, TemplateView):
    template_name = "content/admin/glossary/import_preview.html"

    def get_context_data(self, **kwargs) -> dict:
        counts = self.staged.counts
        labels = {
            importing.ERROR: _("With mistakes"),
            importing.NEW: _("New"),
            importing.CHANGED: _("Changed"),
            importing.UNCHANGED: _("Unchanged"),
        }
        tabs = [(name, label, counts[name]) for name, label in labels.items() if counts.get(name)]
        shown = self.request.GET.get("show", "")
        if shown not in {name for name, _label, _number in tabs}:
            shown = tabs[0][0]
        rows = [row for row in self.staged.rows if row["outcome"] == shown]
        page = Paginator(rows, ROWS_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            staged=self.staged,
            tabs=tabs,
            shown=shown,
            page_obj=page,
            lines=[_line(row) for row in page],
            writes=counts.get(importing.NEW, 0) + counts.get(importing.CHANGED, 0),
            wrong=counts.get(importing.ERROR, 0),
            skipped=sorted(self.staged.skipped.items(), key=lambda one: -one[1]),
            may_approve=keeping.may_approve(self.request.user),
            commit_url=url("import_commit", self.staged.pk),
            drop_url=url("import_drop", self.staged.pk),
            errors_url=url("import_errors", self.staged.pk),
            upload_url=url("import"),
            **kwargs,
        )


def _line(row: dict) -> dict:
    """A row of the preview: its number, term, and each field before and after or what is wrong."""
    return {
        "number": row["number"],
        "zh": row["zh"],
        "fields": [
            {
                "label": COLUMNS[name][0],
                "before": _shown(name, row["before"].get(name, "")),
                "after": _shown(name, value),
                "tag": {"kk_arab": "kk-Arab", "kk": "kk-Cyrl"}.get(name),
            }
            for name, value in row["after"].items()
            if name != "zh" and not row["problems"]
        ],
        "problems": [
            {"label": COLUMNS.get(one["field"], (one["field"],))[0], "message": one["message"]}
            for one in row["problems"]
        ],
    }


def _shown(name: str, value: str) -> str:
    if name in _CHOICES and value:
        return label_of(value, _CHOICES[name])
    return "; ".join(wording.lines(value)) if name in wording.LISTS else value


class _Deed(_OnImport, View):
    http_method_names = ["post"]


class CommitView(_Deed):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            counts = importing.commit(self.staged, request.user)
        except importing.SettledError:
            messages.error(request, _("This file has been brought in already."))
            return HttpResponseRedirect(url("list"))
        except importing.StalePreviewError:
            messages.error(
                request,
                _(
                    "The glossary has changed meanwhile, and nothing was brought in. "
                    "Look at the preview again: it is as things stand now."
                ),
            )
            return HttpResponseRedirect(url("import_preview", pk))
        messages.success(
            request,
            _("Brought in: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.")
            % {
                name: counts.get(name, 0)
                for name in (importing.NEW, importing.CHANGED, importing.UNCHANGED)
            },
        )
        return HttpResponseRedirect(url("list"))


class DropView(_Deed):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.staged.delete()
        messages.success(request, _("Given up. Nothing of this file was brought in."))
        return HttpResponseRedirect(url("import"))


class ErrorsView(_OnImport, View):
    """The mistakes as CSV: row, term, field, what is wrong."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([_("Row"), _("Term"), _("Field"), _("What is wrong")])
        for reason in importing.reasons(self.staged):
            writer.writerow([csv_files.harmless(str(cell)) for cell in reason])
        answer = HttpResponse(
            out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = 'attachment; filename="glossary-errors.csv"'
        return answer


urlpatterns = [
    path("import/", UploadView.as_view(), name="import"),
    path("import/<int:pk>/", PreviewView.as_view(), name="import_preview"),
    path("import/<int:pk>/commit/", CommitView.as_view(), name="import_commit"),
    path("import/<int:pk>/drop/", DropView.as_view(), name="import_drop"),
    path("import/<int:pk>/errors/", ErrorsView.as_view(), name="import_errors"),
]
