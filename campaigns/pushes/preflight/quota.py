"""How many pushes an account has left, this Beijing day and this Beijing month."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from campaigns.calendar.windows import BEIJING, beijing_day
from campaigns.channels.adapters import Remark
from campaigns.channels.models import ChannelAccount
from campaigns.pushes.models import Push, PushAttempt

State = Push.State
Ended = PushAttempt.Outcome
# What may have reached the public, and so counts against the quota. Not a withdrawal: what it took
# back was counted on the day it went out.
SPENT = (Ended.STARTED, Ended.PENDING, Ended.SENT, Ended.FOUND, Ended.UNKNOWN)


def has_quota(account: ChannelAccount) -> bool:
    """Whether the account limits its pushes at all."""
    return bool(account.most_a_day or account.most_a_month)


def quota_remarks(push: Push, at: datetime, *, ahead: bool) -> list[Remark]:
    """What the account's limits say about one more push at that instant.

    Counted are the pushes that were tried; `ahead`: those that are approved for the span, too.
    """
    account = push.account
    remarks = []
    for code, most, (begin, end), text in (
        ("quota.day", account.most_a_day, day_of(at),
         _("The account's pushes for that day are used up (%(most)s).")),
        ("quota.month", account.most_a_month, month_of(at),
         _("The account's pushes for that month are used up (%(most)s).")),
    ):  # fmt: skip
        if most and _used(push, begin, end, ahead=ahead) >= most:
            remarks.append(Remark(code, text % {"most": most}))
    return remarks


def day_of(at: datetime) -> tuple[datetime, datetime]:
    """The Beijing day around the instant: its first instant, and the next day's."""
    begin = datetime.combine(beijing_day(at), time(), BEIJING)
    return begin, begin + timedelta(days=1)


def month_of(at: datetime) -> tuple[datetime, datetime]:
    """The same for the calendar month in Beijing."""
    begin = datetime.combine(beijing_day(at).replace(day=1), time(), BEIJING)
    return begin, (begin + timedelta(days=32)).replace(day=1)


def _used(push: Push, begin: datetime, end: datetime, *, ahead: bool) -> int:
    others = Push.objects.filter(account=push.account_id).exclude(pk=push.pk)
    tried = others.filter(
        attempts__started_at__gte=begin, attempts__started_at__lt=end, attempts__outcome__in=SPENT
    )
    used = set(tried.values_list("pk", flat=True))
    if ahead:
        coming = others.filter(
            state__in=[State.APPROVED, State.SENDING], scheduled_at__gte=begin, scheduled_at__lt=end
        )
        used |= set(coming.values_list("pk", flat=True))
    return len(used)
