"""How the stand-in's WeChat reads what it is sent, and the words in which it refuses."""

import json
import re
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
WORDS = {
    -1: "system error", 40001: "invalid credential, access_token is invalid or not latest",
    40007: "invalid media_id", 40009: "invalid image size", 40013: "invalid appid",
    40125: "invalid appsecret", 40164: "invalid ip, not in whitelist",
    41001: "access_token missing", 42001: "access_token expired", 43002: "require POST method",
    44002: "empty post data", 44003: "empty news data", 45002: "content size out of limit",
    45003: "title size out of limit", 45004: "description size out of limit",
    45009: "reach max api daily quota limit", 45011: "api minute-quota reach limit, must slower",
    45028: "has no masssend quota", 45065: "clientmsgid exist", 47001: "data format error",
    48001: "api unauthorized", 53503: "draft not passed the publish check",
    53600: "invalid article_id", 61500: "date format error",
}  # fmt: skip


class RefusedError(Exception):
    """The stand-in answers with an error code."""

    def __init__(self, code: int, **more) -> None:
        super().__init__(code)
        self.code = code
        self.more = more

    @property
    def answer(self) -> dict:
        return {"errcode": self.code, "errmsg": WORDS.get(self.code, "error"), **self.more}


def parse(body: bytes) -> dict:
    """What was posted. Raises RefusedError."""
    if not body:
        raise RefusedError(44002)
    try:
        given = json.loads(body.decode("utf-8"))
    except ValueError:
        raise RefusedError(47001) from None
    # WeChat shows escapes to readers instead of what they stand for.
    if not isinstance(given, dict) or re.search(rb"\\u[0-9a-fA-F]{4}", body):
        raise RefusedError(47001)
    return given


def page_of(rows: list[dict], given: dict) -> dict:
    """The part of a list that was asked for. Raises RefusedError."""
    offset, count = int(given.get("offset") or 0), int(given.get("count") or 0)
    if not 1 <= count <= 20:
        raise RefusedError(40097)
    items = rows[offset : offset + count]
    return {"total_count": len(rows), "item_count": len(items), "item": items}


def marker_of(articles: object) -> str:
    """The key that the client hides in its articles, as a UUID; empty if there is none."""
    match = re.search(r"push-([0-9a-f]{32})", json.dumps(articles))
    if not match:
        return ""
    one = match[1]
    return f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"


def date_of(at: float) -> str:
    """The Beijing day of an instant (seconds since 1970)."""
    return datetime.fromtimestamp(at, BEIJING).date().isoformat()
