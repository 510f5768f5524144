"""The doors that partners use without an account: the feed and the package. Both are secret."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

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
    return _kept_private(HttpResponse(content, content_type="application/atom+xml; charset=utf-8"))


@require_safe
def package(request: HttpRequest, signed: str) -> HttpResponse:
    """The package behind that link; 404 once it has ended or was closed."""
    item = items.fetched(signed, timezone.now(), counts=request.method == "GET")
    if item is None:
        raise Http404
    return handed_out_package(item.package, item.page.code)


def handed_out_package(name: str, code: str) -> FileResponse:
    """A kept package as a download. Raises Http404 when it is not there."""
    try:
        stream = package_path(name).open("rb")
    except OSError as error:
        raise Http404 from error
    answer = FileResponse(
        stream, as_attachment=True, filename=f"{code}.zip", content_type="application/zip"
    )
    return _kept_private(answer)


def _kept_private(answer: HttpResponse) -> HttpResponse:
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = "private, no-cache"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
