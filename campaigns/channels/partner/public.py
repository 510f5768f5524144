"""The doors that partners use without an account: the feed and the package. Both are secret."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from campaigns.calendar.private_files import handed_out, kept_private
from campaigns.channels.adapters.zipped import package_path
from campaigns.channels.partner import items
from campaigns.channels.partner.feed import feed_of


@require_safe
@conditional_page
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed behind that secret address; 404 for every other."""
    account = items.account_of_feed(token)
    if account is None:
        raise Http404
    content = feed_of(account, settings.SITE_URL + request.path, timezone.now())
    return kept_private(HttpResponse(content, content_type="application/atom+xml; charset=utf-8"))


@require_safe
def package(request: HttpRequest, signed: str) -> HttpResponseBase:
    """The package behind that link; 404 once it has ended or was closed."""
    item = items.fetched(signed, timezone.now(), counts=request.method == "GET")
    if item is None:
        raise Http404
    return handed_out(package_path(item.package), f"{item.page.code}.zip")
