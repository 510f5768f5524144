"""Does the piece's page answer? Asked over HTTP, as a reader would."""

import logging
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from campaigns.channels.adapters.wording import cause_of

logger = logging.getLogger(__name__)

SECONDS = 5
# A long tick asks again after this; a thousand pushes of one piece still ask once.
REMEMBERED_SECONDS = 60
NOT_ASKED = "none"


@dataclass(frozen=True)
class Answer:
    """What came of asking: all well, a problem ("HTTP 404", a time-out), or no telling, and why."""

    problem: str = ""
    unknown: str = ""


WELL = Answer()


class Addresses:
    """What pages answer, remembered for a tick.

    PREFLIGHT_URL is where this machine reaches the site: silence there is a problem. Where it is
    not set, SITE_URL is asked, which this machine may well not reach, behind a proxy say, or find
    another server at. What does not answer there as this site does says nothing about the page.
    """

    def __init__(self, *, asks: bool = True) -> None:
        named = settings.PREFLIGHT_URL.rstrip("/")
        self.is_named = bool(named)
        self.base = named or settings.SITE_URL
        self.asks = asks and named != NOT_ASKED
        self._answers: dict[str, tuple[float, Answer]] = {}
        self._silent_until = 0.0

    def answer(self, address: str) -> Answer:
        """What the page at that address answers. Never raises."""
        if not self.asks:
            return WELL
        path = urlsplit(address).path
        now = time.monotonic()
        known = self._answers.get(path)
        if known and now - known[0] < REMEMBERED_SECONDS:
            return known[1]
        if now < self._silent_until:
            # One page was waited for in vain: the others are not waited for one after the other.
            return self._silence
        answer = self._ask(path)
        self._answers[path] = time.monotonic(), answer
        return answer

    def _ask(self, path: str) -> Answer:
        try:
            with self._get(path) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return self._fall_silent(cause_of(error))
        if status == httpx.codes.OK:
            return WELL
        if self.is_named or self._is_this_site():
            return Answer(problem=f"HTTP {status}")
        return self._fall_silent(f"HTTP {status}")

    def _get(self, path: str):
        site = urlsplit(settings.SITE_URL)
        headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme, "User-Agent": "preflight"}
        return httpx.stream(
            "GET", f"{self.base}{path}", headers=headers, timeout=SECONDS, trust_env=False
        )

    def _is_this_site(self) -> bool:
        """Whether what answers is this product, and not a proxy or a neighbour under the name."""
        try:
            with self._get("/healthz") as answer:
                told = answer.read() if answer.status_code == httpx.codes.OK else b""
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return b'"database"' in told

    def _fall_silent(self, problem: str) -> Answer:
        self._silence = Answer(problem=problem) if self.is_named else Answer(unknown=problem)
        self._silent_until = time.monotonic() + REMEMBERED_SECONDS
        if not self.is_named:
            logger.warning(
                "preflight: %s is not reached from here (%s), so pages are not seen to answer; "
                "set PREFLIGHT_URL",
                self.base,
                problem,
            )
        return self._silence
