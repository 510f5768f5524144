"""WeChat's signed events (plain mode): believed only as far as "something happened, go and ask".

The signature covers a time stamp and a nonce, not the body. So an event changes nothing by itself:
the push it seems to speak of is merely asked about at once instead of later. Old, repeated,
oversized or unreadable events are refused or ignored.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from uuid import UUID
from xml.etree import ElementTree

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from campaigns.channels.models import ChannelAccount
from campaigns.channels.news import tell
from campaigns.channels.provider_models import Connection, WechatJob
from campaigns.channels.secrets import UnreadableSecretError

FINISHED = {"PUBLISHJOBFINISH": "publish_id", "MASSSENDJOBFINISH": "message_id"}
LONGEST_NONCE = 128


class RefusedEventError(Exception):
    """It is not from WeChat, or too old, or was heard already."""


def echo(account_pk: int, query: Mapping[str, str]) -> str:
    """What WeChat wants to read back when the address is entered. Raises RefusedEventError."""
    _check_signature(account_pk, query)
    return query.get("echostr", "")[:256]


def take(account_pk: int, query: Mapping[str, str], request: HttpRequest) -> None:
    """Hear an event. Raises RefusedEventError; what is of no interest passes silently."""
    _check_signature(account_pk, query)
    most = settings.WECHAT["callback_bytes"]
    body = request.read(most + 1)
    if len(body) > most:
        raise RefusedEventError("too large")
    seen = hashlib.sha256(f"{query['timestamp']} {query['nonce']} ".encode() + body).hexdigest()
    if not cache.add(
        f"wechat-event-{account_pk}-{seen}", 1, 2 * settings.WECHAT["callback_seconds"]
    ):
        # WeChat itself repeats what it thinks was not heard: that is no attack, and no news.
        return
    for key in _deliveries(account_pk, _read(body)):
        tell(key)


def _check_signature(account_pk: int, query: Mapping[str, str]) -> None:
    given = [query.get(name, "") for name in ("timestamp", "nonce", "signature")]
    timestamp, nonce, signature = given
    if not timestamp.isdecimal() or len(timestamp) > 12 or not 0 < len(nonce) <= LONGEST_NONCE:
        raise RefusedEventError("incomplete")
    if abs(time.time() - int(timestamp)) > settings.WECHAT["callback_seconds"]:
        raise RefusedEventError("too old")
    # By way of the account's own key, which may be any number: a foreign key would not take all.
    account = ChannelAccount.objects.filter(pk=account_pk, is_active=True)
    connection = Connection.objects.filter(account__in=account).first()
    try:
        token = connection.callback_token.reveal() if connection else ""
    except UnreadableSecretError:
        token = ""
    parts = "".join(sorted([token, timestamp, nonce]))
    expected = hashlib.sha1(parts.encode(), usedforsecurity=False).hexdigest()
    matches = hmac.compare_digest(expected.encode(), signature.encode())
    if not token or not matches:
        raise RefusedEventError("wrong signature")


def _read(body: bytes) -> dict[str, str]:
    """The event's fields by name; empty for what is no event."""
    try:
        # As WeChat sends it; in another encoding the next line would not see what it looks for.
        text = body.decode()
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            return {}
        root = ElementTree.fromstring(text)  # noqa: S314 entities were ruled out above
    except (ElementTree.ParseError, ValueError, LookupError):
        return {}
    return {element.tag: (element.text or "").strip() for element in root.iter()}


def _deliveries(account_pk: int, event: dict[str, str]) -> list[UUID]:
    field = FINISHED.get(event.get("Event", ""))
    number = (event.get("publish_id") or event.get("MsgID") or "")[:64]
    if not field:
        return []
    jobs = WechatJob.objects.filter(account=account_pk)
    known = list(jobs.filter(**{field: number}).values_list("key", flat=True)) if number else []
    if known:
        return known
    # The number may belong to a submission whose answer was lost.
    lost = jobs.filter(submitted_at__isnull=False, publish_id="", message_id="", article_id="")
    return list(lost.order_by("-submitted_at").values_list("key", flat=True)[:20])
