"""How readers are counted, told to them, with the switch that leaves them out."""

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.reach.collector import OPT_OUT_COOKIE, asks_not_to_be_counted
from content.hooks import FooterLink
from content.languages import LANGUAGES

# Browsers keep no cookie longer.
_SECONDS = 400 * 24 * 3600


@csrf_exempt  # its token would be a cookie for everybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def counting(request: HttpRequest, language: str) -> HttpResponse:
    """What is kept of a visit, and whether this browser's visits count; POST changes that."""
    if language not in LANGUAGES:
        raise Http404
    if request.method == "POST":
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return HttpResponseForbidden()
        response = HttpResponseRedirect(request.path)
        if request.POST.get("count") == "no":
            response.set_cookie(
                OPT_OUT_COOKIE, "1", _SECONDS, secure=request.is_secure(), samesite="Lax"
            )
        elif request.POST.get("count") == "yes":
            response.delete_cookie(OPT_OUT_COOKIE, samesite="Lax")
        return response
    request.LANGUAGE_CODE = language
    with translation.override(language):
        return render(
            request,
            "campaigns/reach/public/counting.html",
            {
                "version_urls": {
                    code: reverse("campaigns:counting", args=[code]) for code in LANGUAGES
                },
                "opted_out": OPT_OUT_COOKIE in request.COOKIES,
                "asked_by_browser": asks_not_to_be_counted(request),
            },
        )


def footer_link(language: str) -> FooterLink:
    """The way there from the foot of every public page."""
    with translation.override(language):
        text = _("How visits are counted")
    return FooterLink(reverse("campaigns:counting", args=[language]), text)
