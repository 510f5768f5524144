"""The stand-in's WeChat: tokens, materials, drafts, quiet publishing, sending, figures.

After the documented interfaces. Publishing is done `publish_seconds` after it was accepted, and
only then the draft goes; so a second submission of the same draft in between is accepted again,
which is the worst that a client has to be safe against. A token's life and all quotas are real.
"""

import json
import re
import secrets
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
WRITES = {
    "material/add_material", "media/uploadimg", "draft/add", "draft/delete", "freepublish/submit",
    "freepublish/delete", "message/mass/sendall", "message/mass/delete",
}  # fmt: skip
CALLS = WRITES | {
    "draft/get", "draft/batchget", "freepublish/get", "freepublish/batchget", "message/mass/get",
    "datacube/getarticleread", "datacube/getarticletotaldetail",
}  # fmt: skip
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


class Wechat:
    """State and rules. Called under the server's lock; everything in `state` is plain JSON."""

    def __init__(self, clock: Callable[[], float], **options) -> None:
        self.clock = clock
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

    # --- How a call comes in ----------------------------------------------------------------------

    def handle(self, path: str, query: dict, body: bytes) -> tuple[dict, str, str]:
        """The answer, the account and the idempotency key of the call. Raises RefusedError."""
        if path == "/cgi-bin/stable_token":
            given = _parse(body)
            return self._token(given), str(given.get("appid", "")), ""
        account, app_id = self._account_by_token(query.get("access_token", ""))
        self._count_call(account, path)
        self._advance(account)
        name = path.removeprefix("/cgi-bin/").strip("/")
        if name not in CALLS:
            raise RefusedError(48001)
        method = getattr(self, "_" + "_".join(name.split("/")[-2:]))
        if name in ("material/add_material", "media/uploadimg"):
            return method(account, body), app_id, ""
        given = _parse(body)
        key = self.key_of(account, name, given)
        return method(account, given), app_id, key

    def key_of(self, account: dict, name: str, given: dict) -> str:
        """The idempotency key that the call speaks of, as far as it says."""
        if name == "message/mass/sendall":
            return str(given.get("clientmsgid", ""))
        if name == "draft/add":
            return _marker(given.get("articles"))
        media_id = str(given.get("media_id", ""))
        if media_id in account["drafts"]:
            return _marker(account["drafts"][media_id]["articles"])
        article = account["articles"].get(str(given.get("article_id", "")))
        return _marker(article["articles"]) if article else ""

    def peek(self, path: str, query: dict, body: bytes) -> tuple[str, str]:
        """Account and key of a call that was not done."""
        try:
            if path == "/cgi-bin/stable_token":
                return str(_parse(body).get("appid", "")), ""
            account, app_id = self._account_by_token(query.get("access_token", ""))
            return app_id, self.key_of(account, path.removeprefix("/cgi-bin/"), _parse(body))
        except RefusedError:
            return "", ""

    def expire_tokens(self) -> None:
        """Every token is over, as if its time had passed."""
        for account in self.state["accounts"].values():
            account["token_until"] = 0

    def _account(self, app_id: str) -> dict:
        return self.state["accounts"].setdefault(
            app_id,
            {
                "token": "", "token_until": 0, "old_tokens": [], "forced": {}, "calls": {},
                "materials": [], "images": [], "drafts": {}, "jobs": {}, "articles": {},
                "messages": {},
            },
        )  # fmt: skip

    def _token(self, given: dict) -> dict:
        app_id, secret = str(given.get("appid", "")), str(given.get("secret", ""))
        if not app_id:
            raise RefusedError(40013)
        if not secret or secret.startswith("wrong"):
            raise RefusedError(40125)
        account, now = self._account(app_id), self.clock()
        if given.get("force_refresh"):
            day = self._day()
            account["forced"][day] = account["forced"].get(day, 0) + 1
            if account["forced"][day] > self.forced_a_day:
                raise RefusedError(45009)
        if given.get("force_refresh") or account["token_until"] <= now:
            account["old_tokens"] = [*account["old_tokens"][-20:], account["token"]]
            account["token"] = f"{len(account['old_tokens'])}_{secrets.token_urlsafe(48)}"
            account["token_until"] = now + self.token_seconds
        return {
            "access_token": account["token"],
            "expires_in": int(account["token_until"] - now),
        }

    def _account_by_token(self, token: str) -> tuple[dict, str]:
        if not token:
            raise RefusedError(41001)
        for app_id, account in self.state["accounts"].items():
            if token == account["token"]:
                if account["token_until"] <= self.clock():
                    raise RefusedError(42001)
                return account, app_id
            if token in account["old_tokens"]:
                raise RefusedError(42001)
        raise RefusedError(40001)

    def _count_call(self, account: dict, path: str) -> None:
        name = f"{self._day()} {path}"
        account["calls"][name] = account["calls"].get(name, 0) + 1
        if account["calls"][name] > self.calls_a_day:
            raise RefusedError(45009)

    def _day(self) -> str:
        return datetime.fromtimestamp(self.clock(), BEIJING).date().isoformat()

    def _next(self) -> int:
        self.state["number"] += 1
        return self.state["number"]

    # --- Pictures and drafts ----------------------------------------------------------------------

    def _media_uploadimg(self, account: dict, body: bytes) -> dict:
        if not _is_picture(body):
            raise RefusedError(40005 if body else 41005)
        if len(body) > 1_010_000:
            raise RefusedError(40009)
        url = f"https://mmbiz.qpic.cn/stand-in/{self._next()}/0?wx_fmt=png"
        account["images"].append(url)
        return {"url": url}

    def _material_add_material(self, account: dict, body: bytes) -> dict:
        if not _is_picture(body):
            raise RefusedError(40005 if body else 41005)
        media_id = f"material-{self._next()}"
        account["materials"].append(media_id)
        return {"media_id": media_id, "url": f"https://mmbiz.qpic.cn/stand-in/{media_id}"}

    def _draft_add(self, account: dict, given: dict) -> dict:
        articles = given.get("articles")
        if not isinstance(articles, list) or not articles or len(articles) > 8:
            raise RefusedError(44003)
        kept = [_checked(account, article) for article in articles]
        media_id = f"draft-{self._next()}"
        account["drafts"][media_id] = {"articles": kept, "at": self.clock()}
        return {"media_id": media_id}

    def _draft_get(self, account: dict, given: dict) -> dict:
        return {"news_item": self._draft(account, given)["articles"]}

    def _draft_delete(self, account: dict, given: dict) -> dict:
        self._draft(account, given)
        del account["drafts"][given["media_id"]]
        return {"errcode": 0, "errmsg": "ok"}

    def _draft_batchget(self, account: dict, given: dict) -> dict:
        rows = [
            {
                "media_id": media_id,
                "content": {"news_item": one["articles"]},
                "update_time": one["at"],
            }
            for media_id, one in reversed(account["drafts"].items())
        ]
        return _page(rows, given)

    def _draft(self, account: dict, given: dict) -> dict:
        draft = account["drafts"].get(str(given.get("media_id", "")))
        if draft is None:
            raise RefusedError(40007)
        return draft

    # --- Quiet publishing -------------------------------------------------------------------------

    def _freepublish_submit(self, account: dict, given: dict) -> dict:
        draft = self._draft(account, given)
        publish_id, data_id = str(self._next()), self._next()
        account["jobs"][publish_id] = {
            "media_id": given["media_id"],
            "articles": draft["articles"],
            "ready_at": self.clock() + self.publish_seconds,
            "outcome": self.publish_outcomes.popleft() if self.publish_outcomes else 0,
            "data_id": data_id,
            "status": 1,
            "article_id": "",
        }
        self._advance(account)
        return {"errcode": 0, "errmsg": "ok", "publish_id": publish_id, "msg_data_id": data_id}

    def _advance(self, account: dict) -> None:
        """Finish what is due."""
        for job in account["jobs"].values():
            if job["status"] != 1 or job["ready_at"] > self.clock():
                continue
            job["status"] = job["outcome"]
            if job["status"] in (0, 5, 6):
                account["drafts"].pop(job["media_id"], None)
                job["article_id"] = f"article-{self._next()}"
                account["articles"][job["article_id"]] = {
                    "articles": job["articles"],
                    "at": job["ready_at"],
                    "data_id": job["data_id"],
                    "url": f"http://mp.weixin.qq.com/s?stand-in={job['article_id']}",
                    "deleted": job["status"] != 0,
                }

    def _freepublish_get(self, account: dict, given: dict) -> dict:
        publish_id = str(given.get("publish_id", ""))
        job = account["jobs"].get(publish_id)
        if job is None:
            raise RefusedError(53600)
        answer = {"publish_id": publish_id, "publish_status": job["status"], "fail_idx": []}
        if job["status"] == 0:
            url = account["articles"][job["article_id"]]["url"]
            detail = {"count": 1, "item": [{"idx": 1, "article_url": url}]}
            answer |= {"article_id": job["article_id"], "article_detail": detail}
        elif job["status"] in (2, 4):
            answer["fail_idx"] = [1]
        return answer

    def _freepublish_batchget(self, account: dict, given: dict) -> dict:
        rows = [
            {
                "article_id": article_id,
                "content": {"news_item": [{**item, "url": one["url"]} for item in one["articles"]]},
                "update_time": one["at"],
            }
            for article_id, one in reversed(account["articles"].items())
            if not one["deleted"]
        ]
        return _page(rows, given)

    def _freepublish_delete(self, account: dict, given: dict) -> dict:
        article = account["articles"].get(str(given.get("article_id", "")))
        if article is None or article["deleted"]:
            raise RefusedError(53600)
        article["deleted"] = True
        for job in account["jobs"].values():
            if job["article_id"] == given["article_id"]:
                job["status"] = 5
        return {"errcode": 0, "errmsg": "ok"}

    # --- To followers -----------------------------------------------------------------------------

    def _mass_sendall(self, account: dict, given: dict) -> dict:
        client_id, now = str(given.get("clientmsgid", "")), self.clock()
        for message_id, message in account["messages"].items():
            if client_id and message["client_id"] == client_id and now - message["at"] < 86_400:
                raise RefusedError(45065, msg_id=int(message_id))
        draft = self._draft(account, given.get("mpnews") or {})
        today = self._day()
        days = [one["day"] for one in account["messages"].values() if one["status"] != "SEND_FAIL"]
        month = [day for day in days if day[:7] == today[:7]]
        if days.count(today) >= self.mass_a_day or len(month) >= self.mass_a_month:
            raise RefusedError(45028)
        message_id, data_id = str(self._next()), self._next()
        status = self.mass_outcomes.popleft() if self.mass_outcomes else "SEND_SUCCESS"
        account["messages"][message_id] = {
            "client_id": client_id, "at": now, "day": today, "status": status,
            "articles": draft["articles"], "data_id": data_id,
        }  # fmt: skip
        if status != "SEND_FAIL":
            del account["drafts"][given["mpnews"]["media_id"]]
        return {
            "errcode": 0, "errmsg": "send job submission success",
            "msg_id": int(message_id), "msg_data_id": data_id,
        }  # fmt: skip

    def _mass_get(self, account: dict, given: dict) -> dict:
        message = account["messages"].get(str(given.get("msg_id", "")))
        if message is None:
            raise RefusedError(40007)
        return {"msg_id": given["msg_id"], "msg_status": message["status"]}

    def _mass_delete(self, account: dict, given: dict) -> dict:
        message = account["messages"].get(str(given.get("msg_id", "")))
        if message is None:
            raise RefusedError(40007)
        message["status"] = "DELETE"
        return {"errcode": 0, "errmsg": "ok"}

    # --- Figures ----------------------------------------------------------------------------------

    def _datacube_getarticleread(self, account: dict, given: dict) -> dict:
        day = self._one_day(given)
        rows = [
            {
                "ref_date": day,
                "msgid": f"{one['data_id']}_1",
                "detail": {"read_user": self._figure(one["data_id"], day, "read_user")},
            }
            for one in self._public(account)
            if _date(one["at"]) <= day
        ]
        return {"list": rows, "is_delay": day in self.delayed_days}

    def _datacube_getarticletotaldetail(self, account: dict, given: dict) -> dict:
        day = self._one_day(given)
        yesterday = datetime.fromtimestamp(self.clock(), BEIJING).date() - timedelta(days=1)
        rows = []
        for one in self._public(account):
            if _date(one["at"]) != day:
                continue
            reads = shares = 0
            details, stat = [], datetime.fromisoformat(day).date()
            while stat <= yesterday and len(details) < 30:
                reads += self._figure(one["data_id"], stat.isoformat(), "read_user")
                shares += self._figure(one["data_id"], stat.isoformat(), "share_user")
                details.append(
                    {"stat_date": stat.isoformat(), "read_user": reads, "share_user": shares}
                )
                stat += timedelta(days=1)
            rows.append(
                {
                    "ref_date": day, "msgid": f"{one['data_id']}_1", "publish_type": 1,
                    "content_url": one.get("url", ""), "detail_list": details,
                }
            )  # fmt: skip
        return {"list": rows, "is_delay": day in self.delayed_days}

    def _public(self, account: dict) -> list[dict]:
        return [*account["articles"].values(), *account["messages"].values()]

    def _one_day(self, given: dict) -> str:
        day = str(given.get("begin_date", ""))
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or given.get("end_date") != day:
            raise RefusedError(61500)
        if day >= self._day():
            raise RefusedError(61500)
        return day

    def _figure(self, data_id: int, day: str, name: str) -> int:
        told = self.figures.get((str(data_id), day, name))
        if told is not None:
            return told
        # For trying out: something that differs by article and day, and is the same each time.
        number = (data_id * 2_654_435_761 + int(day.replace("-", ""))) % 300
        return number if name == "read_user" else number // 20


