"""How the translation desk stands in Wagtail's admin."""

from django.urls import include, path
from wagtail import hooks

from content.translation.desk import opening, urls

hooks.register("before_edit_page", opening.open_desk, order=opening.ORDER)


@hooks.register("register_admin_urls")
def register_desk_urls() -> list:
    """The translation desk, below /admin/."""
    return [path("", include((urls.urlpatterns, "translation_desk")))]
