"""Targets of an edition: the grid, the spreadsheet, the split down the tree."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.permissions import ModelPermissionPolicy

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.plans import grid
from campaigns.plans.splitting import Split, split_target
from campaigns.plans.target_files import as_xlsx, import_targets
from campaigns.plans.telling import unit_of
from campaigns.plans.views.preview import OnEdition, PreviewView
from campaigns.reach import metrics
from campaigns.reach.importing.reading import MOST_BYTES
from campaigns.reach.models import Target
from campaigns.regions.forms import RegionChoiceField
from campaigns.regions.models import Region
from campaigns.regions.scope import sees_everything, visible_paths

MOST_PROBLEMS_SHOWN = 50


class OnTargets(OnEdition):
    """A page about an edition's targets."""

    permission_policy = ModelPermissionPolicy(Target)
    permission_required = "change"
    header_icon = "tasks"

    @cached_property
    def grid_url(self) -> str:
        return reverse("edition:targets", args=[self.edition.pk])

    def trail(self) -> list[dict]:
        return [*super().trail(), {"url": self.grid_url, "label": _("Targets")}]

    @cached_property
    def top(self) -> Region | None:
        """The region that is looked at: the one asked for, or the user's own topmost."""
        mine = Region.objects.visible_to(self.request.user)
        if code := self.request.GET.get("region", ""):
            return get_object_or_404(mine, code=code)
        if sees_everything(self.request.user):
            return mine.first()
        return mine.filter(path__in=visible_paths(self.request.user)).first()

    @cached_property
    def metric(self) -> str:
        asked = self.request.GET.get("metric", "")
        return asked if asked in dict(metrics.target_choices()) else Target.PERSON_TIMES


