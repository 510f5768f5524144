"""Lets hits in ahead of all that only pages need: sessions, languages, tokens, policies.

A piece that goes round brings many more hits than pages, and a hit's answer is empty. It stands
before the redirect to https as well: a beacon would not follow it, and its hit would be lost.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from campaigns.reach import views

PATH = "/hit"


class HitDoorMiddleware:
    """Answers POST /hit itself; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != PATH or request.method != "POST":
            return self.get_response(request)
        # Whoever this thread served before may have left another language behind.
        translation.activate(settings.LANGUAGE_CODE)
        return views.hit(request)
