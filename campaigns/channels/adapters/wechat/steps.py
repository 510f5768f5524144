"""The way of one delivery through WeChat, and what each step leaves behind. See decision 0028.

    pictures uploaded   repeated at will: kept by their checksum (WechatMaterial)
    draft added         repeated at will: nobody sees drafts; a lost one is found by its marker
    HANDED IN           once. `submitted_at` is written before the call and taken back only when
                        WeChat clearly refused; from then on only this same draft is handed in
    working             `publish_id` or `message_id`: WeChat is asked until it is done
    done                `url`, `article_id`

What is between "handed in" and "working" is lost: no answer came. It is found out by looking for
the marker among what was published, and by whether the draft is still there: WeChat removes a draft
when it is published. Only a draft that is still there after `settle_seconds` was not accepted.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.windows import beijing_day
from campaigns.channels.adapters.contract import Delivery, Finding, Trace
from campaigns.channels.adapters.wechat import body
from campaigns.channels.adapters.wechat.client import WechatClient
from campaigns.channels.adapters.wechat.errors import (
    Kind,
    NoAnswerError,
    NotSentError,
    WechatError,
)
from campaigns.channels.adapters.wechat.pictures import uploaded_address, uploaded_material
from campaigns.channels.provider_models import Connection, WechatJob

# freepublish/get
PUBLISHED, RUNNING, NOT_ORIGINAL, BROKEN, REJECTED, DELETED, BANNED = range(7)


def job_of(delivery: Delivery) -> WechatJob:
    """The delivery's row; made if there is none."""
    job, _created = WechatJob.objects.get_or_create(
        key=delivery.key, defaults={"account": delivery.account}
    )
    return job


def keep(job: WechatJob, **changes) -> None:
    """Write down what has just become known, before anything else is done."""
    for name, value in changes.items():
        setattr(job, name, value)
    job.save(update_fields=[*changes, "updated_at"])


# --- Draft ----------------------------------------------------------------------------------------


def ensure_draft(client: WechatClient, job: WechatJob, delivery: Delivery) -> None:
    """Have exactly one draft of this delivery. Raises the client's errors, MissingFileError."""
    if job.draft_media_id:
        return
    if job.draft_tried_at and (media_id := find_draft(client, delivery)):
        keep(job, draft_media_id=media_id)
        return
    article = _article(client, delivery, client.connection)
    keep(job, draft_tried_at=timezone.now())
    keep(job, draft_media_id=client.add_draft(article))


def find_draft(client: WechatClient, delivery: Delivery) -> str | None:
    """The media id of a draft with the delivery's marker."""
    marker = body.marker_of(delivery.key)
    for item in client.drafts():
        if _bears(item, marker):
            return str(item.get("media_id") or "") or None
    return None


def drop_draft(client: WechatClient, job: WechatJob, delivery: Delivery) -> None:
    """Leave no draft behind of a delivery that was not handed in."""
    media_id = job.draft_media_id
    if not media_id and job.draft_tried_at:
        media_id = find_draft(client, delivery) or ""
    if media_id:
        client.delete_draft(media_id)
    if job.draft_tried_at:
        keep(job, draft_tried_at=None, draft_media_id="")


def _article(client: WechatClient, delivery: Delivery, connection: Connection) -> dict:
    article = body.compose(delivery, connection.author)
    if connection.form == Connection.Form.NEWSPIC:
        article = body.for_pictures(article, delivery)
        shown = [data for name, data in article.pictures.items() if name != body.QR]
        shown = (shown or [article.cover])[: settings.WECHAT["newspic_images"] - 1]
        shown.append(article.pictures[body.QR])
        return {
            "article_type": "newspic",
            "title": article.title,
            "content": article.html,
            "image_info": {
                "image_list": [
                    {"image_media_id": uploaded_material(client, data)} for data in shown
                ]
            },
        }
    addresses = {name: uploaded_address(client, data) for name, data in article.pictures.items()}
    return {
        "article_type": "news",
        "title": article.title,
        "author": article.author,
        "digest": article.digest,
        "content": body.fill(article.html, addresses),
        "content_source_url": article.source_url,
        "thumb_media_id": uploaded_material(client, article.cover),
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
    }


