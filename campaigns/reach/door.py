"""Lets hits in ahead of Django: of all that a page's request sets going, a hit needs nothing.

A piece that goes round brings many more hits than pages, and a hit's answer is empty. What every
request has to pass is asked here as well: the name by which the site was called, and https.
Through anything but the web server (a test's client), POST /hit comes to the view by its address.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.reach import views

PATH = "/hit"

Application = Callable[[dict, Callable], Iterable[bytes]]


class HitDoor:
    """A WSGI application that answers POST /hit itself; everything else goes on.

    A hit over plain http goes on, too, where Django leads to https.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self._only_https = settings.SECURE_SSL_REDIRECT
        # What breaks is an answer as it is for any page, and stands in the log.
        self._answer = convert_exception_to_response(_answer)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ.get("PATH_INFO") != PATH:
            return self.application(environ, start_response)
        request = WSGIRequest(environ)
        if self._only_https and not request.is_secure():
            return self.application(environ, start_response)
        response = self._answer(request)
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, list(response.items()))
        return [response.content]


def _answer(request: HttpRequest) -> HttpResponse:
    # Whoever this thread served before may have left another language behind.
    translation.activate(settings.LANGUAGE_CODE)
    try:
        request.get_host()
    except DisallowedHost:
        # Not raised: whoever likes could fill the log with it, a line a hit.
        told = {"field": "host", "message": _("Not a name of this site.")}
        return JsonResponse(told, status=400)
    return views.hit(request)
