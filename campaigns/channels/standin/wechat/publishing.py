"""Quiet publishing of the stand-in's WeChat: accepted at once, done or refused later.

Done `publish_seconds` after it was accepted, and only then the draft goes. So the same draft is
accepted again in between: the worst that a client has to be safe against.
"""

from typing import TYPE_CHECKING

from campaigns.channels.standin.wechat.answers import RefusedError, marker_of, page_of
from campaigns.channels.standin.wechat.drafts import draft_of

if TYPE_CHECKING:
    from campaigns.channels.standin.wechat.provider import Wechat

# publish_status, as freepublish/get tells it.
PUBLISHED, RUNNING, NOT_ORIGINAL, BROKEN, REJECTED, DELETED, BANNED = range(7)


def submit(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`freepublish/submit`: accepted, no more than that."""
    draft = draft_of(account, given)
    publish_id, data_id = str(wechat.next_number()), wechat.next_number()
    account["jobs"][publish_id] = {
        "media_id": given["media_id"],
        "articles": draft["articles"],
        "ready_at": wechat.clock() + wechat.publish_seconds,
        "outcome": wechat.publish_outcomes.popleft() if wechat.publish_outcomes else PUBLISHED,
        "data_id": data_id,
        "status": RUNNING,
        "article_id": "",
    }
    return {"errcode": 0, "errmsg": "ok", "publish_id": publish_id, "msg_data_id": data_id}


def advance(wechat: "Wechat", app_id: str) -> None:
    """Bring to an end what is due, and say what was refused that had been accepted."""
    account = wechat.account(app_id)
    for publish_id, job in account["jobs"].items():
        if job["status"] != RUNNING or job["ready_at"] > wechat.clock():
            continue
        job["status"] = job["outcome"]
        if job["status"] in (PUBLISHED, DELETED, BANNED):
            _publish(wechat, account, job)
        else:
            wechat.tell(
                job["ready_at"],
                call="publication refused",
                account=app_id,
                key=marker_of(job["articles"]),
                number=publish_id,
                code=job["status"],
            )


def _publish(wechat: "Wechat", account: dict, job: dict) -> None:
    account["drafts"].pop(job["media_id"], None)
    job["article_id"] = f"article-{wechat.next_number()}"
    account["articles"][job["article_id"]] = {
        "articles": job["articles"],
        "at": job["ready_at"],
        "data_id": job["data_id"],
        "url": f"http://mp.weixin.qq.com/s?stand-in={job['article_id']}",
        "deleted": job["status"] != PUBLISHED,
    }


def get(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`freepublish/get`."""
    publish_id = str(given.get("publish_id", ""))
    job = account["jobs"].get(publish_id)
    if job is None:
        raise RefusedError(53600)
    answer = {"publish_id": publish_id, "publish_status": job["status"], "fail_idx": []}
    if job["status"] == PUBLISHED:
        url = account["articles"][job["article_id"]]["url"]
        detail = {"count": 1, "item": [{"idx": 1, "article_url": url}]}
        answer |= {"article_id": job["article_id"], "article_detail": detail}
    elif job["status"] in (NOT_ORIGINAL, REJECTED):
        answer["fail_idx"] = [1]
    return answer


def batch_get(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`freepublish/batchget`: what is public, newest first."""
    rows = [
        {
            "article_id": article_id,
            "content": {"news_item": [{**item, "url": one["url"]} for item in one["articles"]]},
            "update_time": one["at"],
        }
        for article_id, one in reversed(account["articles"].items())
        if not one["deleted"]
    ]
    return page_of(rows, given)


def delete(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`freepublish/delete`."""
    article = account["articles"].get(str(given.get("article_id", "")))
    if article is None or article["deleted"]:
        raise RefusedError(53600)
    article["deleted"] = True
    for job in account["jobs"].values():
        if job["article_id"] == given["article_id"]:
            job["status"] = DELETED
    return {"errcode": 0, "errmsg": "ok"}
