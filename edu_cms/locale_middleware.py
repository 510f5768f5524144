"""Which language a reader gets when the address does not say."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header


def reader_language(accept_language: str) -> str:
    """The site's language for an Accept-Language header.

    Kazakh readers in China (kk-CN) read Arabic script; Django's own look-up would fall back to kk,
    which is Cyrillic.
    """
    for tag, weight in parse_accept_lang_header(accept_language):
        if not weight:
            continue
        if tag in ("kk-cn", "kk-arab") or tag.startswith("kk-arab-"):
            return "kk-arab"
        if tag == "kk" or tag.startswith("kk-"):
            return "kk"
        if tag == "zh" or tag.startswith("zh-"):
            return "zh-hans"
    return settings.LANGUAGE_CODE


class ReaderLocaleMiddleware(LocaleMiddleware):
    """The language of the address; on "/" the reader's own; elsewhere the site's default.

    No cookie is asked, so no public answer varies by one, and an address without a language is not
    led on to one: what does not exist is told at once.
    """

    def process_request(self, request: HttpRequest) -> None:
        language = translation.get_language_from_path(request.path_info)
        if language is None:
            asked = request.headers.get("Accept-Language", "")
            # The admin and all other addresses without a language speak Chinese.
            at_the_door = request.path_info == "/"
            language = reader_language(asked) if at_the_door else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
        response.headers.setdefault("Content-Language", language)
        return response
