"""What counts as a hit, and writing it down. Asks no database, no session and no cache."""

import json
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.reach import collecting_counts, lines, salts, spool, stream
from campaigns.reach.addresses import address_of
from campaigns.reach.collecting_counts import Reason
from campaigns.reach.limits import limiter

if TYPE_CHECKING:
    from django.http import HttpRequest

EVENTS = {
    "view": "views",
    "play": "plays",
    "finish": "plays_finished",
    "share": "shares",
    "download": "downloads",
    "completion": "completions",
}
# Written by the short link itself, never accepted from outside.
CLICK = "click"
METRIC_OF = {**EVENTS, CLICK: "clicks"}
MAX_BYTES = 2048

# request.headers would be made anew from all of META for each hit.
_PURPOSES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ")
# The same for all who do not want to be counted, so it tells nobody from anybody.
OPT_OUT_COOKIE = "nocount"


class MalformedHitError(ValueError):
    """A hit that cannot be read. Names the field at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class TurnedAwayError(Exception):
    """A hit that was not taken in; it stands in the counts, under its reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.label)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Hit:
    """One event on one page. Says nothing of who, where from or with what."""

    event: str
    page: str
    link: str = ""


def parse(body: bytes) -> Hit:
    """The hit that a beacon's body tells of. Raises MalformedHitError."""
    if len(body) > MAX_BYTES:
        raise MalformedHitError("body", _("Longer than 2 KB."))
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedHitError("body", _("Not JSON.")) from error
    if not isinstance(told, dict):
        raise MalformedHitError("body", _("Not a JSON object."))
    page, event, link = told.get("page"), told.get("event"), told.get("link") or ""
    if not isinstance(page, str) or not lines.PAGE_CODE.fullmatch(page):
        raise MalformedHitError("page", _("Not the code of a piece."))
    if not isinstance(event, str) or event not in EVENTS:
        raise MalformedHitError(
            "event", _("Not one of: %(events)s.") % {"events": ", ".join(EVENTS)}
        )
    if not isinstance(link, str) or (link and not lines.LINK_CODE.fullmatch(link)):
        raise MalformedHitError("link", _("Not the code of a short link."))
    return Hit(event, page, link)


def counts(request: "HttpRequest") -> bool:
    """Whether a person who is no member of staff and has not opted out is behind the request."""
    told, cookies = request.META, request.COOKIES
    # The public gets no session; whoever has one works here, or did so lately.
    if settings.SESSION_COOKIE_NAME in cookies or OPT_OUT_COOKIE in cookies:
        return False
    if asks_not_to_be_counted(request):
        return False
    purposes = (told.get(name, "") for name in _PURPOSES)
    if any("prefetch" in purpose.lower() for purpose in purposes):
        return False
    return not is_bot(told.get("HTTP_USER_AGENT", ""))


def asks_not_to_be_counted(request: "HttpRequest") -> bool:
    """Whether the browser says so with each request: Do Not Track, Global Privacy Control."""
    return request.META.get("HTTP_DNT") == "1" or request.META.get("HTTP_SEC_GPC") == "1"


@lru_cache(maxsize=4096)
def is_bot(user_agent: str) -> bool:
    """Whether it says so itself, or says nothing. It is looked at and forgotten, never stored."""
    # Makes its expressions when it is imported; most processes meet no browser.
    import crawleruseragents

    return not user_agent.strip() or crawleruseragents.is_crawler(user_agent[:1000])


def take_in(request: "HttpRequest", hit: Hit) -> None:
    """Write down what the request tells of, within what its address may tell us.

    Raises TurnedAwayError, which has been counted, when there is too much of it or the store does
    not take it.
    """
    address = address_of(request)
    if not limiter.allows(address):
        raise _turned_away(hit, Reason.LIMITED)
    if writer().is_full():
        raise _turned_away(hit, Reason.FULL)
    told = request.META
    try:
        collect(hit, address, told.get("HTTP_USER_AGENT", ""), told.get("HTTP_ACCEPT_LANGUAGE", ""))
    except OSError as error:
        raise _turned_away(hit, Reason.LOST) from error


def _turned_away(hit: Hit, reason: Reason) -> TurnedAwayError:
    if hit.event == CLICK:
        reason = Reason(f"{reason}_click")
    collecting_counts.counter.add(reason)
    return TurnedAwayError(reason)


def collect(hit: Hit, *reader: str) -> None:
    """Write the hit down for the next folding. Raises OSError when the store does not take it.

    `reader` is whatever tells one reader from another; only hashes of it are written.
    """
    now = time.time_ns() // 1000
    tokens = salts.tokens(reader, now) if reader else ""
    writer().append(lines.write(now, hit.event, hit.page, hit.link, tokens))


def writer() -> spool.SpoolWriter | stream.StreamWriter:
    """Where hits are kept until they are folded."""
    return stream.writer if settings.HIT_STREAM else spool.writer
