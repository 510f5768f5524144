"""WeChat in the engine's words: preflight, send, reconcile, withdraw, collect."""

from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.channels.adapters.contract import (
    Adapter,
    Delivery,
    Finding,
    NotPossibleError,
    Outcome,
    Receipt,
    Remark,
    Statistic,
    Trace,
)
from campaigns.channels.adapters.wechat import body, steps
from campaigns.channels.adapters.wechat.client import WechatClient
from campaigns.channels.adapters.wechat.errors import (
    Kind,
    NoAnswerError,
    NotConnectedError,
    NotSentError,
    WechatError,
)
from campaigns.channels.adapters.wechat.statistics import collect
from campaigns.channels.models import ChannelAccount
from campaigns.channels.provider_models import Connection, WechatJob
from campaigns.channels.secrets import UnreadableSecretError

NOT_OPEN = (NotConnectedError, UnreadableSecretError)
OUTCOMES = {
    Trace.FOUND: Outcome.SENT,
    Trace.PENDING: Outcome.PENDING,
    Trace.REFUSED: Outcome.FAILED,
    Trace.CANNOT_TELL: Outcome.UNKNOWN,
}


class WechatAdapter(Adapter):
    """Official accounts. The way of a delivery stands in steps.py."""

    can_withdraw = True
    has_statistics = True

    def preflight(self, delivery: Delivery) -> list[Remark]:
        connection = Connection.objects.filter(account=delivery.account).first()
        remarks = []
        if not connection or not connection.app_id or not connection.sealed_secret:
            remarks.append(Remark("wechat.credentials", str(NotConnectedError())))
        return remarks + _fits(delivery, connection or Connection())

    def send(self, delivery: Delivery) -> Receipt:
        job = steps.job_of(delivery)
        asked = _summary(delivery)
        try:
            with WechatClient(delivery.account) as client:
                if job.refused_at:
                    steps.begin_again(client, job, delivery)
                if job.submitted_at or job.unanswered:
                    finding = steps.find_out(client, job, delivery)
                    if finding.trace != Trace.NOT_FOUND:
                        return _receipt(finding, asked)
                    steps.not_accepted(job)
                steps.ensure_draft(client, job, delivery)
                steps.hand_in(client, job)
                return _receipt(_look_once(client, job, delivery), asked)
        except (*NOT_OPEN, body.MissingFileError) as error:
            return Receipt(Outcome.FAILED, str(error), asked)
        except NotSentError as error:
            return Receipt(_open_end(job), str(error), asked, retry_after=_busy_wait())
        except NoAnswerError as error:
            return Receipt(_open_end(job), str(error), asked, retry_after=_busy_wait())
        except WechatError as error:
            return _refused(error, job, asked)

    def reconcile(self, delivery: Delivery) -> Finding:
        job = WechatJob.objects.filter(key=delivery.key).first()
        if job is None:
            return Finding(Trace.NOT_FOUND)
        try:
            with WechatClient(delivery.account) as client:
                if job.submitted_at or job.unanswered:
                    return steps.find_out(client, job, delivery)
                steps.drop_draft(client, job, delivery)
                return Finding(Trace.NOT_FOUND)
        except (*NOT_OPEN, NotSentError, NoAnswerError, WechatError) as error:
            return Finding(Trace.CANNOT_TELL, str(error))

    def withdraw(self, delivery: Delivery) -> Receipt:
        """Take the article down, or the message to followers back. It cannot be undone."""
        job = WechatJob.objects.filter(key=delivery.key).first()
        if job is None or not (job.article_id or job.message_id):
            raise NotPossibleError(
                _("WeChat has told no id for it: take it down in WeChat itself.")
            )
        if job.withdrawn_at:
            return Receipt(Outcome.SENT, _("It was taken down already."))
        try:
            with WechatClient(delivery.account) as client:
                if job.message_id:
                    client.delete_sent(job.message_id)
                else:
                    client.delete_published(job.article_id)
        except NOT_OPEN as error:
            return Receipt(Outcome.FAILED, str(error))
        except NotSentError as error:
            return Receipt(Outcome.TEMPORARY, str(error), retry_after=_busy_wait())
        except NoAnswerError as error:
            # Asking again does no harm: what is gone is told as gone.
            return Receipt(Outcome.UNKNOWN, str(error), retry_after=_busy_wait())
        except WechatError as error:
            if error.kind is not Kind.GONE:
                temporary = error.kind in (Kind.TEMPORARY, Kind.TOKEN)
                outcome = Outcome.TEMPORARY if temporary else Outcome.FAILED
                return Receipt(outcome, str(error), retry_after=error.retry_after)
        steps.keep(job, withdrawn_at=timezone.now())
        return Receipt(Outcome.SENT, _("Taken down."))

    def collect(self, account: ChannelAccount, day: date) -> list[Statistic]:
        return collect(account, day)

    def test_connection(self, account: ChannelAccount) -> str:
        """Ask for a token; words about how it went. Raises the client's errors, in their words."""
        with WechatClient(account) as client:
            _token, seconds = client.fetch_token()
        return _("WeChat accepts the credentials; the token is good for %(n)d seconds.") % {
            "n": seconds
        }


