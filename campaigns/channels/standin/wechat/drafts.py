"""Drafts of the stand-in's WeChat: what an article may be, and what is kept of it."""

import re
from typing import TYPE_CHECKING

from campaigns.channels.standin.wechat.answers import RefusedError, page_of

if TYPE_CHECKING:
    from campaigns.channels.standin.wechat.provider import Wechat


def add(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`draft/add`."""
    articles = given.get("articles")
    if not isinstance(articles, list) or not articles or len(articles) > 8:
        raise RefusedError(44003)
    kept = [_checked(account, article) for article in articles]
    media_id = f"draft-{wechat.next_number()}"
    account["drafts"][media_id] = {"articles": kept, "at": wechat.clock()}
    return {"media_id": media_id}


def get(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`draft/get`."""
    return {"news_item": draft_of(account, given)["articles"]}


def delete(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`draft/delete`."""
    draft_of(account, given)
    del account["drafts"][given["media_id"]]
    return {"errcode": 0, "errmsg": "ok"}


def batch_get(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`draft/batchget`: newest first."""
    rows = [
        {"media_id": media_id, "content": {"news_item": one["articles"]}, "update_time": one["at"]}
        for media_id, one in reversed(account["drafts"].items())
    ]
    return page_of(rows, given)


def draft_of(account: dict, given: dict) -> dict:
    """The draft that `media_id` names. Raises RefusedError."""
    draft = account["drafts"].get(str(given.get("media_id", "")))
    if draft is None:
        raise RefusedError(40007)
    return draft


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
        address = image[0].replace("&amp;", "&")
        return image[0] if any(url in address for url in account["images"]) else ""

    return {**article, "content": re.sub(r"<img\b[^>]*>", known, content)}
