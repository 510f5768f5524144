"""Pictures on WeChat's side: each is uploaded once an account, and known again by its checksum.

An upload that was cut off is simply done again: WeChat then holds a picture that nothing shows.
"""

import hashlib

from campaigns.channels.adapters.wechat.client import WechatClient
from campaigns.channels.provider_models import WechatMaterial

Kind = WechatMaterial.Kind


def uploaded_address(client: WechatClient, content: bytes) -> str:
    """The address under which an article's body may show the picture."""
    held = _held(client, Kind.BODY, content)
    if held is None:
        url = client.upload_body_image(_name(content), content)
        held = _remember(client, Kind.BODY, content, url=url)
    return held.url


def uploaded_material(client: WechatClient, content: bytes) -> str:
    """The media id of the picture among the account's permanent materials."""
    held = _held(client, Kind.MATERIAL, content)
    if held is None:
        media_id = client.add_material(_name(content), content)
        held = _remember(client, Kind.MATERIAL, content, media_id=media_id)
    return held.media_id


def _held(client: WechatClient, kind: str, content: bytes) -> WechatMaterial | None:
    return WechatMaterial.objects.filter(
        account=client.account, kind=kind, sha256=hashlib.sha256(content).hexdigest()
    ).first()


def _remember(client: WechatClient, kind: str, content: bytes, **given) -> WechatMaterial:
    # Another process may have uploaded the same picture: the first to write wins.
    held, _created = WechatMaterial.objects.get_or_create(
        account=client.account,
        kind=kind,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults=given,
    )
    return held


def _name(content: bytes) -> str:
    return "picture.png" if content.startswith(b"\x89PNG") else "picture.jpg"
