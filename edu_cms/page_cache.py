"""Whole public pages, kept for readers who are not logged in.

Counting never sits in the page's request, so a cached page is counted like any other. Everything is
dropped when content or a place changes: one generation number stands in every key. The cache that
all processes share is asked for that number, at most once in PAGE_CACHE_GENERATION_SECONDS; pages
that a process has answered lately it keeps in its own memory.
"""

import gzip
import hashlib
import re
import time
import uuid
from collections import OrderedDict
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
# Pages in a process's own memory: a home and a section's first pages in each language, and then
# some; at 50 KB each, a dozen megabytes.
MOST_NEAR_PAGES = 256


@dataclass(frozen=True)
class CachedPage:
    """A page as it goes over the wire, plain and compressed."""

    content: bytes
    compressed: bytes
    headers: dict[str, str]
    # Seconds since the epoch.
    keep_until: float

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


class NearPages:
    """The pages that this process answered last, by their key in the shared cache."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pages: OrderedDict[str, CachedPage] = OrderedDict()

    def get(self, key: str) -> CachedPage | None:
        page = self._pages.get(key)
        return page if page and page.keep_until > timezone.now().timestamp() else None

    def put(self, key: str, page: CachedPage) -> None:
        """Keep it; the one that came first goes. Threads may do this side by side."""
        self._pages[key] = page
        while len(self._pages) > self._most:
            try:
                self._pages.popitem(last=False)
            except KeyError:
                return


class Generation:
    """The number that stands in every key: a new one, and all pages are made anew."""

    def __init__(self) -> None:
        self._known = ""
        self._read_at = 0.0

    def current(self) -> str:
        now = time.monotonic()
        known = self._known
        if known and now - self._read_at < settings.PAGE_CACHE_GENERATION_SECONDS:
            return known
        # A full cache may throw the number out; an old one must never come back with its old pages.
        known = cache.get(GENERATION_KEY) or cache.get_or_set(
            GENERATION_KEY, uuid.uuid4().hex, timeout=None
        )
        self._known, self._read_at = known, now
        return known

    def renew(self) -> None:
        cache.set(GENERATION_KEY, uuid.uuid4().hex, timeout=None)
        self._known = ""


near_pages = NearPages(MOST_NEAR_PAGES)
generation = Generation()


def drop_cached_pages(*args, **kwargs) -> None:
    """Forget every cached page. Takes any arguments so that it can receive signals.

    Inside a transaction it is done again at the commit: until then other processes still render,
    and would keep, what stood before.
    """
    generation.renew()
    connection = transaction.get_connection()
    if connection.in_atomic_block and not _waits_for_commit(connection):
        transaction.on_commit(generation.renew)


def _waits_for_commit(connection) -> bool:
    """Whether the commit drops the pages anyway: once, however much the transaction changes."""
    present = set(connection.savepoint_ids)
    return any(
        work == generation.renew and savepoints <= present
        for savepoints, work, *_rest in connection.run_on_commit
    )


class PageCacheMiddleware:
    """Answers anonymous GETs of public pages from the cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = cache_key(request)
        if key is None:
            return self.get_response(request)
        held = near_pages.get(key) or cache.get(key)
        if held is None:
            response = self.get_response(request)
            if not is_cacheable(response):
                return response
            seconds = seconds_to_keep(response)
            held = hold(response, timezone.now().timestamp() + seconds)
            cache.set(key, held, seconds)
        near_pages.put(key, held)
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
    return f"page:{generation.current()}:{hashlib.sha256(address.encode()).hexdigest()}"


def is_cacheable(response: HttpResponse) -> bool:
    """A whole, successful page that is the same for every reader."""
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "Content-Encoding" not in response
        and "Cookie" not in response.get("Vary", "")
        and "private" not in response.get("Cache-Control", "")
        and "no-store" not in response.get("Cache-Control", "")
    )


def hold(response: HttpResponse, keep_until: float) -> CachedPage:
    """What is kept of a rendered page. Its ETag lets a phone on a slow net ask without paying."""
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    compressed = gzip.compress(response.content, GZIP_LEVEL)
    return CachedPage(response.content, compressed, headers, keep_until)


def seconds_to_keep(response: HttpResponse) -> float:
    """PAGE_CACHE_SECONDS, or less where the page says that it changes sooner."""
    until = getattr(response, "cache_until", None)
    if until is None:
        return settings.PAGE_CACHE_SECONDS
    left = (until - timezone.now()).total_seconds()
    return max(0, min(settings.PAGE_CACHE_SECONDS, left))
