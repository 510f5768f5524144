"""The screen that puts one figure right: a signed entry of its own, with a reason."""

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from campaigns.reach import ledger, metrics
from campaigns.reach.entry_views import in_words
from campaigns.reach.importing.cells import MOST
from campaigns.reach.models import ReachEntry


class CorrectionForm(forms.Form):
    """`standing` is what the page showed: whoever corrects has seen what they correct."""

    count = forms.IntegerField(
        label=gettext_lazy("Right count"),
        min_value=0,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Stands beside the figure for good, with your name."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    standing = forms.IntegerField(widget=forms.HiddenInput)


class CorrectEntryView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Corrects the entry itself; a correction leads on to what it corrects."""

    permission_policy = ModelPermissionPolicy(ReachEntry)
    permission_required = "correct"
    template_name = "campaigns/reach/correct_entry.html"
    form_class = CorrectionForm
    page_title = gettext_lazy("Correct a figure")
    header_icon = "edit"

    @cached_property
    def entry(self) -> ReachEntry:
        """Raises Http404 outside the user's regions, and for what is itself a correction."""
        entries = ReachEntry.objects.visible_to(self.request.user)
        entry = get_object_or_404(
            entries.select_related("edition", "channel", "account", "region"), pk=self.kwargs["pk"]
        )
        if entry.corrects_id:
            raise Http404
        return entry

    @cached_property
    def standing(self) -> int:
        return ledger.standings({self.entry.pk: self.entry.count})[self.entry.pk].count

    @cached_property
    def entry_url(self) -> str:
        return reverse("reachentry:inspect", args=[self.entry.pk])

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("reachentry:index"), "label": _("Ledger")},
            {"url": self.entry_url, "label": in_words(self.entry)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_initial(self) -> dict:
        return {"count": self.standing, "standing": self.standing}

    def get_context_data(self, **kwargs) -> dict:
        metric = metrics.known()[self.entry.metric]
        return super().get_context_data(
            entry=self.entry,
            metric=metric,
            standing=self.standing,
            corrections=self.entry.corrections.select_related("recorded_by").order_by("pk"),
            entry_url=self.entry_url,
            **kwargs,
        )

    def form_valid(self, form: CorrectionForm) -> HttpResponse:
        told = form.cleaned_data
        try:
            done = ledger.correct(
                self.entry,
                told["count"],
                told["reason"],
                self.request.user,
                seen=told["standing"],
            )
        except ledger.CorrectedMeanwhileError as error:
            form.add_error(
                "count",
                _("Somebody else has corrected it meanwhile: it stands at %(count)s now.")
                % {"count": f"{error.standing:,}"},
            )
            form.data = {**form.data.dict(), "standing": error.standing}
            return self.form_invalid(form)
        if done is None:
            form.add_error("count", _("That is what it stands at already."))
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("Corrected by %(difference)s to %(count)s.")
            % {"difference": f"{done.count:+,}", "count": f"{told['count']:,}"},
        )
        return HttpResponseRedirect(self.entry_url)
