"""A thin client of WeChat's documented interfaces: one method a call, errors sorted, no retries.

The only exception is a token that WeChat refuses: the call was not done, so it is made once more
with another token. Bodies are raw UTF-8 JSON. The token stands in the query, as WeChat wants it, so
no address ever gets into a message or a log.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.channels.adapters.outgoing import NOT_SENT, open_client
from campaigns.channels.adapters.wechat import token as tokens
from campaigns.channels.adapters.wechat.errors import (
    Kind,
    NoAnswerError,
    NotConnectedError,
    NotSentError,
    RefusedCredentialsError,
    WechatError,
)
from campaigns.channels.adapters.wording import cause_of, raw
from campaigns.channels.models import ChannelAccount
from campaigns.channels.provider_models import Connection
from campaigns.channels.secrets import Secret


class WechatClient:
    """Calls in the name of one account.

    Every method raises WechatError, NotSentError or NoAnswerError; the constructor raises
    NotConnectedError and UnreadableSecretError.
    """

    def __init__(self, account: ChannelAccount) -> None:
        connection = Connection.objects.filter(account=account).first()
        if not connection or not connection.app_id or not connection.sealed_secret:
            raise NotConnectedError
        self.account = account
        self.connection = connection
        self.app_id = connection.app_id
        self._secret = connection.secret
        self._http = open_client(settings.WECHAT_API_BASE, settings.WECHAT)

    def __enter__(self) -> "WechatClient":
        return self

    def __exit__(self, *_raised) -> None:
        self._http.close()

    # --- Token -----------------------------------------------------------------------------------

    def fetch_token(self, force: bool = False) -> tuple[Secret, int]:
        """A token from WeChat, and for how many seconds it is good."""
        answer = self._post(
            "/cgi-bin/stable_token",
            content=_json(
                {
                    "grant_type": "client_credential",
                    "appid": self.app_id,
                    "secret": self._secret.reveal(),
                    "force_refresh": force,
                }
            ),
        )
        try:
            return Secret(str(answer["access_token"])), int(answer["expires_in"])
        except (KeyError, TypeError, ValueError):
            raise NotSentError(_("the answer holds no token")) from None

    # --- Pictures --------------------------------------------------------------------------------

    def upload_body_image(self, name: str, content: bytes) -> str:
        """Put a picture where article bodies may show it; its address."""
        answer = self._call("/cgi-bin/media/uploadimg", files={"media": (name, content)})
        return _text(answer, "url")

    def add_material(self, name: str, content: bytes) -> str:
        """Keep a picture for good; its media id."""
        answer = self._call(
            "/cgi-bin/material/add_material",
            files={"media": (name, content)},
            query={"type": "image"},
        )
        return _text(answer, "media_id")

    # --- Drafts ----------------------------------------------------------------------------------

    def add_draft(self, article: dict) -> str:
        """The new draft's media id."""
        return _text(self._call("/cgi-bin/draft/add", {"articles": [article]}), "media_id")

    def has_draft(self, media_id: str) -> bool:
        """Whether the draft is still there. It goes when it is published."""
        try:
            self._call("/cgi-bin/draft/get", {"media_id": media_id})
        except WechatError as error:
            if error.kind is Kind.GONE:
                return False
            raise
        return True

    def delete_draft(self, media_id: str) -> None:
        """Remove a draft; one that is gone already is fine."""
        try:
            self._call("/cgi-bin/draft/delete", {"media_id": media_id})
        except WechatError as error:
            if error.kind is not Kind.GONE:
                raise

    def drafts(self) -> Iterator[dict]:
        """Drafts, newest first, as far back as settings say."""
        return self._pages("/cgi-bin/draft/batchget")

    # --- Quiet publishing ------------------------------------------------------------------------

    def submit(self, media_id: str) -> dict:
        """Hand a draft in for publishing: `publish_id` and `msg_data_id`. Not published yet."""
        return self._call("/cgi-bin/freepublish/submit", {"media_id": media_id})

    def publishing(self, publish_id: str) -> dict:
        """How the publishing goes: `publish_status` 0 to 6, `article_id`, addresses."""
        return self._call("/cgi-bin/freepublish/get", {"publish_id": publish_id})

    def published(self) -> Iterator[dict]:
        """What was published, newest first, as far back as settings say."""
        return self._pages("/cgi-bin/freepublish/batchget")

    def delete_published(self, article_id: str) -> None:
        """Take an article down for good."""
        self._call("/cgi-bin/freepublish/delete", {"article_id": article_id, "index": 1})

    # --- To followers ----------------------------------------------------------------------------

    def send_to_all(self, media_id: str, client_id: str) -> dict:
        """Send a draft to all followers: `msg_id`, `msg_data_id`.

        The same `client_id` within a day is refused as a duplicate (45065).
        """
        return self._call(
            "/cgi-bin/message/mass/sendall",
            {
                "filter": {"is_to_all": True},
                "mpnews": {"media_id": media_id},
                "msgtype": "mpnews",
                "send_ignore_reprint": 0,
                "clientmsgid": client_id,
            },
        )

    def sending(self, message_id: str) -> str:
        """How the sending goes: SENDING, SEND_SUCCESS, SEND_FAIL or DELETE."""
        return _text(self._call("/cgi-bin/message/mass/get", {"msg_id": message_id}), "msg_status")

    def delete_sent(self, message_id: str) -> None:
        """Take a message to followers back."""
        self._call("/cgi-bin/message/mass/delete", {"msg_id": int(message_id), "article_idx": 1})

    # --- Figures ---------------------------------------------------------------------------------

    def figures(self, name: str, day: date) -> dict:
        """A datacube answer about one day: `list` and `is_delay`."""
        days = {"begin_date": day.isoformat(), "end_date": day.isoformat()}
        return self._call(f"/datacube/{name}", days)

    # --- How a call is made ----------------------------------------------------------------------

    def _pages(self, path: str) -> Iterator[dict]:
        size = settings.WECHAT["page_size"]
        for page in range(settings.WECHAT["pages_searched"]):
            answer = self._call(path, {"offset": page * size, "count": size, "no_content": 0})
            items = answer.get("item") or []
            yield from items
            if len(items) < size or (page + 1) * size >= int(answer.get("total_count") or 0):
                return

    def _call(self, path: str, body: dict | None = None, *, files=None, query=None) -> dict:
        token = tokens.token_of(self.account, self._fetch_for_call)
        given = {"files": files} if files else {"content": _json(body or {})}
        try:
            return self._post(path, token, query, **given)
        except WechatError as error:
            if error.kind is not Kind.TOKEN:
                raise
        token = tokens.token_instead_of(self.account, token, self._fetch_for_call)
        return self._post(path, token, query, **given)

    def _fetch_for_call(self, force: bool) -> tuple[Secret, int]:
        """As fetch_token; without an answer the call that needs the token was not made."""
        try:
            return self.fetch_token(force)
        except NoAnswerError as error:
            raise NotSentError(*error.args) from None
        except WechatError as error:
            if error.kind is Kind.TOKEN:
                raise RefusedCredentialsError(error.code, error.words) from None
            raise

    def _post(self, path: str, token: Secret | None = None, query=None, **given) -> dict:
        params = {**(query or {}), **({"access_token": token.reveal()} if token else {})}
        try:
            answer = self._http.post(path, params=params, **given)
        except NOT_SENT as error:
            raise NotSentError(cause_of(error), raw(error)) from None
        except httpx.HTTPError as error:
            raise NoAnswerError(cause_of(error), raw(error)) from None
        return _understood(answer)


def _understood(answer: httpx.Response) -> dict:
    if answer.status_code != httpx.codes.OK:
        raise NoAnswerError(f"HTTP {answer.status_code}")
    try:
        told: Any = json.loads(answer.content)
        code = int(told.get("errcode") or 0)
    except (ValueError, TypeError, AttributeError):
        raise NoAnswerError(_("what came back cannot be read")) from None
    if code:
        error = WechatError(code, str(told.get("errmsg") or "")[:300])
        error.answer = told
        raise error
    return told


def _text(answer: dict, name: str) -> str:
    value = answer.get(name)
    if not value:
        raise NoAnswerError(_("the answer holds no %(name)s") % {"name": name})
    return str(value)


def _json(body: dict) -> bytes:
    """Raw UTF-8: WeChat does not read \\u escapes (47001)."""
    return json.dumps(body, ensure_ascii=False).encode()
