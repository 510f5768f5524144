"""Keeps NULs out of look-ups: no name of ours holds one, and PostgreSQL takes none in a question.

Without this each look-up by a part of the address, ours or Wagtail's, would have to see to it.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

from content.api.views import no_such_address

# What Unicode puts in the place of what cannot be shown; nothing is called that either.
REPLACEMENT = "%EF%BF%BD"


class NoNulMiddleware:
    """404 for a NUL in the path; one behind the question mark becomes a replacement character.

    So a filter with one finds nothing, or is named as unknown, like any other that makes no sense.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            is_api = request.path_info.startswith("/api/")
            return no_such_address() if is_api else HttpResponseNotFound()
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or "\x00" in query:
            clean = query.replace("%00", REPLACEMENT).replace("\x00", REPLACEMENT)
            request.META["QUERY_STRING"] = clean
        return self.get_response(request)