class GridView(OnTargets, TemplateView):
    """Plain inputs: a row a region, a column a channel, for one metric."""

    permission_required = "view"
    template_name = "campaigns/plans/targets.html"
    page_title = gettext_lazy("Targets")

    def trail(self) -> list[dict]:
        return super().trail()[:-1]

    @cached_property
    def regions(self) -> list[Region]:
        if self.top is None:
            return []
        below = self.top.get_children().filter(is_active=True)
        return [self.top, *below]

    @cached_property
    def channels(self) -> list[Channel | None]:
        return [None, *Channel.objects.all()]

    def may(self, verb: str) -> bool:
        return self.permission_policy.user_has_permission(self.request.user, verb)

    def get_context_data(self, typed=None, problems=None, **kwargs) -> dict:
        top = self.top
        rows = grid.rows(
            self.edition, self.metric, self.regions, self.channels, typed=typed, problems=problems
        )
        mine = Region.objects.visible_to(self.request.user)
        return super().get_context_data(
            rows=rows,
            totals=grid.totals(self.edition, self.metric, self.regions[1:], self.channels),
            has_below=len(self.regions) > 1,
            unit=unit_of(self.metric),
            problems=problems,
            channels=self.channels,
            metrics=metrics.target_choices(),
            metric=self.metric,
            top=top,
            above=[r for r in top.get_ancestors() if mine.filter(pk=r.pk).exists()] if top else [],
            with_children={r.code for r in self.regions[1:] if r.numchild},
            may_change=self.may("change") and self.may("add"),
            is_empty=not any(cell.value for row in rows for cell in row.cells),
            query=urlencode({"metric": self.metric, "region": top.code if top else ""}),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not (self.may("change") and self.may("add")):
            messages.error(request, _("You may look at targets but not change them."))
            return HttpResponseRedirect(self.grid_url)
        told = grid.save(
            self.edition,
            self.metric,
            self.regions,
            self.channels,
            request.POST,
            may_remove=self.may("delete"),
        )
        if told.problems:
            messages.error(request, _("Nothing was saved: look at the marked fields."))
            context = self.get_context_data(typed=request.POST, problems=told.problems)
            return self.render_to_response(context)
        messages.success(
            request,
            _("Saved: %(changed)s changed, %(removed)s removed.")
            % {"changed": told.changed, "removed": told.removed},
        )
        query = urlencode({"metric": self.metric, "region": self.top.code if self.top else ""})
        return HttpResponseRedirect(f"{self.grid_url}?{query}")


class ExportView(OnTargets, View):
    permission_required = "view"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(as_xlsx(self.edition, request.user), content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="targets-{self.edition.code}.xlsx"'
        return response


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File (xlsx or csv)"),
        help_text=gettext_lazy(
            "The exported file, filled in: names or codes. A row without a figure, and whatever the"
            " file does not name, stays as it is."
        ),
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        return upload


class ImportView(OnTargets, FormView):
    form_class = ImportForm
    template_name = "campaigns/plans/import.html"
    page_title = gettext_lazy("Import targets")

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(submit_label=_("Import"), **kwargs)
        return {**context, "back_url": self.grid_url}

    def form_valid(self, form: ImportForm) -> HttpResponse:
        upload = form.cleaned_data["file"]
        with tempfile.NamedTemporaryFile(suffix=Path(upload.name).suffix[:8]) as file:
            for chunk in upload.chunks():
                file.write(chunk)
            file.flush()
            report = import_targets(self.edition, Path(file.name), upload.name, self.request.user)
        if report.errors:
            return self.render_to_response(
                self.get_context_data(
                    form=form, report=report, shown=report.problems[:MOST_PROBLEMS_SHOWN]
                )
            )
        messages.success(
            self.request,
            _("Imported: %(new)s new, %(changed)s changed, %(unchanged)s as before.")
            % {"new": report.new, "changed": report.changed, "unchanged": report.unchanged},
        )
        if report.warnings:
            messages.warning(
                self.request,
                ngettext(
                    "%(n)s row with a target is empty in the file: that target stays."
                    " Remove it in the grid.",
                    "%(n)s rows with a target are empty in the file: those targets stay."
                    " Remove them in the grid.",
                    report.warnings,
                )
                % {"n": report.warnings},
            )
        return HttpResponseRedirect(self.grid_url)


class SplitForm(forms.Form):
    """What is split, and by which weights."""

    EQUAL, UNITS, LAST, TYPED = "equal", "units", "last", "typed"

    region = RegionChoiceField(label=gettext_lazy("Region"))
    channel = forms.ModelChoiceField(
        Channel.objects.all(),
        label=gettext_lazy("Channel"),
        required=False,
        empty_label=gettext_lazy("all channels"),
    )
    metric = forms.ChoiceField(label=gettext_lazy("Metric"), choices=metrics.target_choices)
    total = forms.IntegerField(
        label=gettext_lazy("Total"), min_value=0, max_value=grid.MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    weights = forms.ChoiceField(
        label=gettext_lazy("Weights"),
        widget=forms.RadioSelect,
        initial="units",
        choices=[
            ("equal", gettext_lazy("each region the same")),
            ("units", gettext_lazy("by the number of active units")),
            ("last", gettext_lazy("as the targets of the edition before")),
            ("typed", gettext_lazy("as typed below")),
        ],
    )
    typed = forms.CharField(
        label=gettext_lazy("Weights by code"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line, such as 650000 3; what is not named weighs nothing."),
    )
    to_the_bottom = forms.BooleanField(
        label=gettext_lazy("All the way down, not only the next level"), required=False
    )

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.active().visible_to(user)

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("weights") != self.TYPED:
            return cleaned
        self.by_code: dict[str, int] = {}
        for number, line in enumerate(cleaned.get("typed", "").splitlines(), start=1):
            parts = line.replace(",", " ").replace("，", " ").split()
            if not parts:
                continue
            if len(parts) != 2 or not all(p.isascii() and p.isdecimal() for p in parts):
                self.add_error("typed", _("Line %s: a code, a blank, a whole number.") % number)
            elif len(parts[1]) > 12:
                self.add_error("typed", _("Line %s: the weight is too large.") % number)
            else:
                self.by_code[parts[0]] = int(parts[1])
        if cleaned.get("to_the_bottom"):
            self.add_error(
                "to_the_bottom", _("Typed weights reach the next level only: go on from there.")
            )
        return cleaned

    def weight_of(self, edition: Edition) -> Callable[[Region], int]:
        """The weight of each region, by the chosen way."""
        way = self.cleaned_data["weights"]
        if way == self.TYPED:
            return lambda region: self.by_code.get(region.code, 0)
        if way == self.LAST:
            values = self._last(edition)
            return lambda region: values.get(region.pk, 0)
        if way == self.UNITS:
            paths = list(Region.objects.active().values_list("path", flat=True))
            return lambda region: sum(path.startswith(region.path) for path in paths)
        return lambda _region: 1

    def _last(self, edition: Edition) -> dict[int, int]:
        before = Edition.objects.filter(series=edition.series, year__lt=edition.year)
        targets = Target.objects.filter(
            edition=before.order_by("-year").first(),
            channel=self.cleaned_data["channel"],
            metric=self.cleaned_data["metric"],
        )
        return dict(targets.values_list("region_id", "value"))


class SplitView(OnTargets, PreviewView):
    form_class = SplitForm
    page_title = gettext_lazy("Split a target")
    preview_template = "campaigns/plans/split.html"
    confirm_label = gettext_lazy("Yes, set these targets")

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self) -> dict:
        there = Target.objects.filter(
            edition=self.edition, region=self.top, channel=None, metric=self.metric
        ).first()
        return {
            "region": self.top,
            "metric": self.metric,
            "total": there.value if there else None,
        }

    def get_context_data(self, **kwargs) -> dict:
        return {**super().get_context_data(**kwargs), "back_url": self.grid_url}

    def verb(self, form: SplitForm) -> Callable[[], Split]:
        given, user = form.cleaned_data, self.request.user
        weight_of = form.weight_of(self.edition)
        return lambda: split_target(
            self.edition,
            given["region"],
            channel=given["channel"],
            metric=given["metric"],
            total=given["total"],
            weight_of=weight_of,
            to_the_bottom=given["to_the_bottom"],
            by=user,
        )

    def more(self, result: Split) -> dict:
        return {"replaces": sum(part.before is not None for part in result.parts)}

    def done(self, result: Split) -> str:
        messages.success(self.request, _("%s targets are set.") % len(result.parts))
        return self.grid_url
