"""App pushes by JPush's REST API v3: a notification by tags that opens the piece.

JPush answers the same cid, for a day, with the first result and sends nothing again. So the cid is
fetched and stored before the push is made, every try uses it, and the only way to find out what
became of a push is to make the same one again. Past the cid's day, or past the push's tolerance,
that is no longer done: a person looks.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.channels.adapters.contract import (
    Adapter,
    Delivery,
    Finding,
    Outcome,
    Receipt,
    Remark,
    Trace,
)
from campaigns.channels.adapters.outgoing import NOT_SENT, open_client
from campaigns.channels.adapters.wording import cause_of, raw
from campaigns.channels.models import ChannelAccount
from campaigns.channels.provider_models import Connection, JpushJob
from campaigns.channels.secrets import Secret, UnreadableSecretError

ADVICE = {
    1004: gettext_lazy("The AppKey or Master Secret is wrong: enter the present ones."),
    1008: gettext_lazy("JPush does not know this AppKey."),
    1011: gettext_lazy("No device has these tags: see to the tags under “Connection”."),
}


class NotConnectedError(Exception):
    """The account has no credentials."""

    def __str__(self) -> str:
        return _("The account has no AppKey and Master Secret yet: set them under “Connection”.")


class JpushError(Exception):
    """JPush answered with an error, or not at all; `receipt` says what that means."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.detail)
        self.receipt = receipt


class JpushAdapter(Adapter):
    """Notifications to the devices that carry the account's tags."""

    def preflight(self, delivery: Delivery) -> list[Remark]:
        connection = Connection.objects.filter(account=delivery.account).first()
        if not connection or not connection.app_id or not connection.sealed_secret:
            return [Remark("jpush.credentials", str(NotConnectedError()))]
        remarks = []
        if len(connection.tag_list()) > settings.JPUSH["tags"]:
            text = _("JPush takes at most %(most)d tags.") % {"most": settings.JPUSH["tags"]}
            remarks.append(Remark("jpush.tags", text))
        notification = _payload(delivery, connection, "")["notification"]
        if len(_json(notification)) > settings.JPUSH["payload_bytes"]:
            remarks.append(Remark("jpush.size", _("The title and summary are too long for JPush.")))
        return remarks

    def send(self, delivery: Delivery) -> Receipt:
        asked = f"POST {settings.JPUSH_API_BASE}/v3/push · {delivery.account.code} · {delivery.key}"
        try:
            receipt = _push(delivery)
        except (NotConnectedError, UnreadableSecretError) as error:
            receipt = Receipt(Outcome.FAILED, str(error))
        except JpushError as error:
            receipt = error.receipt
        return Receipt(receipt.outcome, receipt.detail, asked, "", receipt.retry_after)

    def reconcile(self, delivery: Delivery) -> Finding:
        job = JpushJob.objects.filter(key=delivery.key).first()
        if job is None or (not job.submitted_at and not job.message_id):
            return Finding(Trace.NOT_FOUND)
        if job.message_id:
            return Finding(Trace.FOUND, f"msg_id {job.message_id}")
        tolerance = timedelta(minutes=delivery.account.tolerance_minutes)
        if not _cid_is_good(job) or timezone.now() > delivery.scheduled_at + tolerance:
            return Finding(
                Trace.CANNOT_TELL,
                _("JPush can no longer be asked: look into its console whether it went out."),
            )
        receipt = self.send(delivery)
        if receipt.outcome == Outcome.SENT:
            return Finding(Trace.FOUND, receipt.detail)
        # Refused or not: the first try may have gone out.
        return Finding(Trace.CANNOT_TELL, receipt.detail)

    def test_connection(self, account: ChannelAccount) -> str:
        """Ask for a cid; words about how it went. Raises JpushError, NotConnectedError."""
        with _open(account) as (http, _connection):
            _fetch_cid(http)
        return _("JPush accepts the credentials.")


class _open:  # noqa: N801 a context manager that reads like a function
    """A connected client and the account's connection."""

    def __init__(self, account: ChannelAccount) -> None:
        connection = Connection.objects.filter(account=account).first()
        if not connection or not connection.app_id or not connection.sealed_secret:
            raise NotConnectedError
        self.connection = connection
        self.http = open_client(settings.JPUSH_API_BASE, settings.JPUSH)
        self.http.auth = _auth(connection.app_id, connection.secret)

    def __enter__(self) -> tuple[httpx.Client, Connection]:
        return self.http, self.connection

    def __exit__(self, *_raised) -> None:
        self.http.close()


def _auth(app_key: str, secret: Secret) -> httpx.BasicAuth:
    return httpx.BasicAuth(app_key, secret.reveal())


