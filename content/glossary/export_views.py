"""The glossary as a file: what the list shows under its filters."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from content.glossary import csv_files, tbx_writing
from content.models import GlossaryTerm

KINDS = {"csv": "text/csv", "tbx": "application/xml"}


class ExportView(PermissionCheckedMixin, View):
    """All terms, or those that the list's own search and filters choose."""

    permission_policy = ModelPermissionPolicy(GlossaryTerm)
    any_permission_required = ["view", "add", "change", "delete"]
    http_method_names = ["get"]

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        if kind not in KINDS:
            raise Http404
        terms = self.chosen()
        if kind == "csv":
            # With its mark, so that a spreadsheet takes it for what it is.
            body = csv_files.write(terms).encode("utf-8-sig")
        else:
            body = tbx_writing.write(terms, _("Glossary")).encode()
        answer = HttpResponse(body, content_type=f"{KINDS[kind]}; charset=utf-8")
        name = f"glossary-{timezone.localdate():%Y%m%d}.{kind}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "private, no-cache"
        return answer

    def chosen(self):
        from content.glossary.viewsets import GlossaryTermFilterSet

        terms = GlossaryTerm.objects.search(self.request.GET.get("q", "")).order_by("zh")
        return GlossaryTermFilterSet(self.request.GET, queryset=terms, request=self.request).qs
