"""The stand-in's JPush: cids and pushes, after the documented REST API v3."""

import base64
import json
import uuid
from collections.abc import Callable

WORDS = {
    1002: "Missing parameter", 1003: "Invalid parameter", 1004: "Basic authentication failed",
    1005: "Payload too long", 1008: "app_key is invalid", 1011: "Cannot find user by this audience",
    2002: "Rate limit exceeded", 1000: "Internal error", 1030: "Internal service timeout",
}  # fmt: skip
STATUSES = {1004: 401, 2002: 429, 1000: 500, 1030: 503}


class RefusedError(Exception):
    """The stand-in answers with an error."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
        self.status = STATUSES.get(code, 400)

    @property
    def answer(self) -> dict:
        return {"error": {"code": self.code, "message": WORDS.get(self.code, "error")}}


class Jpush:
    """State and rules. Called under the server's lock; everything in `state` is plain JSON."""

    def __init__(self, clock: Callable[[], float], **options) -> None:
        self.clock = clock
        self.pushes_a_minute = options.get("pushes_a_minute", 600)
        self.cid_seconds = 86_400
        # Tags that devices have; None: any.
        self.known_tags: set[str] | None = None
        self.state: dict = {"cids": {}, "messages": {}, "minutes": {}, "number": 10_000}

    def handle(
        self, method: str, path: str, authorization: str, body: bytes
    ) -> tuple[dict, str, str, bool]:
        """Answer, account, key, and whether it was new. Raises RefusedError."""
        app_key = self.app_key_of(authorization)
        if method == "GET" and path == "/v3/push/cid":
            cid = f"{app_key}-{uuid.uuid4()}"
            self.state["cids"][cid] = {"at": self.clock(), "message": ""}
            return {"cidlist": [cid]}, app_key, cid, True
        if method != "POST" or path != "/v3/push":
            raise RefusedError(1003)
        answer, key, is_new = self._push(app_key, body)
        return answer, app_key, key, is_new

    def app_key_of(self, authorization: str) -> str:
        """The account of a call. Raises RefusedError when it is not let in."""
        try:
            given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        except ValueError:
            raise RefusedError(1004) from None
        app_key, _colon, secret = given.partition(":")
        if not app_key or not secret or secret.startswith("wrong"):
            raise RefusedError(1004)
        return app_key

    @staticmethod
    def key_of(body: bytes) -> str:
        """The cid of a push."""
        try:
            return str(json.loads(body).get("cid", ""))
        except (ValueError, AttributeError):
            return ""

    @staticmethod
    def delivery_of(body: bytes) -> str:
        """The sender's own key of what a push brings, whatever its cid."""
        try:
            return str(json.loads(body)["notification"]["android"]["extras"]["key"])
        except (ValueError, KeyError, TypeError):
            return ""

    def rate_headers(self) -> dict[str, str]:
        """What is left of this minute."""
        used = self.state["minutes"].get(self._minute(), 0)
        return {
            "X-Rate-Limit-Limit": str(self.pushes_a_minute),
            "X-Rate-Limit-Remaining": str(max(0, self.pushes_a_minute - used)),
            "X-Rate-Limit-Reset": str(60 - int(self.clock()) % 60),
        }

    def _minute(self) -> str:
        return str(int(self.clock()) // 60)

    def _push(self, app_key: str, body: bytes) -> tuple[dict, str, bool]:
        minute = self._minute()
        self.state["minutes"] = {minute: self.state["minutes"].get(minute, 0) + 1}
        if self.state["minutes"][minute] > self.pushes_a_minute:
            raise RefusedError(2002)
        try:
            given = json.loads(body)
        except ValueError:
            raise RefusedError(1003) from None
        cid = str(given.get("cid", ""))
        held = self.state["cids"].get(cid)
        if cid and (held is None or not cid.startswith(f"{app_key}-")):
            raise RefusedError(1003)
        if held and held["message"] and self.clock() - held["at"] < self.cid_seconds:
            return self.state["messages"][held["message"]], cid, False
        self._check(given)
        self.state["number"] += 1
        answer = {"sendno": "0", "msg_id": str(self.state["number"])}
        self.state["messages"][answer["msg_id"]] = answer
        if held:
            held["message"] = answer["msg_id"]
        return answer, cid, True

    def _check(self, given: dict) -> None:
        """What JPush asks of a push. Raises RefusedError."""
        if not given.get("platform") or not given.get("audience"):
            raise RefusedError(1002)
        if not given.get("notification") and not given.get("message"):
            raise RefusedError(1002)
        if len(json.dumps(given.get("notification"), ensure_ascii=False).encode()) > 4000:
            raise RefusedError(1005)
        if given["audience"] != "all":
            tags = given["audience"].get("tag") or []
            if not tags or len(tags) > 20:
                raise RefusedError(1003)
            if self.known_tags is not None and not self.known_tags & set(tags):
                raise RefusedError(1011)
