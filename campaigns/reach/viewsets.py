"""Admin screens of this floor."""

from django import forms
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import ModelPermissionPolicy

from campaigns.reach import metrics, qr
from campaigns.reach.filters import ReachEntryFilterSet
from campaigns.reach.metric_viewsets import MetricViewSet
from campaigns.reach.models import ImportBatch, ReachEntry, Target, TrackedLink
from campaigns.regions.forms import RegionChoiceField, ScopedForm
from campaigns.regions.viewsets import (
    ScopedCreateView,
    ScopedIndexView,
    ScopedInspectView,
    ScopedViewSet,
)
from content.models import EducationPage

_ONLY_LOOK = frozenset({"add", "edit", "delete", "usage", "history", "history_results"})


class LookOnlyPolicy(ModelPermissionPolicy):
    """Nobody adds, changes or deletes by hand, a superuser no more than others."""

    def user_has_permission(self, user, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)


class LookOnlyViewSet(ScopedViewSet):
    """List and details, nothing else."""

    withheld = _ONLY_LOOK
    inspect_view_enabled = True
    exclude_form_fields: list[str] = []

    @property
    def permission_policy(self) -> LookOnlyPolicy:
        return LookOnlyPolicy(self.model)


class _InspectLinks:
    """The title of a row leads to its details, since there is nothing to edit."""

    def get_edit_url(self, instance) -> str | None:
        return self.get_inspect_url(instance)


class _NumberColumn(Column):
    """A count with separators, set flush right."""

    def __init__(self, name: str, **kwargs) -> None:
        super().__init__(name, classname="figure", **kwargs)

    def get_value(self, instance) -> str:
        return f"{super().get_value(instance):,}"


class ReachEntryIndexView(_InspectLinks, ScopedIndexView):
    """The ledger, with the sum of what is listed: it equals the figure that led here."""

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("edition", "channel", "region")

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        sums = dict(
            self.get_queryset().order_by().values_list("metric").annotate(total=Sum("count"))
        )
        context["person_times"] = f"{sum(sums.get(code, 0) for code in metrics.reach_codes()):,}"
        context["other_sums"] = [
            {"label": metric.name, "count": f"{sums[code]:,}", "unit": metric.unit}
            for code, metric in metrics.known().items()
            if code in sums and not metric.counts_as_reach
        ]
        return context


class ReachEntryInspectView(ScopedInspectView):
    @cached_property
    def header_buttons(self) -> list:
        entry = self.object
        if entry.corrects_id or not self.request.user.has_perm("campaigns.correct_reachentry"):
            return []
        url = reverse("campaigns_admin:correct_entry", args=[entry.pk])
        return [HeaderButton(_("Correct a figure"), url=url, icon_name="edit")]

    def get_page_subtitle(self) -> str:
        return str(self.object)


class ReachEntryViewSet(LookOnlyViewSet):
    """What stands in the ledger: filled by the collector, by files and by reports."""

    model = ReachEntry
    icon = "list-ul"
    menu_label = _("Ledger")
    menu_order = 100
    index_view_class = ReachEntryIndexView
    inspect_view_class = ReachEntryInspectView
    index_results_template_name = "campaigns/reach/entry_results.html"
    filterset_class = ReachEntryFilterSet
    list_display = [
        TitleColumn(
            "day",
            label=_("Day"),
            accessor=lambda entry: entry.day.isoformat(),
            get_url=lambda entry: reverse("reachentry:inspect", args=[entry.pk]),
        ),
        Column("edition", label=_("Campaign"), accessor="edition"),
        "channel",
        Column("region", label=_("Region"), accessor="region"),
        Column("metric", label=_("Metric"), accessor=lambda entry: metrics.name_of(entry.metric)),
        Column("basis", label=_("Basis"), accessor="get_basis_display"),
        _NumberColumn("count", label=_("Count")),
        Column("content", label=_("Piece"), accessor="content"),
        Column("origin", label=_("Origin"), accessor="get_origin_display"),
    ]
    list_per_page = 50
    inspect_view_fields = [
        "day",
        "edition",
        "channel",
        "account",
        "region",
        "content",
        "language",
        "metric",
        "basis",
        "count",
        "origin",
        "source_key",
        "batch",
        "batch_row",
        "corrects",
        "reason",
        "recorded_at",
        "recorded_by",
    ]


class ImportBatchIndexView(_InspectLinks, ScopedIndexView):
    @cached_property
    def header_buttons(self) -> list:
        if not self.request.user.has_perm("campaigns.add_importbatch"):
            return []
        url = reverse("campaigns_admin:import_return")
        return [HeaderButton(_("Import a partner's return form"), url=url, icon_name="upload")]


