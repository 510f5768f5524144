"""The spelling lexicon's place in the admin: its snippet, its addresses, its log entries."""

from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from content.meanwhile import MeanwhileEdit, MeanwhileForm
from content.models import SpellingException
from content.translation import spelling_views


def _effects(entry: SpellingException) -> str:
    return reverse("kazakh_spelling:effects", args=[entry.pk])


def _in_arabic(entry: SpellingException) -> SafeString:
    return format_html('<span lang="kk-Arab" dir="rtl">{}</span>', entry.arabic)


class ToEffects:
    """After saving comes the offer to re-convert what the entry touches."""

    def get_success_url(self) -> str:
        return _effects(self.object)


class SpellingIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("approved_by")


class SpellingCreateView(ToEffects, CreateView):
    pass


class SpellingEditView(ToEffects, MeanwhileEdit, EditView):
    pass


class SpellingForm(MeanwhileForm):
    """Each word in its script and direction."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cyrillic"].widget.attrs["lang"] = "kk-Cyrl"
        self.fields["arabic"].widget.attrs |= {"lang": "kk-Arab", "dir": "rtl"}


class SpellingViewSet(SnippetViewSet):
    """Switched off rather than deleted: texts may have been made by it."""

    model = SpellingException
    icon = "edit"
    index_view_class = SpellingIndexView
    add_view_class = SpellingCreateView
    edit_view_class = SpellingEditView
    list_display = [
        "cyrillic",
        Column("arabic", label=_("Arabic script"), accessor=_in_arabic, sort_key="arabic"),
        Column("note", label=_("Note")),
        BooleanColumn("is_active", label=_("Active")),
        Column("approved_by", label=_("Approved by")),
        DateColumn("approved_at", label=_("Approved on")),
        TitleColumn(
            "effects", label=_("Texts"), accessor=lambda _entry: _("Show texts"), get_url=_effects
        ),
    ]
    list_filter = {"is_active": ["exact"], "approved_at": ["isnull"]}
    search_fields = ["cyrillic", "arabic", "lower", "note"]
    search_backend_name = None
    copy_view_enabled = False
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("cyrillic"), FieldPanel("arabic")]),
            FieldPanel("note"),
            FieldPanel("is_active"),
        ],
        base_form_class=SpellingForm,
    )

    def register_chooser_viewset(self) -> None:
        """Nothing chooses an exception."""


class SpellingGroup(SnippetViewSetGroup):
    menu_label = _("Kazakh spelling")
    menu_name = "kazakh-spelling"
    menu_icon = "edit"
    menu_order = 206
    items = (SpellingViewSet,)


register_snippet(SpellingGroup)


@hooks.register("register_admin_urls")
def register_spelling_urls() -> list:
    """The screens beside the snippet's own."""
    urlpatterns = [
        path("kazakh-spelling/<int:pk>/", spelling_views.effects, name="effects"),
        path("kazakh-spelling/<int:pk>/approve/", spelling_views.approve, name="approve"),
        path("kazakh-spelling/<int:pk>/reconvert/", spelling_views.reconvert, name="reconvert"),
    ]
    return [path("", include((urlpatterns, "kazakh_spelling")))]


@hooks.register("register_log_actions")
def register_approval(actions) -> None:
    """Who let a spelling count."""
    actions.register_action(
        "content.approve_spelling", _("Approve spelling"), _("Spelling approved")
    )
