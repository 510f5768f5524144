"""Reports by mail: each at most once, and what became of it is always known or said to be unknown.

A mail is written down when it is due. A tick takes it in hand, works out the figures, writes that
it is about to send, hands it to the mail server outside any transaction, and writes how that ended.
Killed before it is about to send, the next tick does it again; killed after that, nobody knows, and
it is shown so: it is not sent a second time by itself.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, QuerySet
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.channels import mail as mail_server
from campaigns.channels.mail import Ended
from campaigns.reach import metrics
from campaigns.reach.display import format_person_times
from campaigns.reach.metrics import Basis
from campaigns.reports import exports, figures, filters, subscriptions
from campaigns.reports.models import ReportMail, Subscription
from campaigns.reports.words import BY_LABELS

logger = logging.getLogger(__name__)

State = ReportMail.State
_STATE_AFTER = {
    Ended.ACCEPTED: State.SENT,
    Ended.REFUSED: State.FAILED,
    Ended.UNKNOWN: State.UNKNOWN,
}
MOST_TRIES = 5
FIRST_WAIT = timedelta(minutes=5)
# Longer than working out a report and talking to the mail server may take.
LEASE = timedelta(minutes=15)
# What mail servers take; a larger file is fetched through the link.
MOST_ATTACHED = 10 * 1024 * 1024


class StoppedError(Exception):
    """The subscription's owner may no longer have what it asks for."""

    def __init__(self, why: Subscription.Stopped) -> None:
        super().__init__(why)
        self.why = why


