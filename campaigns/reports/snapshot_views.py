"""Closed periods: closing one, one against today, its files, and its total on the website."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.permissions import ModelPermissionPolicy

from campaigns.calendar.private_files import kept_private
from campaigns.reach import sums
from campaigns.reach.display import format_person_times, in_ten_thousands
from campaigns.reach.models import EVERYDAY, ReachEntry
from campaigns.regions.forms import RegionChoiceField
from campaigns.regions.models import Region
from campaigns.reports import exports, figures, filters, freezing, published, showing, snapshots
from campaigns.reports.comparing import Change, Comparison
from campaigns.reports.models import Snapshot
from campaigns.reports.screens import ReportScreen
from campaigns.reports.words import BY_LABELS

ENTRIES_A_PAGE = 50


class PeriodForm(forms.Form):
    """What to close; it only fills the address, where filters.read() takes it from."""

    campaign = forms.MultipleChoiceField(
        label=gettext_lazy("Campaigns"), widget=forms.CheckboxSelectMultiple
    )
    region = RegionChoiceField(
        label=gettext_lazy("Region, with all below it"), to_field_name="code", required=False
    )

    def __init__(self, *args, campaigns, regions, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].choices = campaigns
        self.fields["region"].queryset = regions


class ConfirmForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as: reported to the regulator. It stays with the figures."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label=gettext_lazy("I know that a closed period can be neither changed nor deleted"),
        error_messages={"required": gettext_lazy("Closing cannot be undone: tick that you know.")},
    )


class _SnapshotScreen(ReportScreen):
    permission_policy = ModelPermissionPolicy(Snapshot)
    header_icon = "lock"

    def trail(self) -> list[dict]:
        return [{"url": reverse("snapshot:index"), "label": _("Closed periods")}]


class CloseView(_SnapshotScreen, TemplateView):
    """Which period, what would be frozen, and the confirmation. The address holds the filters."""

    template_name = "campaigns/reports/close.html"
    permission_required = "add"
    page_title = gettext_lazy("Close a period")

    @cached_property
    def asked(self) -> filters.Filters:
        return filters.read(self.request)

    @cached_property
    def selection(self) -> figures.Selection:
        """What the address asks for; missing days are those that have figures."""
        selection = self.asked.selection
        if selection.region is None:
            tops = sums.nodes_for(self.request.user)
            selection = selection.with_region(tops[0] if len(tops) == 1 else None)
        if selection.region:
            first, last = figures.days(selection)
            selection = selection.with_parts(first=first, last=last)
        return selection

    def get_context_data(self, **kwargs) -> dict:
        selection, problem, shown = self.selection, "", None
        try:
            shown = snapshots.preview(selection)
        except snapshots.CannotCloseError as error:
            problem = str(error)
        if shown and not shown.same:
            kwargs.setdefault("confirm", ConfirmForm(initial={"seen": shown.seen}))
        return super().get_context_data(
            filters=self.asked,
            form=self._form(),
            selection=selection,
            preview=shown and _Frozen(shown.content),
            same=shown and shown.same,
            problem=problem,
            carried=self._carried(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *_args, **_kwargs) -> HttpResponse:
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(confirm=form))
        told = form.cleaned_data
        try:
            closed = snapshots.close(self.selection, request.user, told["seen"], told["note"])
        except snapshots.FiguresChangedError:
            messages.warning(
                request,
                _("Figures have come in since you looked: nothing is closed. Look at them again."),
            )
            return HttpResponseRedirect(request.get_full_path())
        except snapshots.CannotCloseError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())
        messages.success(request, _("The period is closed: these figures stay as they are."))
        return HttpResponseRedirect(reverse("snapshot:look", args=[closed.pk]))

    def _form(self) -> PeriodForm:
        everyday = (EVERYDAY, _("Everyday education"))
        return PeriodForm(
            campaigns=[*((one.code, one.name) for one in self.asked.known), everyday],
            regions=Region.objects.visible_to(self.request.user),
            initial={
                "campaign": self.selection.campaigns,
                "region": self.selection.region and self.selection.region.code,
            },
        )

    def _carried(self) -> list[tuple[str, str]]:
        """What narrows the figures and has no field here: (name in the address, code)."""
        return [
            (name, code)
            for name, part in filters.NARROWING.items()
            for code in getattr(self.asked.selection, part)
        ]


class _Frozen:
    """Frozen figures in a template."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.figures = content["figures"]
        self.total = self.figures["total"]["count"]
        self.total_shown = format_person_times(self.total)
        self.kinds = [self._line(row) for row in self.figures["kinds"]]
        self.channels = [self._line(row) for row in self.figures["rows"]["channel"]]
        self.outputs = [self._line(row) for row in self.figures["outputs"]]
        self.persons = freezing.persons_of(content)

    def narrowed(self) -> list[str]:
        """Names of the channels and metrics, bases and languages that alone were looked at."""
        told = self.content["selection"]
        names = {one["code"]: one["name"] for one in self.content["channels"]}
        names |= {one["code"]: one["name"] for one in self.content["metrics"]}
        codes = [*told["channels"], *told["metrics"], *told["bases"], *told["languages"]]
        return [names.get(code, code) for code in codes]

    @staticmethod
    def _line(row: dict[str, Any]) -> dict[str, str]:
        return {"label": row["label"], "count": f"{row['count']:,}", "unit": row["unit"]}


class _OnSnapshot(_SnapshotScreen):
    """A page about one closed period that the user may see."""

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self._pk = kwargs["pk"]

    @cached_property
    def snapshot(self) -> Snapshot:
        visible = Snapshot.objects.visible_to(self.request.user)
        return get_object_or_404(visible.select_related("region", "closed_by"), pk=self._pk)


