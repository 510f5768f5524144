"""Addresses: the admin, health, what campaigns offer to the public, and the zone by language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from campaigns import urls as campaigns_urls
from campaigns.reports.api import report as reach_report_api
from content.api.urls import content_api, nothing_else
from content.search import urls as search_urls
from edu_cms.health import healthz
from edu_cms.home import to_reader_language

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("api/v2/", content_api.urls),
    path("api/reach/v1/report", reach_report_api, name="reach_report_api"),
    nothing_else,
    path("", to_reader_language, name="to_reader_language"),
    path("", include(campaigns_urls)),
]
if settings.SERVE_MEDIA:
    urlpatterns.append(
        re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT})
    )
urlpatterns += i18n_patterns(
    path("", include(search_urls)),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)
