"""Screens that bring a file of figures in: upload, progress, preview, commit, take back."""

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from campaigns.calendar.models import Edition
from campaigns.calendar.private_files import kept_private
from campaigns.channels.models import Channel
from campaigns.reach.importing import batches, giving_back, rights, template_file, working
from campaigns.reach.importing.files import XLSX
from campaigns.reach.importing.problems import UnreadableFileError
from campaigns.reach.importing.reading import MOST_BYTES
from campaigns.reach.importing.words import COLUMNS
from campaigns.reach.models import EVERYDAY, BatchWarning, ImportBatch, ImportRow
from campaigns.regions.viewsets import ScopedInspectView

ROWS_A_PAGE = 50
WARNINGS_SHOWN = 20
REFRESH_SECONDS = 2


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of figures"),
        help_text=gettext_lazy("XLSX, or CSV in UTF-8 or GB18030; 64 MB and 500,000 rows at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(
                _("larger than %(size)s MB: split the file") % {"size": MOST_BYTES // 1024**2}
            )
        return upload


class ImportPage(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    permission_policy = ModelPermissionPolicy(ImportBatch)
    permission_required = "add"
    header_icon = "upload"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("importbatch:index"), "label": _("Imported files")},
            *self.trail(),
            {"url": "", "label": self.get_page_title()},
        ]

    def trail(self) -> list[dict]:
        return []


class UploadView(ImportPage, FormView):
    """Takes the file and has it checked; what comes of it stands on the batch's own page."""

    template_name = "campaigns/reach/import_upload.html"
    form_class = UploadForm
    page_title = gettext_lazy("Import figures")

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(columns=COLUMNS.values(), **kwargs)

    def form_valid(self, form: UploadForm) -> HttpResponse:
        upload = form.cleaned_data["file"]
        try:
            batch = batches.stage(upload.read(), upload.name, self.request.user)
        except UnreadableFileError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        working.set_to_work(batch)
        return HttpResponseRedirect(reverse("importbatch:inspect", args=[batch.pk]))