# --- Handing in -----------------------------------------------------------------------------------


def hand_in(client: WechatClient, job: WechatJob) -> None:
    """Submit the draft, or send it to all followers. Raises the client's errors.

    After NoAnswerError, and after any kill, `submitted_at` says that it may have been accepted.
    """
    _begin_handing_in(client, job)
    try:
        if job.mode == Connection.Mode.MASS:
            answer = client.send_to_all(job.draft_media_id, _client_id(job))
        else:
            answer = client.submit(job.draft_media_id)
    except NotSentError:
        keep(job, submitted_at=None)
        raise
    except WechatError as error:
        if error.kind is Kind.DUPLICATE:
            # The message with this delivery's own id is there: the one we heard nothing of.
            keep(job, message_id=str(error.answer.get("msg_id") or ""))
            return
        if error.kind is Kind.GONE and job.unanswered:
            words = _("the draft has been used; nothing is known of what became of it")
            raise NoAnswerError(words) from None
        keep(job, submitted_at=None)
        raise
    keep(
        job,
        publish_id=str(answer.get("publish_id") or ""),
        message_id=str(answer.get("msg_id") or ""),
        data_id=str(answer.get("msg_data_id") or ""),
    )


def _begin_handing_in(client: WechatClient, job: WechatJob) -> None:
    """Write it down, if nobody else has: pictures may take longer than a lease on another machine.

    Raises NotSentError if the job is no longer as it was read.
    """
    mode, now = client.connection.mode, timezone.now()
    as_read = WechatJob.objects.filter(
        pk=job.pk, submitted_at=None, draft_media_id=job.draft_media_id, round=job.round
    )
    if not as_read.update(mode=mode, submitted_at=now, updated_at=now):
        raise NotSentError(_("another process has taken it over"))
    job.mode, job.submitted_at = mode, now


def not_accepted(job: WechatJob) -> None:
    """It was found out that WeChat did not take what was handed in: the same draft may go again."""
    keep(job, submitted_at=None, unanswered=True)


def begin_again(client: WechatClient, job: WechatJob, delivery: Delivery) -> None:
    """WeChat refused what it had accepted, and a person wants it sent again as it is now."""
    drop_draft(client, job, delivery)
    keep(
        job,
        round=job.round + 1,
        refused_at=None,
        submitted_at=None,
        unanswered=False,
        publish_id="",
        message_id="",
        data_id="",
    )


def _client_id(job: WechatJob) -> str:
    return f"{job.key.hex}-{job.round}" if job.round else job.key.hex


# --- Finding out ----------------------------------------------------------------------------------


def find_out(client: WechatClient, job: WechatJob, delivery: Delivery) -> Finding:
    """What became of a delivery that was handed in. Raises the client's errors."""
    if job.article_id or job.url:
        return Finding(Trace.FOUND, _published_words(job), job.url)
    if job.publish_id:
        return _ask_publishing(client, job)
    if job.message_id:
        return _ask_sending(client, job)
    return _search(client, job, delivery)


def _ask_publishing(client: WechatClient, job: WechatJob) -> Finding:
    told = client.publishing(job.publish_id)
    status = int(told.get("publish_status", -1))
    if status == PUBLISHED:
        items = (told.get("article_detail") or {}).get("item") or [{}]
        article_id = str(told.get("article_id") or "")
        twin = _twin(client, job, article_id) if job.unanswered else ""
        found(job, article_id, str(items[0].get("article_url") or ""))
        return Finding(Trace.FOUND, _published_words(job) + twin, job.url)
    if status == RUNNING:
        return Finding(Trace.PENDING, _("WeChat is still publishing it."))
    words = {
        NOT_ORIGINAL: _("refused: the check of originality failed"),
        BROKEN: _("refused: publishing failed"),
        REJECTED: _("refused by WeChat's review"),
    }.get(status)
    if words:
        keep(job, refused_at=timezone.now())
        return Finding(Trace.REFUSED, f"publish_status {status}: {words}")
    if status in (DELETED, BANNED):
        # It was public, so it counts as sent; people are told what happened since.
        found(job, str(told.get("article_id") or job.publish_id), "")
        told_since = _("taken down since") if status == DELETED else _("banned by WeChat since")
        return Finding(Trace.FOUND, f"publish_status {status}: {told_since}")
    return Finding(Trace.CANNOT_TELL, f"publish_status {status}")


