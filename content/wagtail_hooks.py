"""What the content floor tells Wagtail's admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import include, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from content.dates import ACTION as DATES_SET
from content.glossary.bulk import ApproveBulkAction, UseBulkAction
from content.glossary.viewsets import GlossaryTermViewSet
from content.search.report_views import ReleaseView, SearchReportView
from content.search.viewsets import PopularQuestionViewSet
from content.translation import (
    log_lines,
    spelling_admin,  # noqa: F401 registers its own hooks
)
from content.translation.desk import opening as desk_opening
from content.translation.desk import urls as desk_urls
from content.translation.log_lines import day_and_time
from content.translation.notices import say_what_stands, together_button
from content.viewsets import TermGroup

register_snippet(TermGroup)
register_snippet(GlossaryTermViewSet)
for action in (ApproveBulkAction, UseBulkAction):
    hooks.register("register_bulk_action", action)
hooks.register("before_edit_page", desk_opening.open_desk, order=desk_opening.ORDER)


@hooks.register("register_admin_urls")
def register_desk_urls() -> list:
    """The translation desk, below /admin/."""
    return [path("", include((desk_urls.urlpatterns, "translation_desk")))]


@hooks.register("register_admin_viewset")
def register_popular_questions() -> PopularQuestionViewSet:
    return PopularQuestionViewSet()


@hooks.register("register_admin_urls")
def register_search_report() -> list:
    return [
        path("reports/searches/", SearchReportView.as_view(), name="search_report"),
        path(
            "reports/searches/results/",
            SearchReportView.as_view(results_only=True),
            name="search_report_results",
        ),
        path("reports/searches/release/", ReleaseView.as_view(), name="search_release"),
    ]


class SearchReportMenuItem(MenuItem):
    """For those who may see it."""

    def is_shown(self, request) -> bool:
        return request.user.has_perm("content.view_searchcount")


@hooks.register("register_reports_menu_item")
def register_search_report_menu_item() -> MenuItem:
    return SearchReportMenuItem(
        _("Searches"), reverse("search_report"), icon_name="search", order=1000
    )


@hooks.register("register_log_actions")
def register_publish_without_review(actions) -> None:
    """An import with --publish puts a piece before the public that nobody reviewed."""
    actions.register_action(
        "content.publish_without_review",
        _("Publish without review"),
        _("Published by an import, without review"),
    )


hooks.register("register_log_actions", log_lines.register)


@hooks.register("register_permissions")
def register_rights() -> QuerySet:
    return Permission.objects.filter(
        content_type__app_label="content", codename="declare_immaterial"
    )


@hooks.register("register_admin_urls")
def register_admin_urls() -> list:
    return [path("versions/", include("content.translation.version_urls"))]


# Before the desk, which answers with an editor of its own.
hooks.register("before_edit_page", say_what_stands, order=desk_opening.ORDER - 1)


for place in ("register_page_header_buttons", "register_page_listing_more_buttons"):
    hooks.register(place, together_button)


@hooks.register("register_log_actions")
def register_dates_set(actions) -> None:
    """The dates of a piece were set from outside the editor, by a campaign's push."""

    @actions.register_action(DATES_SET)
    class DatesSet(LogFormatter):
        label = _("Set dates")

        def format_message(self, log_entry) -> str:
            after = log_entry.data.get("after", {})
            told = gettext("Goes live: %(begin)s; comes down: %(end)s. %(reason)s") % {
                "begin": day_and_time(after.get("go_live_at")),
                "end": day_and_time(after.get("expire_at")),
                "reason": log_entry.data.get("reason", ""),
            }
            return told.strip()
