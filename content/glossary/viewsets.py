"""The admin screens of the glossary."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from content.glossary import export_views, import_views, keeping
from content.glossary.forms import GlossaryTermForm
from content.meanwhile import MeanwhileEdit
from content.models import GlossaryTerm

# As long as a Kazakh wording may be.
LONGEST_QUERY = GlossaryTerm._meta.get_field("kk").max_length  # noqa: SLF001 Django's documented door


class GlossaryTermFilterSet(WagtailFilterSet):
    status = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Status"),
        choices=GlossaryTerm.Status.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    subject = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Subject"),
        choices=GlossaryTerm.Subject.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = GlossaryTerm
        fields = ["status", "subject", "kk_unread"]


class KazakhColumn(Column):
    """Kazakh in its own script and direction."""

    cell_template_name = "content/admin/glossary/kazakh_cell.html"

    def __init__(self, name: str, tag: str, direction: str, **kwargs) -> None:
        super().__init__(name, **kwargs)
        self.tag, self.direction = tag, direction

    def get_cell_context_data(self, instance, parent_context) -> dict:
        return super().get_cell_context_data(instance, parent_context) | {
            "tag": self.tag,
            "direction": self.direction,
            "unread": self.name == "kk" and instance.kk_unread,
        }


class StatusColumn(Column):
    """The status, and who approved."""

    cell_template_name = "content/admin/glossary/status_cell.html"

    def get_cell_context_data(self, instance, parent_context) -> dict:
        told = super().get_cell_context_data(instance, parent_context)
        approver = instance.approved_by
        told["approver"] = approver and (approver.get_full_name() or approver.get_username())
        return told


class TermSearchForm(SearchForm):
    """The list's search: no longer than any wording is, and so never too long for an address."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["maxlength"] = LONGEST_QUERY

    def clean_q(self) -> str:
        return self.cleaned_data["q"][:LONGEST_QUERY]


class TermIndexView(IndexView):
    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The list; asked for as one of Wagtail's own files, which know no columns, our file."""
        if self.is_export:
            chosen = request.GET.copy()
            del chosen["export"]
            address = import_views.url("export", "csv")
            return HttpResponseRedirect(f"{address}?{chosen.urlencode()}" if chosen else address)
        if len(request.GET.get("q", "")) > LONGEST_QUERY:
            messages.warning(
                request,
                _("The question was long: only its first %(longest)d characters were looked for.")
                % {"longest": LONGEST_QUERY},
            )
        return super().get(request, *args, **kwargs)

    def get_search_form(self) -> TermSearchForm:
        return TermSearchForm(self.request.GET if "q" in self.request.GET else None)

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("approved_by")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset.search(self.search_query) if self.is_searching else queryset

    @cached_property
    def header_buttons(self) -> list:
        buttons = super().header_buttons
        if import_views.may_import(self.request.user):
            buttons.append(
                HeaderButton(
                    _("Import"), url=import_views.url("import"), icon_name="upload", priority=20
                )
            )
        return buttons

    @cached_property
    def header_more_buttons(self) -> list:
        chosen = self.request.GET.urlencode()
        return [
            *super().header_more_buttons,
            *(
                Button(
                    _("Export as %(kind)s") % {"kind": kind.upper()},
                    url=f"{import_views.url('export', kind)}?{chosen}",
                    icon_name="download",
                    priority=100,
                )
                for kind in export_views.KINDS
            ),
        ]


class _TellsWhatFollows:
    def save_instance(self) -> GlossaryTerm:
        term = super().save_instance()
        if term.status == GlossaryTerm.Status.PROPOSED and not keeping.may_approve(
            self.request.user
        ):
            messages.info(
                self.request,
                _("It is a proposal now: shown to translators, and asked for once approved."),
            )
        if term.kk_unread:
            messages.warning(
                self.request,
                _("The Cyrillic was made from the Arabic script: read it, then untick the mark."),
            )
        elif not term.scripts_agree:
            messages.warning(self.request, _("The two Kazakh scripts do not say the same."))
        return term


class TermCreateView(_TellsWhatFollows, CreateView):
    pass


class TermEditView(_TellsWhatFollows, MeanwhileEdit, EditView):
    pass


class GlossaryTermViewSet(SnippetViewSet):
    """Terms: searched in all scripts, filtered, approved by who holds the right to."""

    model = GlossaryTerm
    icon = "openquote"
    menu_label = gettext_lazy("Glossary")
    menu_name = "glossary"
    menu_order = 206
    add_to_admin_menu = True
    index_view_class = TermIndexView
    index_template_name = "content/admin/glossary/index.html"
    add_view_class = TermCreateView
    edit_view_class = TermEditView
    filterset_class = GlossaryTermFilterSet
    copy_view_enabled = False
    search_fields = ["folded"]
    search_backend_name = None
    list_per_page = 50
    list_display = [
        "zh",
        KazakhColumn("kk_arab", "kk-Arab", "rtl", label=gettext_lazy("Arabic script")),
        KazakhColumn("kk", "kk-Cyrl", "ltr", label=gettext_lazy("Cyrillic")),
        Column("subject", label=gettext_lazy("Subject"), accessor="get_subject_display"),
        StatusColumn("status", label=gettext_lazy("Status"), accessor="get_status_display"),
        DateColumn("updated_at", label=gettext_lazy("changed at"), sort_key="updated_at"),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("zh"), FieldPanel("synonyms"), FieldPanel("not_within")],
                gettext_lazy("In Chinese"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("kk_arab"),
                    FieldPanel("kk"),
                    FieldPanel("kk_unread"),
                    FieldPanel("variants"),
                ],
                gettext_lazy("In Kazakh"),
            ),
            MultiFieldPanel(
                [FieldPanel("subject"), FieldPanel("notes"), FieldPanel("source")],
                gettext_lazy("About it"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("status"),
                    FieldRowPanel(
                        [
                            FieldPanel("approved_by", read_only=True),
                            FieldPanel("approved_at", read_only=True),
                        ]
                    ),
                ],
                gettext_lazy("Agreement"),
            ),
        ],
        base_form_class=GlossaryTermForm,
    )

    def register_chooser_viewset(self) -> None:
        """No pop-up chooser: nothing refers to a term."""

    def get_urlpatterns(self) -> list:
        return [
            *super().get_urlpatterns(),
            path("export/<str:kind>/", export_views.ExportView.as_view(), name="export"),
            *import_views.urlpatterns,
        ]
