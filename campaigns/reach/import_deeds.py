"""What is done with one uploaded file: accept, commit, check again, give up, take back."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, View
from wagtail.admin import messages

from campaigns.reach import relying, reversing
from campaigns.reach.import_views import ImportPage, handed
from campaigns.reach.importing import batches, giving_back, rights, working
from campaigns.reach.importing.files import XLSX
from campaigns.reach.importing.problems import UnreadableFileError
from campaigns.reach.importing.words import REASON
from campaigns.reach.models import BatchWarning, ImportBatch


class OnBatch(ImportPage):
    """A deed on one batch, by somebody who may decide on all that it holds."""

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.batch_pk = kwargs["pk"]

    @cached_property
    def batch(self) -> ImportBatch:
        """Raises Http404 outside the user's regions, and for what is not theirs as a whole."""
        batch = get_object_or_404(
            ImportBatch.objects.visible_to(self.request.user), pk=self.batch_pk
        )
        if not rights.may_handle(batch, self.request.user):
            raise Http404
        return batch

    @property
    def batch_url(self) -> str:
        return reverse("importbatch:inspect", args=[self.batch_pk])

    def trail(self) -> list[dict]:
        return [{"url": self.batch_url, "label": str(self.batch)}]

    def back(self) -> HttpResponse:
        return HttpResponseRedirect(self.batch_url)


class _Deed(OnBatch, View):
    """By POST alone: asks for one thing, says what came of it, and leads back to the batch."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self.batch
        try:
            self.do(batch)
        except batches.WrongStateError:
            messages.error(
                request, _("Somebody has been quicker: look at where the file stands now.")
            )
        return self.back()

    def do(self, batch: ImportBatch) -> None:
        raise NotImplementedError


class AcceptView(_Deed):
    def do(self, batch: ImportBatch) -> None:
        kind = self.request.POST.get("kind", "")
        if batch.state != ImportBatch.State.READY or kind not in BatchWarning.Kind.values:
            raise batches.WrongStateError(batch.state)
        number = batches.accept(batch, kind, self.request.user)
        messages.success(
            self.request,
            ngettext(
                "Accepted in your name: %(n)s warning.",
                "Accepted in your name: %(n)s warnings.",
                number,
            )
            % {"n": number},
        )


class CommitView(_Deed):
    def do(self, batch: ImportBatch) -> None:
        try:
            batches.order_commit(
                batch, self.request.POST.get("fingerprint", "")[:64], self.request.user
            )
        except batches.StalePreviewError:
            messages.error(
                self.request, _("The preview is no longer the one you saw. Look at it again.")
            )
            return
        except batches.WarningsLeftError:
            messages.error(self.request, _("Accept the warnings first, or send a better file."))
            return
        working.set_to_work(batch)
        batch.refresh_from_db()
        if batch.state == ImportBatch.State.COMMITTED:
            messages.success(
                self.request,
                _("Imported: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.")
                % {
                    "new": batch.rows_new,
                    "changed": batch.rows_changed,
                    "unchanged": batch.rows_unchanged,
                },
            )


class CheckAgainView(_Deed):
    def do(self, batch: ImportBatch) -> None:
        batches.check_again(batch)
        working.set_to_work(batch)


class AbandonView(_Deed):
    def do(self, batch: ImportBatch) -> None:
        batches.abandon(batch)
        messages.success(self.request, _("Given up. Nothing of this file was imported."))


class UndoForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Stands beside the figures for good, with your name."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UndoView(OnBatch, FormView):
    """Asks for a reason, says what will happen, and takes the file back as a whole."""

    template_name = "campaigns/reach/import_undo.html"
    form_class = UndoForm
    page_title = gettext_lazy("Take an import back")
    header_icon = "undo"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.batch.state != ImportBatch.State.COMMITTED:
            return self.back()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            batch=self.batch,
            batch_url=self.batch_url,
            decided=self.batch.held.standing().count(),
            **self.told_again(),
            **kwargs,
        )

    def told_again(self) -> dict:
        """Later files that told the same figures: named where the user may see the file."""
        found = relying.relying_on(self.batch)
        named, hidden = relying.named_to(self.request.user, found)
        others = relying.Relying()
        for pk in hidden:
            others.add(found[pk])
        return {
            "relying": [(one, found[one.pk]) for one in named],
            "hidden": len(hidden),
            "relying_hidden": others,
        }

    def form_valid(self, form: UndoForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        try:
            written = batches.undo(self.batch, reason, self.request.user)
        except reversing.BatchInUseError as error:
            form.add_error(None, self.in_use_by(error.batches))
            return self.form_invalid(form)
        except batches.WrongStateError:
            messages.error(
                self.request, _("Somebody has been quicker: look at where the file stands now.")
            )
            return self.back()
        messages.success(
            self.request,
            _("Taken back: %(number)s entries reverse what it had brought.")
            % {"number": f"{written:,}"},
        )
        return self.back()

    def in_use_by(self, later: list[int]) -> str:
        """Which imports stand in the way; of those that the user may not see, how many."""
        named, hidden = relying.named_to(self.request.user, later)
        files = [f"{one.pk} {one}" for one in named]
        if hidden:
            files.append(
                ngettext("%(n)s file of other regions", "%(n)s files of other regions", len(hidden))
                % {"n": len(hidden)}
            )
        return _("Later imports build on this one. Take these back first: %(files)s") % {
            "files": "；".join(files)
        }


class ErrorsFileView(OnBatch, View):
    """The same file, with the reasons written in."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self.batch
        try:
            data, kind = giving_back.errors_file(batch)
        except UnreadableFileError as error:
            messages.error(request, str(error))
            return self.back()
        stem = batch.file_name.rpartition(".")[0] or batch.file_name
        ending = "xlsx" if kind == XLSX else "csv"
        return handed(data, kind, f"{stem}-{REASON}.{ending}")