def _fits(delivery: Delivery, connection: Connection) -> list[Remark]:
    limits = settings.WECHAT
    try:
        article = body.compose(delivery, connection.author)
    except body.MissingFileError as error:
        return [Remark("wechat.pictures", str(error))]
    remarks = []
    if article.title != delivery.page.title:
        text = _(
            "WeChat takes titles of at most %(most)d characters: “%(title)s” will be shown; "
            "the whole title stands above the text."
        ) % {"most": limits["title_length"], "title": article.title}
        remarks.append(Remark("wechat.title_length", text, is_error=False))
    if not article.text.strip():
        remarks.append(Remark("wechat.empty", _("The piece has no words.")))
    if connection.form == Connection.Form.NEWSPIC:
        return remarks
    whole = body.sized(article)
    if len(whole) >= limits["content_length"]:
        text = _("WeChat takes articles below %(most)d characters with marks; it has %(has)d.") % {
            "most": limits["content_length"],
            "has": len(whole),
        }
        remarks.append(Remark("wechat.content_length", text))
    elif len(whole.encode()) >= limits["content_bytes"]:
        remarks.append(Remark("wechat.content_bytes", _("The article is too large for WeChat.")))
    return remarks


def _look_once(client: WechatClient, job: WechatJob, delivery: Delivery) -> Finding:
    """Short articles are often done at once; if not, the engine asks later."""
    try:
        return steps.find_out(client, job, delivery)
    except (NotSentError, NoAnswerError, WechatError) as error:
        return Finding(Trace.PENDING, str(error))


def _receipt(finding: Finding, asked: str) -> Receipt:
    return Receipt(OUTCOMES[finding.trace], finding.detail, asked, finding.url)


def _refused(error: WechatError, job: WechatJob, asked: str) -> Receipt:
    if job.submitted_at:
        # An earlier try may have been accepted, whatever is said to this one.
        return Receipt(Outcome.UNKNOWN, str(error), asked, retry_after=error.retry_after)
    temporary = error.kind in (Kind.TEMPORARY, Kind.TOKEN)
    outcome = Outcome.TEMPORARY if temporary else Outcome.FAILED
    if error.kind is Kind.GONE and job.draft_media_id:
        # Somebody removed the draft before it was handed in: the next try makes another.
        steps.keep(job, draft_media_id="", draft_tried_at=None)
        outcome = Outcome.TEMPORARY
    return Receipt(outcome, str(error), asked, retry_after=error.retry_after)


def _open_end(job: WechatJob) -> Outcome:
    """Before it is handed in nothing is public, so whatever broke may be done again."""
    return Outcome.UNKNOWN if job.submitted_at else Outcome.TEMPORARY


def _busy_wait() -> int:
    return settings.WECHAT["busy_wait"]


def _summary(delivery: Delivery) -> str:
    return (
        f"POST {settings.WECHAT_API_BASE} · {delivery.account.code} · "
        f"{body.marker_of(delivery.key)} · {delivery.page.title[:60]}"
    )
