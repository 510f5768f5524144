"""Screens of PO files: taking translations out, and bringing them in after a preview."""

from collections import Counter
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.models import Locale
from wagtail_localize.models import Translation

from content.models import EducationPage, PoImport
from content.naming import person_name
from content.translation import po_importing, po_reading, po_writing, rights
from content.translation.po_checking import IMPORTED, Verdict
from content.translation.screens import QueueScreen, standing_or_404

# So many entries of a verdict are shown; conflicts, about which somebody decides, all.
SHOWN = 200
LATEST = 20


def export(pairs: list[tuple[UUID, Locale]]) -> HttpResponse | None:
    """One PO file, or a ZIP of them, of those that are begun; None where none is."""
    rows = Translation.objects.filter(
        enabled=True,
        source__object_id__in={key for key, _locale in pairs},
        target_locale__in={locale for _key, locale in pairs},
    ).select_related("source__specific_content_type", "target_locale")
    wanted = {(key, locale.pk) for key, locale in pairs}
    found = [row for row in rows if (row.source.object_id, row.target_locale_id) in wanted]
    if not found:
        return None
    codes = dict(
        EducationPage.objects.filter(
            translation_key__in={row.source.object_id for row in found},
            locale__language_code=rights.SOURCE_LANGUAGE,
        ).values_list("translation_key", "code")
    )
    files = [
        (
            po_writing.file_name(
                codes.get(row.source.object_id, str(row.uuid)), row.target_locale.language_code
            ),
            po_writing.po_of(row),
        )
        for row in found
    ]
    if len(files) == 1:
        return _download(files[0][0], po_writing.text_of(files[0][1]), "text/x-gettext-translation")
    return _download("translations.zip", po_writing.zip_of(files), "application/zip")


def _download(name: str, content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


class ExportView(View):
    """One piece in one language as a PO file."""

    def get(self, request: HttpRequest, key: UUID, language: str) -> HttpResponse:
        rights.ask_to_translate(request.user)
        locales = {one.language_code: one for one in rights.locales_of(request.user)}
        response = export([(key, locales[language])]) if language in locales else None
        if response is None:
            raise Http404
        return response


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("PO file, or a ZIP of PO files"),
        help_text=gettext_lazy("In UTF-8, exported from here, at most 5 MB."),
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > po_reading.MOST_BYTES:
            raise ValidationError(
                _("larger than %(size)s MB") % {"size": po_reading.MOST_BYTES // 1024**2}
            )
        return upload


class UploadView(QueueScreen, FormView):
    """A file comes in; what it would do is shown next."""

    must_translate = True
    template_name = "content/admin/translation/po_upload.html"
    page_title = gettext_lazy("Import a PO file")
    form_class = UploadForm

    @cached_property
    def only(self) -> Translation | None:
        """The translation that the file has to be of, where somebody came from one."""
        key, language = self.request.GET.get("key", ""), self.request.GET.get("language", "")
        if not key:
            return None
        try:
            number = standing_or_404(UUID(key), language).translation_pk
        except ValueError as error:
            raise Http404 from error
        return get_object_or_404(Translation, pk=number)

    def get_context_data(self, **kwargs) -> dict:
        own = {one.pk for one in rights.locales_of(self.request.user)}
        latest = PoImport.objects.exclude(state=PoImport.State.PREVIEWED)
        latest = latest.defer("entries", "written").select_related("uploaded_by")[:LATEST]
        return super().get_context_data(
            only=self.only,
            latest=[
                (one, person_name(one.uploaded_by)) for one in latest if own.issuperset(one.locales)
            ],
            **kwargs,
        )

    def form_valid(self, form: UploadForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            found = po_importing.preview(file.name, file.read(), self.request.user, self.only)
        except po_reading.UnreadablePo as refusal:
            form.add_error("file", str(refusal))
            return self.form_invalid(form)
        return redirect("translation:po_import", key=found.key)


class ImportView(QueueScreen, TemplateView):
    """What a file would change, or has changed."""

    must_translate = True
    template_name = "content/admin/translation/po_import.html"
    page_title = gettext_lazy("Import of a PO file")

    def get_page_subtitle(self) -> str:
        return self.po_import.file_name

    @cached_property
    def po_import(self) -> PoImport:
        """A preview is its uploader's; an import is everybody's who may translate its languages."""
        found = get_object_or_404(
            PoImport.objects.select_related("uploaded_by"), key=self.kwargs["key"]
        )
        is_mine = found.uploaded_by_id == self.request.user.pk
        own = {one.pk for one in rights.locales_of(self.request.user)}
        if not own.issuperset(found.locales):
            raise Http404
        if found.state == PoImport.State.PREVIEWED and not is_mine:
            raise Http404
        return found

    def get_context_data(self, **kwargs) -> dict:
        entries = list(enumerate(po_importing.entries_of(self.po_import)))
        counts = Counter(one.verdict for _number, one in entries)
        groups = [
            {
                "verdict": verdict,
                "count": counts[verdict],
                "is_imported": verdict in IMPORTED,
                "entries": [pair for pair in entries if pair[1].verdict == verdict][
                    : None if verdict == Verdict.CONFLICT else SHOWN
                ],
            }
            for verdict in Verdict
            if counts[verdict] and verdict != Verdict.UNCHANGED
        ]
        return super().get_context_data(
            po_import=self.po_import,
            person=person_name(self.po_import.uploaded_by),
            groups=groups,
            unchanged=counts[Verdict.UNCHANGED],
            to_import=sum(counts[verdict] for verdict in IMPORTED),
            has_conflicts=bool(counts[Verdict.CONFLICT]),
            shown=SHOWN,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        given = request.POST.getlist("take")
        taken = {int(n) for n in given if n.isascii() and n.isdigit() and len(n) < 9}
        try:
            n = po_importing.commit(self.po_import, taken, request.user)
        except po_importing.CannotImport as refusal:
            messages.error(request, str(refusal))
        else:
            text = ngettext("%(n)s translation imported.", "%(n)s translations imported.", n)
            messages.success(request, text % {"n": n})
        return redirect("translation:po_import", key=self.po_import.key)


class UndoView(ImportView):
    """Asks before an import is taken back as a whole."""

    template_name = "content/admin/translation/po_undo.html"
    page_title = gettext_lazy("Take an import back")

    def get_context_data(self, **kwargs) -> dict:
        if self.po_import.state != PoImport.State.DONE:
            raise Http404
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            n = po_importing.undo(self.po_import, request.user)
        except po_importing.CannotImport as refusal:
            messages.error(request, str(refusal))
        else:
            text = ngettext("%(n)s translation taken back.", "%(n)s translations taken back.", n)
            messages.success(request, text % {"n": n})
        return redirect(reverse("translation:po_import", args=[self.po_import.key]))
