"""The stand-in's WeChat as one object: its options and state, and how a call comes in.

A token's life and all quotas are real.
"""

from collections import deque
from collections.abc import Callable

from campaigns.channels.standin.wechat import (
    drafts,
    messages,
    pictures,
    publishing,
    statistics,
    token,
)
from campaigns.channels.standin.wechat.answers import RefusedError, date_of, marker_of, parse

STABLE_TOKEN = "stable_token"  # noqa: S105 a call's name
# Those that are posted a picture instead of JSON.
UPLOADS = {
    "media/uploadimg": pictures.upload_image,
    "material/add_material": pictures.add_material,
}
CALLS = {
    "draft/add": drafts.add,
    "draft/get": drafts.get,
    "draft/delete": drafts.delete,
    "draft/batchget": drafts.batch_get,
    "freepublish/submit": publishing.submit,
    "freepublish/get": publishing.get,
    "freepublish/batchget": publishing.batch_get,
    "freepublish/delete": publishing.delete,
    "message/mass/sendall": messages.send_to_all,
    "message/mass/get": messages.get,
    "message/mass/delete": messages.delete,
    "datacube/getarticleread": statistics.article_read,
    "datacube/getarticletotaldetail": statistics.article_total_detail,
}


class Wechat:
    """State and rules. Called under the server's lock; everything in `state` is plain JSON.

    `tell` hears of what happens between two calls: when it was, and the fields of its line.
    """

    def __init__(
        self, clock: Callable[[], float], tell: Callable = lambda _at, **_line: None, **options
    ) -> None:
        self.clock = clock
        self.tell = tell
        self.publish_seconds = options.get("publish_seconds", 0)
        self.token_seconds = options.get("token_seconds", 7200)
        self.mass_a_day = options.get("mass_a_day", 1)
        self.mass_a_month = options.get("mass_a_month", 31)
        self.calls_a_day = options.get("calls_a_day", 100_000)
        self.forced_a_day = options.get("forced_a_day", 20)
        # What the next publications come to (freepublish/get), and messages to followers.
        self.publish_outcomes: deque[int] = deque()
        self.mass_outcomes: deque[str] = deque()
        self.delayed_days: set[str] = set()
        self.figures: dict[tuple[str, str, str], int] = {}
        self.state: dict = {"accounts": {}, "number": 1_000_000}

    def handle(self, path: str, query: dict, body: bytes) -> tuple[dict, str, str]:
        """The answer, the account and the idempotency key of the call. Raises RefusedError."""
        name = name_of(path)
        if name == STABLE_TOKEN:
            given = parse(body)
            return token.stable_token(self, given), str(given.get("appid", "")), ""
        app_id = token.app_id_of(self, query.get("access_token", ""))
        account = self.account(app_id)
        self._count_call(account, path)
        publishing.advance(self, app_id)
        if name in UPLOADS:
            return UPLOADS[name](self, account, body), app_id, ""
        if name not in CALLS:
            raise RefusedError(48001)
        given = parse(body)
        key = self.key_of(account, name, given)
        return CALLS[name](self, account, given), app_id, key

    def peek(self, path: str, query: dict, body: bytes) -> tuple[str, str]:
        """Account and key of a call that was not done."""
        name = name_of(path)
        try:
            if name == STABLE_TOKEN:
                return str(parse(body).get("appid", "")), ""
            app_id = token.app_id_of(self, query.get("access_token", ""))
            return app_id, self.key_of(self.account(app_id), name, parse(body))
        except RefusedError:
            return "", ""

    def key_of(self, account: dict, name: str, given: dict) -> str:
        """The idempotency key that the call speaks of, as far as it says."""
        if name == "message/mass/sendall":
            return str(given.get("clientmsgid", ""))
        if name == "draft/add":
            return marker_of(given.get("articles"))
        media_id = str(given.get("media_id", ""))
        if media_id in account["drafts"]:
            return marker_of(account["drafts"][media_id]["articles"])
        article = account["articles"].get(str(given.get("article_id", "")))
        return marker_of(article["articles"]) if article else ""

    def account(self, app_id: str) -> dict:
        """What is held of the account; nothing yet, if it is new."""
        return self.state["accounts"].setdefault(
            app_id,
            {
                "token": "", "token_until": 0, "old_tokens": [], "forced": {}, "calls": {},
                "materials": [], "images": [], "drafts": {}, "jobs": {}, "articles": {},
                "messages": {},
            },
        )  # fmt: skip

    def catch_up(self) -> None:
        """Bring to an end what is due on all accounts, without waiting for their next calls."""
        for app_id in self.state["accounts"]:
            publishing.advance(self, app_id)
            messages.tell_refused(self, app_id)

    def expire_tokens(self) -> None:
        """Every token is over, as if its time had passed."""
        for account in self.state["accounts"].values():
            account["token_until"] = 0

    def day(self) -> str:
        """Today in Beijing."""
        return date_of(self.clock())

    def next_number(self) -> int:
        """A number that nothing else has."""
        self.state["number"] += 1
        return self.state["number"]

    def _count_call(self, account: dict, path: str) -> None:
        name = f"{self.day()} {path}"
        account["calls"][name] = account["calls"].get(name, 0) + 1
        if account["calls"][name] > self.calls_a_day:
            raise RefusedError(45009)


def name_of(path: str) -> str:
    """A call's name: its path without what all have in common."""
    return path.removeprefix("/cgi-bin/").strip("/")