class ImportBatchViewSet(LookOnlyViewSet):
    """Files of figures that were committed."""

    model = ImportBatch
    icon = "upload"
    menu_label = _("Imported files")
    menu_order = 200
    index_view_class = ImportBatchIndexView
    list_display = [
        TitleColumn(
            "file_name",
            label=_("File"),
            accessor="file_name",
            get_url=lambda batch: reverse("importbatch:inspect", args=[batch.pk]),
        ),
        _NumberColumn("rows_new", label=_("New rows")),
        _NumberColumn("rows_changed", label=_("Changed rows")),
        _NumberColumn("rows_unchanged", label=_("Unchanged rows")),
        "committed_by",
        DateColumn("committed_at", label=_("Committed at")),
    ]
    inspect_view_fields = [
        "file_name",
        "sha256",
        "rows_new",
        "rows_changed",
        "rows_unchanged",
        "committed_at",
        "committed_by",
    ]


class TargetForm(ScopedForm):
    metric = forms.ChoiceField(label=_("Metric"), choices=metrics.target_choices)


class TargetViewSet(ScopedViewSet):
    """What a campaign aims at."""

    model = Target
    icon = "tasks"
    menu_label = _("Targets")
    menu_order = 300
    withheld = frozenset({"usage"})
    list_display = [
        "edition",
        Column("channel", label=_("Channel"), accessor="channel"),
        "region",
        Column("metric", label=_("Metric"), accessor=lambda row: metrics.name_of(row.metric)),
        _NumberColumn("value", label=_("Target")),
    ]
    list_filter = ["edition", "channel"]
    base_form_class = TargetForm
    panels = [
        FieldPanel("edition"),
        FieldRowPanel([FieldPanel("region"), FieldPanel("channel")]),
        FieldRowPanel([FieldPanel("metric"), FieldPanel("value")]),
    ]


class TrackedLinkForm(ScopedForm):
    """Where a short link leads and counts. A code that was printed stays what it is."""

    region = RegionChoiceField(label=_("Region"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("It may have been printed: it stays.")

    class Meta:
        widgets = {"code": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})}


class TrackedLinkIndexView(ScopedIndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("page", "edition", "channel", "region")


class TrackedLinkCreateView(ScopedCreateView):
    def get_success_url(self) -> str:
        return reverse("trackedlink:inspect", args=[self.object.pk])


class TrackedLinkInspectView(ScopedInspectView):
    """The short address, its QR code, and both to take away."""

    template_name = "campaigns/reach/trackedlink_inspect.html"

    def get_edition_display_value(self) -> str:
        return str(self.object.edition or _("Everyday education"))

    def get_account_display_value(self) -> str:
        return str(self.object.account or "–")

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_context_data(self, **kwargs) -> dict:
        # segno writes the SVG; the model admits only ASCII letters, digits, - and _ in a code.
        code = mark_safe(qr.inline_svg(self.object))  # noqa: S308
        return super().get_context_data(qr_code=code, **kwargs)


class TrackedLinkViewSet(ScopedViewSet):
    """Short addresses and QR codes that tell where a visit came from."""

    model = TrackedLink
    icon = "link"
    menu_label = _("Short links and QR codes")
    menu_order = 400
    index_view_class = TrackedLinkIndexView
    add_view_class = TrackedLinkCreateView
    inspect_view_class = TrackedLinkInspectView
    inspect_view_enabled = True
    withheld = frozenset({"usage"})
    list_display = [
        TitleColumn(
            "label",
            label=_("What it is for"),
            accessor="label",
            get_url=lambda link: reverse("trackedlink:inspect", args=[link.pk]),
        ),
        Column("code", label=_("Short address"), accessor="address"),
        Column("page", label=_("Piece"), accessor="page"),
        Column("edition", label=_("Campaign"), accessor="edition"),
        "channel",
        Column("region", label=_("Region"), accessor="region"),
    ]
    list_filter = ["edition", "channel"]
    search_fields = ["code", "label"]
    search_backend_name = None
    base_form_class = TrackedLinkForm
    panels = [
        FieldPanel("label"),
        FieldPanel("page", widget=AdminPageChooser(target_models=[EducationPage])),
        MultiFieldPanel(
            [
                FieldPanel("edition"),
                FieldRowPanel([FieldPanel("channel"), FieldPanel("account")]),
                FieldPanel("region"),
            ],
            _("Where a visit counts"),
        ),
        FieldPanel("code"),
    ]
    inspect_view_fields = [
        "label",
        "page",
        "edition",
        "channel",
        "account",
        "region",
    ]


VIEWSETS: list[ModelViewSet] = [
    ReachEntryViewSet("reachentry"),
    ImportBatchViewSet("importbatch"),
    TargetViewSet("target"),
    TrackedLinkViewSet("trackedlink"),
    MetricViewSet("metric"),
]