def _push(delivery: Delivery) -> Receipt:
    with _open(delivery.account) as (http, connection):
        job = _job_with_cid(http, delivery)
        if job.message_id:
            return Receipt(Outcome.SENT, f"msg_id {job.message_id}")
        if not _cid_is_good(job):
            return Receipt(Outcome.UNKNOWN, _("The cid's day is over: it cannot be repeated."))
        first = job.submitted_at is None
        JpushJob.objects.filter(pk=job.pk, submitted_at=None).update(submitted_at=timezone.now())
        try:
            told = _call(http, "POST", "/v3/push", _payload(delivery, connection, job.cid))
        except JpushError as error:
            if error.receipt.outcome not in (Outcome.FAILED, Outcome.TEMPORARY):
                raise
            if not first:
                # An earlier try may have gone out, whatever is said to this one.
                raise JpushError(replace(error.receipt, outcome=Outcome.UNKNOWN)) from None
            JpushJob.objects.filter(pk=job.pk).update(submitted_at=None)
            raise
        message_id = str(told.get("msg_id") or "")
        JpushJob.objects.filter(pk=job.pk).update(message_id=message_id or "?")
        return Receipt(Outcome.SENT, f"msg_id {message_id}")


def _job_with_cid(http: httpx.Client, delivery: Delivery) -> JpushJob:
    job = JpushJob.objects.filter(key=delivery.key).first()
    if job is None:
        made = {"account": delivery.account, "cid": _fetch_cid(http), "cid_at": timezone.now()}
        job, _created = JpushJob.objects.get_or_create(key=delivery.key, defaults=made)
    elif not job.submitted_at and not job.message_id and not _cid_is_good(job):
        # Never used: another is as good.
        job.cid, job.cid_at = _fetch_cid(http), timezone.now()
        job.save(update_fields=["cid", "cid_at", "updated_at"])
    return job


def _cid_is_good(job: JpushJob) -> bool:
    return timezone.now() < job.cid_at + timedelta(seconds=settings.JPUSH["cid_seconds"])


def _fetch_cid(http: httpx.Client) -> str:
    try:
        cids = _call(http, "GET", "/v3/push/cid", None).get("cidlist")
    except JpushError as error:
        if error.receipt.outcome == Outcome.UNKNOWN:
            # Nothing was pushed yet.
            raise _wait(error.receipt.detail) from None
        raise
    if not isinstance(cids, list) or not cids:
        raise _wait(_("JPush gave no cid."))
    return str(cids[0])


def _payload(delivery: Delivery, connection: Connection, cid: str) -> dict:
    title, url = delivery.page.title, delivery.tracked_link
    alert = " ".join((delivery.page.summary or title).split())[: settings.JPUSH["alert_length"]]
    tags = connection.tag_list()
    extras = {"url": url, "key": str(delivery.key)}
    return {
        "cid": cid,
        "platform": "all",
        "audience": {"tag": tags} if tags else "all",
        "notification": {
            "android": {"alert": alert, "title": title, "extras": extras},
            "ios": {"alert": {"title": title, "body": alert}, "extras": extras},
        },
        "options": {
            "time_to_live": settings.JPUSH["time_to_live"],
            "apns_production": True,
        },
    }


def _call(http: httpx.Client, method: str, path: str, body: dict | None) -> dict:
    try:
        answer = http.request(
            method,
            path,
            content=_json(body) if body else None,
            headers={"Content-Type": "application/json"},
        )
    except NOT_SENT as error:
        words = _("JPush cannot be reached: %(words)s.") % {"words": cause_of(error)}
        raise _wait(f"{words}\n{raw(error)}") from None
    except httpx.HTTPError as error:
        words = _("JPush did not answer: %(words)s.") % {"words": cause_of(error)}
        raise JpushError(Receipt(Outcome.UNKNOWN, f"{words}\n{raw(error)}")) from None
    try:
        told: Any = json.loads(answer.content)
        error = told.get("error") or {}
        code, words = int(error.get("code") or 0), str(error.get("message") or "")[:300]
    except (ValueError, TypeError, AttributeError):
        words = _("JPush did not answer: %(words)s.") % {"words": f"HTTP {answer.status_code}"}
        raise JpushError(Receipt(Outcome.UNKNOWN, words)) from None
    if answer.status_code == httpx.codes.OK and not code:
        return told
    raise _refusal(answer, code, words)


def _refusal(answer: httpx.Response, code: int, words: str) -> JpushError:
    detail = f"HTTP {answer.status_code} {code} {words}".strip()
    if advice := ADVICE.get(code):
        detail = f"{detail}. {advice}"
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or code == 2002:
        reset = answer.headers.get("X-Rate-Limit-Reset", "")
        wait = int(reset) if reset.isdecimal() else settings.JPUSH["rate_wait"]
        return JpushError(Receipt(Outcome.TEMPORARY, detail, retry_after=max(1, wait)))
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        # It may have gone out all the same; the cid makes the next try harmless.
        wait = settings.JPUSH["busy_wait"]
        return JpushError(Receipt(Outcome.UNKNOWN, detail, retry_after=wait))
    return JpushError(Receipt(Outcome.FAILED, detail))


def _wait(detail: str) -> JpushError:
    return JpushError(Receipt(Outcome.TEMPORARY, detail, retry_after=settings.JPUSH["busy_wait"]))


def _json(body: dict) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
