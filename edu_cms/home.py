"""The bare address leads on to the reader's language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

# What js/language.js keeps of a reader's own choice: a language's code, nothing about the reader.
CHOICE_COOKIE = "reader_language"


def to_reader_language(request: HttpRequest) -> HttpResponseRedirect:
    """302 to the zone's home in the language that the reader has chosen once.

    Without a choice, to the one that the browser asks for: a guess never goes over a choice.
    """
    chosen = request.COOKIES.get(CHOICE_COOKIE)
    language = chosen if chosen in dict(settings.LANGUAGES) else get_language()
    response = HttpResponseRedirect(f"/{language}/")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