class SnapshotView(_OnSnapshot, TemplateView):
    """What was frozen, what it would be today, and the entries that make the difference."""

    template_name = "campaigns/reports/snapshot.html"
    page_title = gettext_lazy("Closed period")

    def get_page_subtitle(self) -> str:
        return str(self.snapshot)

    def get_context_data(self, **kwargs) -> dict:
        by = self.request.GET.get("by", "channel")
        by = by if by in figures.BY else "channel"
        snapshot, now = self.snapshot, Comparison(self.snapshot)
        total, today = now.total, now.today()
        shown = _Frozen(snapshot.content)
        return super().get_context_data(
            snapshot=snapshot,
            campaigns=snapshots.campaign_names(snapshot),
            told=snapshot.content["selection"],
            closed=snapshot.content["closed"],
            metrics=snapshot.content["metrics"],
            narrowed=shown.narrowed(),
            total_shown=shown.total_shown,
            persons=shown.persons,
            total=_line(total),
            kinds=[_line(change) for change in now.kinds],
            outputs=[self._linked(change, "metric") for change in now.outputs],
            today=None if today == total.now else format_person_times(today),
            today_exact=f"{today:,}",
            by=by,
            tabs=[(key, label) for key, label in BY_LABELS.items() if key in figures.BY],
            rows=[self._linked(change, by) for change in now.rows(by)],
            exports=self._exports(),
            **self._website(),
            **self._entries(now, by),
            **kwargs,
        )

    def _website(self) -> dict[str, Any]:
        """Whether readers see the total, what speaks against it, and who decided so far."""
        decisions = list(self.snapshot.showings.select_related("shown_by", "taken_back_by"))
        refusal = ""
        try:
            showing.check(self.snapshot)
        except showing.CannotShowError as error:
            refusal = str(error)
        return {
            "shown": next((one for one in decisions if one.taken_back_at is None), None),
            "decisions": decisions,
            "refusal": refusal,
            "may_show": showing.may_show(self.request.user),
            "most_shown": published.MOST,
        }

    def _entries(self, now: Comparison, by: str) -> dict[str, Any]:
        """The later entries, or those behind one figure; only what the user may see of them."""
        key, of = self.request.GET.get("key"), self.request.GET.get("of", by)
        entries = now.entries
        if key is not None and of in figures.BY:
            entries = now.entries_of(of, key)
        count = entries.count()
        visible = self._visible(entries)
        page = Paginator(visible, ENTRIES_A_PAGE).get_page(self.request.GET.get("p"))
        return {
            "entries": page,
            "entries_count": count,
            "entries_hidden": count - page.paginator.count,
            "narrowed_to": key is not None,
            "key": key or "",
            "of": of,
        }

    def _visible(self, entries: QuerySet[ReachEntry]) -> QuerySet[ReachEntry]:
        if not self.request.user.has_perm("campaigns.view_reachentry"):
            return entries.none()
        visible = entries.visible_to(self.request.user).order_by("-pk")
        return visible.select_related("channel", "region", "recorded_by")

    def _linked(self, change: Change, of: str) -> dict[str, Any]:
        """A line whose difference leads to the entries behind it."""
        told = QueryDict(mutable=True)
        told.update({"by": self.request.GET.get("by", "channel"), "of": of, "key": change.key})
        return _line(change) | {"entries": f"?{told.urlencode()}#entries"}

    def _exports(self) -> list[dict]:
        address = reverse("snapshot:export", args=[self.snapshot.pk])
        return [
            {
                "label": label,
                "links": [
                    (kind.upper(), f"{address}?by={by}&format={kind}") for kind in exports.FORMATS
                ],
            }
            for by, label in BY_LABELS.items()
            if by in figures.BY
        ]


def _line(change: Change) -> dict[str, Any]:
    """A change with separators, and a sign where it differs."""
    return {
        "key": change.key,
        "label": change.label,
        "unit": change.unit,
        "frozen": f"{change.frozen:,}",
        "frozen_short": in_ten_thousands(change.frozen),
        "now": f"{change.now:,}",
        "differs": bool(change.later),
        "later": f"{change.later:+,}" if change.later else "0",
    }


class ShowingView(_OnSnapshot, View):
    """Put the total on the website (`do=show`) or take it off (`do=take_back`)."""

    http_method_names = ["post"]
    permission_required = "add"

    def post(self, request: HttpRequest, **_kwargs) -> HttpResponse:
        do, snapshot = request.POST.get("do"), self.snapshot
        if not showing.may_show(request.user):
            raise PermissionDenied
        try:
            if do == "show":
                showing.show(snapshot, request.user)
                messages.success(request, _("The front page of every language shows it now."))
            elif do == "take_back":
                showing.take_back(snapshot, request.user)
                messages.success(request, _("The website shows it no longer."))
            else:
                messages.error(request, _("Say whether to show it or to take it back."))
        except showing.CannotShowError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("snapshot:look", args=[snapshot.pk]))


class SnapshotExportView(_OnSnapshot, View):
    """The frozen figures as a file; `format=frozen`: the text that the checksum is of."""

    def get(self, request: HttpRequest, **_kwargs) -> HttpResponse:
        by, kind = request.GET.get("by", "channel"), request.GET.get("format", "csv")
        name = f"closed-{self.snapshot.pk}"
        if kind == "frozen":
            return _file(self.snapshot.frozen.encode(), "application/json", f"{name}.json")
        if by not in figures.BY or kind not in exports.FORMATS:
            raise Http404
        try:
            told = exports.render(freezing.report_of(self.snapshot, by), kind)
        except exports.NoPdfError as error:
            return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
        return _file(told.data, told.mime, f"{name}-{told.name}")


def _file(data: bytes, mime: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return kept_private(HttpResponse(data, content_type=mime, headers=headers))
