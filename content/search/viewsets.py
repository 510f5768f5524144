"""Admin: the questions that editors offer to those who search."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from content.models import PopularQuestion


class PopularQuestionViewSet(ModelViewSet):
    """Words, language and order of each; only these are shown to the public."""

    model = PopularQuestion
    name = "popularquestion"
    icon = "help"
    menu_label = _("Popular questions")
    menu_order = 206
    add_to_admin_menu = True
    list_display = ["text", "get_language_display", "sort_order"]
    list_filter = ["language"]
    search_fields = ["text"]
    search_backend_name = None
    form_fields = ["language", "text", "sort_order"]
    ordering = ["language", "sort_order", "pk"]
    copy_view_enabled = False
    inspect_view_enabled = False
    list_per_page = 50
