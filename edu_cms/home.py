"""The bare address leads on to the reader's language."""

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language


def to_reader_language(request: HttpRequest) -> HttpResponseRedirect:
    """302 to the zone's home in the language that the reader's browser asks for."""
    response = HttpResponseRedirect(f"/{get_language()}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response