def _twin(client: WechatClient, job: WechatJob, article_id: str) -> str:
    """Words about another article of this delivery: an earlier submission was accepted after all.

    It took longer than anybody waited. A person has to take one of the two down.
    """
    marker = body.marker_of(job.key)
    others = [
        other
        for item in client.published()
        if _bears(item, marker) and (other := str(item.get("article_id") or "")) != article_id
    ]
    if not others:
        return ""
    words = _("published twice: take article_id %(others)s down") % {"others": ", ".join(others)}
    return f"; {words}"


def _ask_sending(client: WechatClient, job: WechatJob) -> Finding:
    status = client.sending(job.message_id)
    if status == "SEND_SUCCESS":
        found(job, f"msg-{job.message_id}", "")
        return Finding(Trace.FOUND, f"msg_id {job.message_id}")
    if status == "SENDING":
        minutes = settings.WECHAT["confirm_minutes"]
        return Finding(
            Trace.PENDING,
            _("WeChat is sending it; an administrator may have to confirm within %(n)d minutes.")
            % {"n": minutes},
        )
    if status == "DELETE":
        found(job, f"msg-{job.message_id}", "")
        return Finding(Trace.FOUND, _("sent, and deleted since"))
    keep(job, refused_at=timezone.now())
    return Finding(
        Trace.REFUSED, f"{status}: " + _("not sent; perhaps no administrator confirmed it in time")
    )


def _search(client: WechatClient, job: WechatJob, delivery: Delivery) -> Finding:
    """No answer came when it was handed in: look for its traces."""
    marker = body.marker_of(delivery.key)
    for item in client.published():
        if _bears(item, marker):
            news = (item.get("content") or {}).get("news_item") or [{}]
            found(job, str(item.get("article_id") or ""), str(news[0].get("url") or ""))
            return Finding(Trace.FOUND, _published_words(job), job.url)
    if not client.has_draft(job.draft_media_id):
        if job.mode == Connection.Mode.MASS:
            return _ask_by_own_id(client, job)
        return Finding(
            Trace.CANNOT_TELL,
            _("WeChat has used the draft, but does not list the article yet."),
        )
    settled_at = timezone.now() - timedelta(seconds=settings.WECHAT["settle_seconds"])
    if job.submitted_at and job.submitted_at > settled_at:
        return Finding(
            Trace.CANNOT_TELL, _("No answer came when it was handed in; WeChat may still be at it.")
        )
    return Finding(Trace.NOT_FOUND, _("WeChat has not used the draft: it was not accepted."))


def _ask_by_own_id(client: WechatClient, job: WechatJob) -> Finding:
    """The draft is gone, so nothing can be sent any more: WeChat only names the message (45065)."""
    try:
        answer = client.send_to_all(job.draft_media_id, _client_id(job))
    except WechatError as error:
        if error.kind in (Kind.TEMPORARY, Kind.TOKEN):
            raise
        answer = error.answer if error.kind is Kind.DUPLICATE else {}
    if message_id := str(answer.get("msg_id") or ""):
        keep(job, message_id=message_id)
        return _ask_sending(client, job)
    # Nothing else uses the draft, and what is sent to followers is in no list.
    found(job, f"sent-{job.key.hex}", "")
    return Finding(Trace.FOUND, _("WeChat has used the draft: it was sent."))


def found(job: WechatJob, article_id: str, url: str) -> None:
    """It is public."""
    keep(
        job,
        article_id=article_id,
        url=url,
        published_on=job.published_on or beijing_day(timezone.now()),
    )


def _bears(item: dict, marker: str) -> bool:
    news = (item.get("content") or {}).get("news_item") or []
    return any(
        marker in f"{one.get('content_source_url') or ''} {one.get('content') or ''}"
        for one in news
        if isinstance(one, dict)
    )


def _published_words(job: WechatJob) -> str:
    return f"article_id {job.article_id}" if job.article_id else ""