def _parse(body: bytes) -> dict:
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


def _checked(account: dict, article: object) -> dict:
    """The article as WeChat keeps it. Raises RefusedError."""
    if not isinstance(article, dict) or not article.get("title") or not article.get("content"):
        raise RefusedError(44003)
    content = str(article["content"])
    if len(article["title"]) > 32:
        raise RefusedError(45003)
    if len(article.get("digest") or "") > 128:
        raise RefusedError(45004)
    if len(content) >= 20_000 or len(content.encode()) >= 1_000_000:
        raise RefusedError(45002)
    if article.get("article_type") == "newspic":
        shown = (article.get("image_info") or {}).get("image_list") or []
        media_ids = [one.get("image_media_id") for one in shown]
        if not media_ids or len(media_ids) > 20 or not set(media_ids) <= set(account["materials"]):
            raise RefusedError(40007)
    elif article.get("thumb_media_id") not in account["materials"]:
        raise RefusedError(40007)
    content = re.sub(r"<script\b.*?</script>", "", content, flags=re.DOTALL | re.IGNORECASE)

    def known(image: re.Match) -> str:
        return (
            image[0]
            if any(url in image[0].replace("&amp;", "&") for url in account["images"])
            else ""
        )

    return {**article, "content": re.sub(r"<img\b[^>]*>", known, content)}


def _marker(articles: object) -> str:
    """The key that the client hides in its articles, as a UUID."""
    match = re.search(r"push-([0-9a-f]{32})", json.dumps(articles))
    if not match:
        return ""
    one = match[1]
    return f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"


def _page(rows: list[dict], given: dict) -> dict:
    offset, count = int(given.get("offset") or 0), int(given.get("count") or 0)
    if not 1 <= count <= 20:
        raise RefusedError(40097)
    items = rows[offset : offset + count]
    return {"total_count": len(rows), "item_count": len(items), "item": items}


def _is_picture(body: bytes) -> bool:
    return b"\xff\xd8\xff" in body[:1000] or b"\x89PNG" in body[:1000]


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, BEIJING).date().isoformat()