def work(should_stop: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Plan what is due and send what waits; how many were planned, sent, retried, failed, unknown.

    Called by the tick, outside any transaction. Late, repeated and parallel calls do no harm.
    """
    now = timezone.now()
    counts = Counter(planned=subscriptions.plan_due(now), unknown=_left_by_the_dead(now))
    for mail in ReportMail.objects.waiting(now).select_related("subscription__user"):
        if should_stop():
            break
        if _take(mail, now):
            counts[_send(mail)] += 1
    return {name: n for name, n in counts.items() if n}


def _left_by_the_dead(now: datetime) -> int:
    left = ReportMail.objects.filter(state=State.SENDING, started_at__lt=now - LEASE)
    return left.update(state=State.UNKNOWN, finished_at=now)


def _take(mail: ReportMail, now: datetime) -> bool:
    """Take it in hand, for as long as the lease; False if somebody else has."""
    until = now + LEASE
    waiting = ReportMail.objects.filter(pk=mail.pk, state=State.PENDING, try_at=mail.try_at)
    if not waiting.update(try_at=until):
        return False
    mail.try_at = until
    return True


def _ours(mail: ReportMail) -> QuerySet[ReportMail]:
    """The mail, as long as nobody has called it off or taken it over: told by the lease."""
    return ReportMail.objects.filter(
        pk=mail.pk, try_at=mail.try_at, state__in=(State.PENDING, State.SENDING, State.UNKNOWN)
    )


def _send(mail: ReportMail) -> str:
    """One try; how it ended."""
    try:
        with translation.override(settings.LANGUAGE_CODE):
            message = message_for(mail)
    except StoppedError as stopped:
        subscriptions.stop(mail.subscription, stopped.why)
        return _settle(mail, State.FAILED, str(stopped.why.label))
    except Exception as error:
        logger.exception("a report by mail could not be made")
        return _again(mail, f"{type(error).__name__}: {error}")
    if not _about_to_send(mail, message):
        return "called_off"
    ended, detail = mail_server.hand_over(message)
    if ended == Ended.NOT_SENT:
        return _again(mail, str(detail))
    return _settle(mail, _STATE_AFTER[ended], str(detail))


def _about_to_send(mail: ReportMail, message: EmailMessage) -> bool:
    """The intent: from here on nobody else sends it. False if it is no longer ours to send."""
    mail.subject, mail.recipient = message.subject[:250], message.to[0]
    waiting = _ours(mail).filter(state=State.PENDING)
    return bool(
        waiting.update(
            state=State.SENDING,
            started_at=timezone.now(),
            tries=F("tries") + 1,
            subject=mail.subject,
            recipient=mail.recipient,
            detail="",
        )
    )


def _settle(mail: ReportMail, state: str, detail: str) -> str:
    _ours(mail).update(state=state, detail=detail[:300], finished_at=timezone.now())
    return str(state)


def _again(mail: ReportMail, detail: str) -> str:
    """Certainly not sent: later again, with waits that double, and at last never."""
    mail.refresh_from_db(fields=["tries", "state"])
    # A report that could not even be made was no try at the server; it counts all the same.
    tries = mail.tries if mail.state == State.SENDING else mail.tries + 1
    is_wanted = Subscription.objects.filter(pk=mail.subscription_id, deleted_at=None).exists()
    if tries >= MOST_TRIES or not is_wanted:
        _ours(mail).update(tries=tries)
        return _settle(mail, State.FAILED, detail)
    _ours(mail).update(
        state=State.PENDING,
        tries=tries,
        try_at=timezone.now() + FIRST_WAIT * 2 ** (tries - 1),
        detail=detail[:300],
    )
    return "retried"


def message_for(mail: ReportMail) -> EmailMessage:
    """The mail with the figures of this moment, as its owner may see them.

    Raises StoppedError when they may no longer. Its Message-ID is the mail's key, so that a second
    copy is known for one.
    """
    wish = mail.subscription
    asked = _asked(wish)
    report = figures.report(asked.selection, wish.by)
    rendered = exports.render(report, wish.format)
    is_large = len(rendered.data) > MOST_ATTACHED
    context = {
        "names": _names(asked.selection),
        "period": f"{report.first} – {report.last}" if report.first and report.last else "",
        "region": asked.selection.region,
        "by": BY_LABELS[wish.by],
        "total": format_person_times(report.total.count),
        "exact": f"{report.total.count:,}",
        "as_of": report.as_of,
        "bases": [
            (Basis(basis).label, f"{count:,}")
            for basis, count in report.total.known_bases().items()
        ],
        "kinds": [(row.label, f"{row.count:,}") for row in report.kinds],
        "outputs": [(row.label, f"{row.count:,}", row.unit) for row in report.outputs],
        "persons": report.persons,
        "definitions": _definitions(report),
        "is_large": is_large,
        "link": f"{settings.SITE_URL}{reverse('campaigns_admin:dashboard')}?{asked.query()}",
        "mine": settings.SITE_URL + reverse("campaigns_admin:subscriptions"),
        "rhythm": wish.get_rhythm_display(),
    }
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    message = EmailMessage(
        subject=_subject(context),
        body=render_to_string("campaigns/reports/mail.txt", context),
        to=[wish.user.email],
        headers={"Message-ID": f"<{mail.key}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    if not is_large:
        message.attach(rendered.name, rendered.data, rendered.mime.partition(";")[0])
    return message


def _asked(wish: Subscription) -> filters.Filters:
    user = wish.user
    if not user.is_active or not user.has_perm(subscriptions.MAY_SEE_FIGURES):
        raise StoppedError(Subscription.Stopped.NO_RIGHT)
    if not user.email:
        raise StoppedError(Subscription.Stopped.NO_ADDRESS)
    try:
        asked = subscriptions.filters_of(wish)
    except Http404 as error:
        raise StoppedError(Subscription.Stopped.NO_REGION) from error
    if not asked.selection.nodes:
        raise StoppedError(Subscription.Stopped.NO_REGION)
    return asked


def _subject(context: dict) -> str:
    parts = f"【触达报告】{context['names']} {context['period']} {context['total']}"
    return " ".join(parts.split())


def _names(selection: figures.Selection) -> str:
    names = [edition.name for edition in selection.editions]
    return "、".join(names + [_("Everyday education")] * selection.everyday)


def _definitions(report: figures.Report) -> list[tuple[str, str, str]]:
    """Name, unit and definition of what counts as person-times, and of the outputs in it."""
    codes = [*metrics.reach_codes(), *(row.key for row in report.outputs)]
    known = metrics.known()
    return [
        (known[code].name, known[code].unit, known[code].definition)
        for code in codes
        if code in known
    ]
