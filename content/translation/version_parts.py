"""What the state of a piece's versions hangs into Wagtail's admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import include, path
from wagtail import hooks

from content.translation import log_lines
from content.translation.desk import opening
from content.translation.notices import say_what_stands, together_button

hooks.register("register_log_actions", log_lines.register)
# Before the desk, which answers with an editor of its own.
hooks.register("before_edit_page", say_what_stands, order=opening.ORDER - 1)
for place in ("register_page_header_buttons", "register_page_listing_more_buttons"):
    hooks.register(place, together_button)


@hooks.register("register_permissions")
def register_rights() -> QuerySet:
    return Permission.objects.filter(
        content_type__app_label="content", codename="declare_immaterial"
    )


@hooks.register("register_admin_urls")
def register_version_urls() -> list:
    return [path("versions/", include("content.translation.version_urls"))]
