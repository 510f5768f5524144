"""Lets hits in ahead of all that only pages need: sessions, languages, tokens, policies.

A piece that goes round brings many more hits than pages, and a hit's answer is empty. What every
request has to pass is asked here as well: the name by which the site was called, and https.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.reach import views

PATH = "/hit"


class HitDoorMiddleware:
    """Answers POST /hit itself; everything else goes on.

    A hit over plain http goes on, too, where Django leads to https: SecurityMiddleware stands next.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._only_https = settings.SECURE_SSL_REDIRECT

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != PATH or request.method != "POST":
            return self.get_response(request)
        # Whoever this thread served before may have left another language behind.
        translation.activate(settings.LANGUAGE_CODE)
        try:
            request.get_host()
        except DisallowedHost:
            # Not raised: whoever likes could fill the log with it, a line a hit.
            told = {"field": "host", "message": _("Not a name of this site.")}
            return JsonResponse(told, status=400)
        if self._only_https and not request.is_secure():
            return self.get_response(request)
        return views.hit(request)
