"""Access tokens of the stand-in's WeChat: `stable_token`, and how long one is good."""

import secrets
from typing import TYPE_CHECKING

from campaigns.channels.standin.wechat.answers import RefusedError

if TYPE_CHECKING:
    from campaigns.channels.standin.wechat.provider import Wechat


def stable_token(wechat: "Wechat", given: dict) -> dict:
    """The account's token; a new one when it is over, or when it is forced (a few times a day)."""
    app_id, secret = str(given.get("appid", "")), str(given.get("secret", ""))
    if not app_id:
        raise RefusedError(40013)
    if not secret or secret.startswith("wrong"):
        raise RefusedError(40125)
    account, now = wechat.account(app_id), wechat.clock()
    is_forced = bool(given.get("force_refresh"))
    if is_forced:
        _count_forced(wechat, account)
    if is_forced or account["token_until"] <= now:
        account["old_tokens"] = [*account["old_tokens"][-20:], account["token"]]
        account["token"] = f"{len(account['old_tokens'])}_{secrets.token_urlsafe(48)}"
        account["token_until"] = now + wechat.token_seconds
    return {"access_token": account["token"], "expires_in": int(account["token_until"] - now)}


def _count_forced(wechat: "Wechat", account: dict) -> None:
    day = wechat.day()
    account["forced"][day] = account["forced"].get(day, 0) + 1
    if account["forced"][day] > wechat.forced_a_day:
        raise RefusedError(45009)


def app_id_of(wechat: "Wechat", token: str) -> str:
    """Whose token it is. Raises RefusedError when it is none, or no longer good."""
    if not token:
        raise RefusedError(41001)
    for app_id, account in wechat.state["accounts"].items():
        if token == account["token"]:
            if account["token_until"] <= wechat.clock():
                raise RefusedError(42001)
            return app_id
        if token in account["old_tokens"]:
            raise RefusedError(42001)
    raise RefusedError(40001)
