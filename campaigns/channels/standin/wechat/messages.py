"""Messages to followers of the stand-in's WeChat: a quota, and one message a `clientmsgid`."""

from typing import TYPE_CHECKING

from campaigns.channels.standin.wechat.answers import RefusedError
from campaigns.channels.standin.wechat.drafts import draft_of

if TYPE_CHECKING:
    from campaigns.channels.standin.wechat.provider import Wechat

DAY = 86_400


def send_to_all(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`message/mass/sendall`."""
    client_id, now = str(given.get("clientmsgid", "")), wechat.clock()
    for message_id, message in account["messages"].items():
        if client_id and message["client_id"] == client_id and now - message["at"] < DAY:
            raise RefusedError(45065, msg_id=int(message_id))
    draft = draft_of(account, given.get("mpnews") or {})
    today = wechat.day()
    _check_quota(wechat, account, today)
    message_id, data_id = str(wechat.next_number()), wechat.next_number()
    status = wechat.mass_outcomes.popleft() if wechat.mass_outcomes else "SEND_SUCCESS"
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


def tell_refused(wechat: "Wechat", app_id: str) -> None:
    """Say what was accepted and then not sent."""
    for message_id, message in wechat.account(app_id)["messages"].items():
        if message["status"] == "SEND_FAIL" and not message.get("told"):
            message["told"] = True
            wechat.tell(
                wechat.clock(),
                call="message refused",
                account=app_id,
                key=message["client_id"],
                number=message_id,
                code=message["status"],
            )


def _check_quota(wechat: "Wechat", account: dict, today: str) -> None:
    days = [one["day"] for one in account["messages"].values() if one["status"] != "SEND_FAIL"]
    month = [day for day in days if day[:7] == today[:7]]
    if days.count(today) >= wechat.mass_a_day or len(month) >= wechat.mass_a_month:
        raise RefusedError(45028)


def get(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`message/mass/get`."""
    return {"msg_id": given["msg_id"], "msg_status": _message(account, given)["status"]}


def delete(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`message/mass/delete`."""
    _message(account, given)["status"] = "DELETE"
    return {"errcode": 0, "errmsg": "ok"}


def _message(account: dict, given: dict) -> dict:
    message = account["messages"].get(str(given.get("msg_id", "")))
    if message is None:
        raise RefusedError(40007)
    return message
