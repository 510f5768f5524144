"""What counts as a hit, and writing it down. Knows no database, no session, no cache."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import crawleruseragents
from django.utils.translation import gettext as _

from campaigns.reach.spool import writer

if TYPE_CHECKING:
    from django.http import HttpRequest

EVENTS = {
    "view": "views",
    "play": "plays",
    "share": "shares",
    "download": "downloads",
    "completion": "completions",
}
# Written by the short link itself, never accepted from outside.
CLICK = "click"
METRIC_OF = {**EVENTS, CLICK: "clicks"}
MAX_BYTES = 2048

PAGE_CODE = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
LINK_CODE = re.compile(r"[A-Za-z0-9_-]{1,32}")
MAX_PAGE_CODE = 80


class MalformedHitError(ValueError):
    """A hit that cannot be read. Names the field at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


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
    if not isinstance(page, str) or len(page) > MAX_PAGE_CODE or not PAGE_CODE.fullmatch(page):
        raise MalformedHitError("page", _("Not the code of a piece."))
    if not isinstance(event, str) or event not in EVENTS:
        raise MalformedHitError(
            "event", _("Not one of: %(events)s.") % {"events": ", ".join(EVENTS)}
        )
    if not isinstance(link, str) or (link and not LINK_CODE.fullmatch(link)):
        raise MalformedHitError("link", _("Not the code of a short link."))
    return Hit(event, page, link)


def counts(request: "HttpRequest") -> bool:
    """Whether a person who has not opted out is behind the request."""
    headers = request.headers
    if headers.get("DNT") == "1" or headers.get("Sec-GPC") == "1":
        return False
    purposes = (headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    if any("prefetch" in purpose.lower() for purpose in purposes):
        return False
    return not is_bot(headers.get("User-Agent", ""))


@lru_cache(maxsize=4096)
def is_bot(user_agent: str) -> bool:
    """Whether it says so itself, or says nothing. It is looked at and forgotten, never stored."""
    return not user_agent.strip() or crawleruseragents.is_crawler(user_agent[:1000])


def collect(hit: Hit) -> None:
    """Write the hit down for the next folding. Raises OSError when the disk does not take it."""
    writer.append(hit.event, hit.page, hit.link)