class BatchView(ScopedInspectView):
    """One file: how far it is, what each row comes to, and what can be done about it."""

    template_name = "campaigns/reach/import_batch.html"

    def get_page_subtitle(self) -> str:
        return self.object.file_name

    @cached_property
    def is_wholly_mine(self) -> bool:
        return rights.may_handle(self.object, self.request.user)

    @cached_property
    def may_handle(self) -> bool:
        return self.request.user.has_perm("campaigns.add_importbatch") and self.is_wholly_mine

    @cached_property
    def rows(self):
        return self.object.rows.visible_to(self.request.user)

    def tabs(self) -> list[dict]:
        """Outcomes that occur, with how many rows the user sees of each."""
        numbers = dict(self.rows.order_by().values_list("outcome").annotate(number=Count("pk")))
        found = [
            {"outcome": outcome.value, "label": outcome.label, "number": numbers[outcome.value]}
            for outcome in ImportRow.Outcome
            if numbers.get(outcome.value)
        ]
        # What asks for somebody comes first.
        return sorted(found, key=lambda tab: tab["outcome"] not in ImportRow.WRONG)

    def marked(self) -> ImportRow | None:
        """The row that an entry of the ledger came from, where one leads here."""
        number = self.request.GET.get("row", "")
        if not (number.isdecimal() and len(number) < 10):
            return None
        return self.rows.filter(number=int(number)).first()

    def get_context_data(self, **kwargs) -> dict:
        batch = self.object
        told = super().get_context_data(
            batch=batch,
            state=ImportBatch.State,
            may_handle=self.may_handle,
            refresh=REFRESH_SECONDS if batch.is_in_work else None,
            percent=_percent(batch),
            twin=batch.twins().visible_to(self.request.user).first(),
            **kwargs,
        )
        if batch.is_in_work:
            return told
        tabs = self.tabs()
        shown = self.request.GET.get("show", "")
        if shown not in {tab["outcome"] for tab in tabs}:
            shown = tabs[0]["outcome"] if tabs else ""
        marked = self.marked()
        if marked:
            shown = marked.outcome
        rows, number = self.rows.filter(outcome=shown), self.request.GET.get("p")
        if marked:
            number = rows.filter(number__lt=marked.number).count() // ROWS_A_PAGE + 1
        page = Paginator(rows, ROWS_A_PAGE).get_page(number)
        return {
            **told,
            "facts": self.facts(tabs),
            "tabs": tabs,
            "shown": shown,
            "page_obj": page,
            "marked": marked.number if marked else None,
            "columns": COLUMNS.values(),
            "lines": [_line(row) for row in page],
            "totals": _totals(batch)
            if self.is_wholly_mine and rights.may_see_totals(batch, self.request.user)
            else [],
            "warnings": self.warnings() if self.is_wholly_mine else [],
            "has_open_warnings": self.may_handle
            and batch.warnings.filter(accepted_at=None).exists(),
            "can_commit": self.may_handle
            and batch.state == ImportBatch.State.READY
            and bool(batch.fingerprint),
            "will_write": batch.rows_new or batch.rows_changed or batch.rows_held,
            "entries_url": reverse("reachentry:index"),
            "held_number": batch.held.pending().visible_to(self.request.user).count(),
        }

    def facts(self, tabs: list[dict]) -> list[tuple[str, int]]:
        """How many rows came to what; of somebody else's file only the user's own."""
        batch, numbers = self.object, {tab["outcome"]: tab["number"] for tab in tabs}
        mine, outcome = self.is_wholly_mine, ImportRow.Outcome
        wrong = sum(numbers.get(one, 0) for one in ImportRow.WRONG)
        return [
            (_("New"), batch.rows_new if mine else numbers.get(outcome.NEW, 0)),
            (_("Changed"), batch.rows_changed if mine else numbers.get(outcome.CHANGED, 0)),
            (_("Unchanged"), batch.rows_unchanged if mine else numbers.get(outcome.UNCHANGED, 0)),
            (_("Held"), batch.rows_held if mine else numbers.get(outcome.HELD, 0)),
            (_("With mistakes"), batch.rows_wrong if mine else wrong),
        ]

    def warnings(self) -> list[dict]:
        """By kind: how many, the first of them, and who accepted them."""
        found = []
        for kind in BatchWarning.Kind:
            of_kind = self.object.warnings.filter(kind=kind)
            number = of_kind.count()
            if number:
                first = of_kind.first()
                found.append(
                    {
                        "kind": kind.value,
                        "label": kind.label,
                        "number": number,
                        "some": of_kind[:WARNINGS_SHOWN],
                        "more": max(0, number - WARNINGS_SHOWN),
                        "accepted": first.accepted_at,
                        "accepted_name": first.accepted_name,
                    }
                )
        return found


class TemplateFileView(ImportPage, View):
    """An empty workbook whose lists hold what this user may fill in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return handed(template_file.as_xlsx(request.user), XLSX, _("reach-template") + ".xlsx")


def handed(data: bytes, kind: str, name: str) -> HttpResponse:
    """The file as a download."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return kept_private(answer)


def _percent(batch: ImportBatch) -> int | None:
    if not batch.rows_expected or not batch.rows_done:
        return None
    return min(99, 100 * batch.rows_done // batch.rows_expected)


def _line(row: ImportRow) -> dict:
    return {
        "number": row.number,
        "cells": row.cells,
        "before": row.before,
        "problems": [
            {"field": giving_back.label_of(one["field"]), "message": one["message"]}
            for one in row.problems
        ],
    }


def _totals(batch: ImportBatch) -> list[dict]:
    editions = dict(Edition.objects.values_list("code", "name"))
    channels = dict(Channel.objects.values_list("code", "name"))
    return [
        {
            "campaign": _("Everyday education")
            if one["campaign"] == EVERYDAY
            else editions.get(one["campaign"], one["campaign"]),
            "channel": channels.get(one["channel"], one["channel"]),
            "before": one["before"],
            "difference": one["difference"],
            "after": one["before"] + one["difference"],
        }
        for one in batch.totals
    ]
