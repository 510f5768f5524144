"""Admin screens of this floor."""

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminPageChooser

from campaigns.reach import metrics, qr
from campaigns.reach.entry_views import EntriesView, EntryView
from campaigns.reach.filters import ReachEntryFilterSet
from campaigns.reach.held_viewsets import HeldEntryViewSet
from campaigns.reach.import_viewsets import ImportBatchViewSet
from campaigns.reach.looking import LookOnlyViewSet, NumberColumn
from campaigns.reach.metric_viewsets import MetricViewSet
from campaigns.reach.models import ReachEntry, Target, TrackedLink
from campaigns.regions.forms import RegionChoiceField, ScopedForm
from campaigns.regions.viewsets import (
    ScopedCreateView,
    ScopedIndexView,
    ScopedInspectView,
    ScopedViewSet,
)
from content.models import EducationPage


class ReachEntryViewSet(LookOnlyViewSet):
    """What stands in the ledger: filled by the collector, by files and by reports."""

    model = ReachEntry
    icon = "list-ul"
    menu_label = _("Ledger")
    menu_order = 100
    index_view_class = EntriesView
    inspect_view_class = EntryView
    index_results_template_name = "campaigns/reach/entry_results.html"
    filterset_class = ReachEntryFilterSet
    list_display = [
        TitleColumn(
            "day",
            label=_("Day"),
            accessor=lambda entry: entry.day.isoformat(),
            get_url=lambda entry: reverse("reachentry:inspect", args=[entry.pk]),
            classname="title short",
        ),
        Column("edition", label=_("Campaign"), accessor="edition"),
        Column("channel", label=_("Channel"), accessor="channel", classname="short"),
        Column("region", label=_("Region"), accessor="region", classname="short"),
        Column(
            "metric",
            label=_("Metric"),
            accessor=lambda entry: metrics.name_of(entry.metric),
            classname="short",
        ),
        Column("basis", label=_("Basis"), accessor="get_basis_display", classname="short"),
        NumberColumn("count", label=_("Count")),
        Column("content", label=_("Piece"), accessor="piece", classname="wordy"),
        Column("origin", label=_("Origin"), accessor="get_origin_display", classname="short"),
    ]
    # Paged by key, in the view.
    list_per_page = None
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
        Column(
            "channel",
            label=_("Channel"),
            accessor=lambda row: row.channel or _("all channels"),
            classname="short",
        ),
        "region",
        Column("metric", label=_("Metric"), accessor=lambda row: metrics.name_of(row.metric)),
        NumberColumn("value", label=_("Target")),
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
        code = mark_safe(qr.inline_svg(self.object.address))  # noqa: S308
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
    ImportBatchViewSet("importbatch", url_prefix="reach-imports"),
    HeldEntryViewSet("heldentry", url_prefix="reach-held"),
    TargetViewSet("target"),
    TrackedLinkViewSet("trackedlink"),
    MetricViewSet("metric"),
]
