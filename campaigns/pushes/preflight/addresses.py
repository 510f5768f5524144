"""Does the piece's page answer? Asked over HTTP, as a reader would."""

import time
from urllib.parse import urlsplit

import httpx
from django.conf import settings

SECONDS = 5
# A long tick asks again after this; a thousand pushes of one piece still ask once.
REMEMBERED_SECONDS = 60


class Addresses:
    """What pages answer, remembered for a tick.

    PREFLIGHT_URL is where this machine reaches the site; without one nothing is asked, for nobody
    can know from here whether the site runs.
    """

    def __init__(self) -> None:
        self.base = settings.PREFLIGHT_URL.rstrip("/")
        self._answers: dict[str, tuple[float, str]] = {}
        self._silent_until = 0.0

    def problem(self, address: str) -> str:
        """What is wrong with the answer ("HTTP 404", a time-out), empty for 200. Never raises."""
        if not self.base:
            return ""
        path = urlsplit(address).path
        now = time.monotonic()
        known = self._answers.get(path)
        if known and now - known[0] < REMEMBERED_SECONDS:
            return known[1]
        if now < self._silent_until:
            # One page was waited for in vain: the others are not waited for one after the other.
            return self._silence
        problem = self._ask(path)
        self._answers[path] = time.monotonic(), problem
        return problem

    def _ask(self, path: str) -> str:
        site = urlsplit(settings.SITE_URL)
        headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme, "User-Agent": "preflight"}
        try:
            with httpx.stream(
                "GET", f"{self.base}{path}", headers=headers, timeout=SECONDS, trust_env=False
            ) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._silence = f"{type(error).__name__}: {error}"
            self._silent_until = time.monotonic() + REMEMBERED_SECONDS
            return self._silence
        return "" if status == httpx.codes.OK else f"HTTP {status}"
