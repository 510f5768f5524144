"""How the translation desk stands in Wagtail's admin."""

from django.http import HttpRequest
from django.urls import include, path
from wagtail import hooks

from content.translation.desk import doors, opening, urls

hooks.register("before_edit_page", opening.open_desk, order=opening.ORDER)


@hooks.register("register_admin_urls")
def register_desk_urls() -> list:
    """The translation desk, below /admin/."""
    return [path("", include((urls.urlpatterns, "translation_desk")))]


@hooks.register("register_admin_urls", order=doors.ORDER)
def register_doors() -> list:
    """In the place of wagtail-localize's own views."""
    return [path("", include((doors.urlpatterns, "translation_doors")))]


@hooks.register("construct_page_action_menu")
def leave_out_aliases(menu_items: list, request: HttpRequest, context: dict) -> None:
    """A version never becomes a copy of the Chinese by a click (see `doors.convert_to_alias`)."""
    menu_items[:] = [item for item in menu_items if item.name != opening.TO_ALIAS]
