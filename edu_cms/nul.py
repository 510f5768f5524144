"""Refuses addresses that hold a NUL: no name of ours does, and PostgreSQL takes none in a question.

Without this each look-up by a part of the address, ours or Wagtail's, would have to see to it.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound


class RefuseNulMiddleware:
    """404 for a NUL in the path; in the admin, 400 for one behind the question mark.

    Public pages answer whatever stands there: they compare it with what they know.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            return HttpResponseNotFound()
        query = request.META.get("QUERY_STRING", "")
        if request.path_info.startswith("/admin/") and ("%00" in query or "\x00" in query):
            return HttpResponseBadRequest()
        return self.get_response(request)
