"""Admin screens of content: the words that pieces are sorted by."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import (
    DeleteView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from content.models import Audience, Category


class TermIndexView(IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().annotate(piece_count=Count("pages"))


class TermDeleteView(DeleteView):
    """Keeps a term that pieces use: Wagtail's reference index does not see audience groups."""

    def form_valid(self, form) -> HttpResponse:
        if self.object.pages.exists():
            raise PermissionDenied
        return super().form_valid(form)


class TermViewSet(SnippetViewSet):
    """A term's names in every language, its order, and how many pieces use it."""

    index_view_class = TermIndexView
    delete_view_class = TermDeleteView
    list_display = [
        "name",
        "slug",
        "name_kk_arab",
        "name_kk",
        Column("piece_count", label=_("Pieces"), accessor="piece_count"),
    ]
    search_fields = ["slug", "name", "name_kk_arab", "name_kk"]
    search_backend_name = None
    ordering = ["sort_order", "slug"]  # counting the pieces would drop the model's own
    copy_view_enabled = False
    list_per_page = 50

    def register_chooser_viewset(self) -> None:
        """No pop-up chooser: a dozen words are picked from the form's own list."""


class CategoryViewSet(TermViewSet):
    model = Category
    icon = "tag"


class AudienceViewSet(TermViewSet):
    model = Audience
    icon = "group"


class TermGroup(SnippetViewSetGroup):
    menu_label = _("Subjects and readers")
    menu_name = "terms"
    menu_icon = "tag"
    menu_order = 205
    items = (CategoryViewSet, AudienceViewSet)
