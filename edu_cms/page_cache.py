"""Whole public pages, kept for readers who are not logged in.

Counting never sits in the page's request, so a cached page is counted like any other. Everything is
dropped at once when content or a place changes: one generation number stands in every key.
"""

import gzip
import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, urlencode

GENERATION_KEY = "page-cache-generation"
# A link's code and campaign marks change where a visit is counted, not what the page says.
TRACKING_PARAMETERS = {"q", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"}
# What a page's address may carry, and how that looks; anything else is not worth a copy of its own.
KNOWN_PARAMETERS = {
    "category": re.compile(r"[a-z0-9-]{1,64}"),
    "p": re.compile(r"[1-9][0-9]{0,3}"),
}
# Longer paths lead nowhere; they must not fill the cache.
LONGEST_PATH = 512
GZIP_LEVEL = 6


@dataclass(frozen=True)
class CachedPage:
    """A page as it goes over the wire, plain and compressed."""

    content: bytes
    compressed: bytes
    headers: dict[str, str]

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page for this reader: nothing if the browser has it, compressed if it may be."""
        etag = self.headers["ETag"]
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            response = HttpResponseNotModified()
            kept = ("ETag", "Cache-Control", "Vary", "Content-Language")
            for name in kept:
                if name in self.headers:
                    response[name] = self.headers[name]
            return response
        zipped = "gzip" in request.headers.get("Accept-Encoding", "")
        content = self.compressed if zipped else self.content
        response = HttpResponse(content, headers=self.headers)
        response["Content-Length"] = str(len(content))
        if zipped:
            response["Content-Encoding"] = "gzip"
        return response


def drop_cached_pages(*args, **kwargs) -> None:
    """Forget every cached page. Takes any arguments so that it can receive signals.

    Inside a transaction it is done again at the commit: until then other processes still render,
    and would keep, what stood before.
    """
    _new_generation()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(_new_generation)


def _new_generation() -> None:
    cache.set(GENERATION_KEY, uuid.uuid4().hex, timeout=None)


def _generation() -> str:
    # A full cache may throw the number out; an old one must never come back with its old pages.
    return cache.get(GENERATION_KEY) or cache.get_or_set(
        GENERATION_KEY, uuid.uuid4().hex, timeout=None
    )


class PageCacheMiddleware:
    """Answers anonymous GETs of public pages from the cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = cache_key(request)
        if key is None:
            return self.get_response(request)
        held = cache.get(key)
        if held is None:
            response = self.get_response(request)
            if not is_cacheable(response):
                return response
            held = hold(response)
            cache.set(key, held, seconds_to_keep(response))
        return held.answer(request)


def cache_key(request: HttpRequest) -> str | None:
    """Where this request's page would stand in the cache; None where it must not be cached."""
    if request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    prefixes = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)
    if len(request.path_info) > LONGEST_PATH or not request.path_info.startswith(prefixes):
        return None
    telling = {}
    for name, value in request.GET.items():
        if name in TRACKING_PARAMETERS:
            continue
        if name not in KNOWN_PARAMETERS or not KNOWN_PARAMETERS[name].fullmatch(value):
            return None
        telling[name] = value
    address = f"{request.scheme}://{request.get_host()}{request.path_info}"
    address += f"?{urlencode(sorted(telling.items()))}"
    return f"page:{_generation()}:{hashlib.sha256(address.encode()).hexdigest()}"


def is_cacheable(response: HttpResponse) -> bool:
    """A whole, successful page that is the same for every reader."""
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "Content-Encoding" not in response
        and "Cookie" not in response.get("Vary", "")
        and "private" not in response.get("Cache-Control", "")
    )


def hold(response: HttpResponse) -> CachedPage:
    """What is kept of a rendered page. Its ETag lets a phone on a slow net ask without paying."""
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    return CachedPage(response.content, gzip.compress(response.content, GZIP_LEVEL), headers)


def seconds_to_keep(response: HttpResponse) -> float:
    """PAGE_CACHE_SECONDS, or less where the page says that it changes sooner."""
    until = getattr(response, "cache_until", None)
    if until is None:
        return settings.PAGE_CACHE_SECONDS
    left = (until - timezone.now()).total_seconds()
    return max(0, min(settings.PAGE_CACHE_SECONDS, left))
