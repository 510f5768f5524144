"""The public doors of reach: the beacon and the short link."""

import logging

from django.db.models import F
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    UnreadablePostError,
)
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from campaigns.reach import collector, lines
from campaigns.reach.models import EVERYDAY, TrackedLink

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def hit(request: HttpRequest) -> HttpResponse:
    """204 for whatever could be read, counted or not; 400 naming the field.

    429 for too many from one address, 503 where the store does not take it.
    """
    try:
        told = collector.parse(request.read(collector.MAX_BYTES + 1))
    except UnreadablePostError:
        # Whoever sent it is gone already.
        return JsonResponse({"field": "body", "message": _("The body broke off.")}, status=400)
    except collector.MalformedHitError as error:
        return JsonResponse({"field": error.field, "message": error.message}, status=400)
    if collector.counts(request):
        try:
            collector.take_in(request, told)
        except collector.TurnedAwayError as turned_away:
            return _refuse(turned_away)
    return HttpResponse(status=204)


@require_safe
@never_cache
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """Lead on to the piece; the click is counted here, the visit by the page's own view."""
    if not lines.LINK_CODE.fullmatch(code):
        raise Http404
    links = TrackedLink.objects.select_related("page__locale").annotate(
        edition_code=F("edition__code"), channel_code=F("channel__code")
    )
    link = get_object_or_404(links, code=code)
    if request.method == "GET" and collector.counts(request):
        try:
            collector.take_in(request, collector.Hit(collector.CLICK, link.page.code, link.code))
        except collector.TurnedAwayError as turned_away:
            # The reader gets to the page all the same; that the click is lost has been counted.
            _log(turned_away)
    marks = {
        "q": link.code,
        "utm_source": link.channel_code,
        "utm_medium": "qr",
        "utm_campaign": link.edition_code or EVERYDAY,
    }
    return HttpResponseRedirect(f"{_path_of(link, request)}?{urlencode(marks)}")


def _refuse(turned_away: collector.TurnedAwayError) -> HttpResponse:
    _log(turned_away)
    too_many = turned_away.reason == collector.Reason.LIMITED
    return JsonResponse(
        {"message": _("Not counted: please try again.")},
        status=429 if too_many else 503,
        headers={"Retry-After": "60"},
    )


def _log(turned_away: collector.TurnedAwayError) -> None:
    """Only what an operator has to mend; the rest is in the counts."""
    if turned_away.__cause__ is not None:
        logger.error("a hit could not be kept: %s", turned_away.__cause__)


def _path_of(link: TrackedLink, request: HttpRequest) -> str:
    parts = link.page.get_url_parts(request) if link.page.live else None
    return parts[2] if parts and parts[2] else f"/{link.page.locale.language_code}/"
