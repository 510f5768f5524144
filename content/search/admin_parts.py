"""What the search hangs into Wagtail's admin: the report and the popular questions."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.search.report_views import ReleaseView, SearchReportView
from content.search.viewsets import PopularQuestionViewSet


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
def search_report_menu_item() -> MenuItem:
    return SearchReportMenuItem(
        _("Searches"), reverse_lazy("search_report"), icon_name="search", order=1000
    )
