"""Pictures of the stand-in's WeChat: those in article bodies, and the permanent materials."""

from typing import TYPE_CHECKING

from campaigns.channels.standin.wechat.answers import RefusedError

if TYPE_CHECKING:
    from campaigns.channels.standin.wechat.provider import Wechat


def upload_image(wechat: "Wechat", account: dict, body: bytes) -> dict:
    """`media/uploadimg`: from now on article bodies may show it."""
    _check(body)
    if len(body) > 1_010_000:
        raise RefusedError(40009)
    url = f"https://mmbiz.qpic.cn/stand-in/{wechat.next_number()}/0?wx_fmt=png"
    account["images"].append(url)
    return {"url": url}


def add_material(wechat: "Wechat", account: dict, body: bytes) -> dict:
    """`material/add_material`: kept for good."""
    _check(body)
    media_id = f"material-{wechat.next_number()}"
    account["materials"].append(media_id)
    return {"media_id": media_id, "url": f"https://mmbiz.qpic.cn/stand-in/{media_id}"}


def _check(body: bytes) -> None:
    if not body:
        raise RefusedError(41005)
    if b"\xff\xd8\xff" not in body[:1000] and b"\x89PNG" not in body[:1000]:
        raise RefusedError(40005)
