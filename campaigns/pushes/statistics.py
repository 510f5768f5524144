"""The channels' own figures, fetched daily into the ledger as platform-reported.

Each figure's source key names channel, push, metric and day, so fetching again records nothing
twice; a figure that the channel has changed since becomes a correction.
"""

import logging
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.windows import beijing_day
from campaigns.channels.adapters import (
    ADAPTERS,
    NotPossibleError,
    NotYetError,
    Statistic,
    adapter_of,
)
from campaigns.channels.models import ChannelAccount
from campaigns.channels.provider_models import StatisticsDay
from campaigns.pushes.models import Push
from campaigns.reach import ledger
from campaigns.reach.metrics import Basis
from campaigns.reach.models import ReachEntry

logger = logging.getLogger(__name__)

# A day that was missed or late is asked for again, so long and so often.
DAYS_BACK = 7
ASK_AGAIN = timedelta(hours=1)
# After so long a day is asked for once more: what was changed since becomes a correction.
SECOND_LOOK = timedelta(days=3)


def collect_due(now: datetime | None = None) -> dict[str, int]:
    """Fetch every day that is due, account by account. One that fails holds up no other."""
    now = now or timezone.now()
    done = {"recorded": 0, "corrected": 0, "late": 0, "failed": 0}
    able = [name for name, adapter in ADAPTERS.items() if adapter.has_statistics]
    for account in ChannelAccount.objects.filter(adapter__in=able, is_active=True):
        for day in _days_due(account, now):
            _collect_day(account, day, now, done)
    return done


def _days_due(account: ChannelAccount, now: datetime) -> list[date]:
    """Oldest first. Days before the account sent anything hold no figures."""
    first = Push.objects.filter(account=account, sent_at__isnull=False).order_by("sent_at").first()
    if first is None:
        return []
    yesterday = beijing_day(now) - timedelta(days=1)
    asked = {
        row.day: row
        for row in StatisticsDay.objects.filter(
            account=account, day__gt=yesterday - timedelta(days=DAYS_BACK)
        )
    }
    days = (yesterday - timedelta(days=back) for back in reversed(range(DAYS_BACK)))
    return [
        day
        for day in days
        if day >= beijing_day(first.sent_at) and _is_due(asked.get(day), day, now)
    ]


def _is_due(row: StatisticsDay | None, day: date, now: datetime) -> bool:
    if row is None:
        return True
    if not row.is_complete:
        return row.asked_at <= now - ASK_AGAIN
    second_look = day + SECOND_LOOK
    return beijing_day(row.asked_at) < second_look <= beijing_day(now)


def _collect_day(account: ChannelAccount, day: date, now: datetime, done: dict[str, int]) -> None:
    problem = ""
    try:
        figures = adapter_of(account).collect(account, day)
        recorded, corrected = record(account, figures)
        done["recorded"] += recorded
        done["corrected"] += corrected
    except NotYetError as error:
        problem = str(error)
        done["late"] += 1
    except NotPossibleError:
        return
    except Exception as error:
        logger.exception("figures of %s for %s", account.code, day)
        problem = f"{type(error).__name__}: {error}"[:1000]
        done["failed"] += 1
    StatisticsDay.objects.update_or_create(
        account=account,
        day=day,
        defaults={"asked_at": now, "is_complete": not problem, "problem": problem},
    )


def record(account: ChannelAccount, figures: list[Statistic]) -> tuple[int, int]:
    """Put figures into the ledger: how many were new, and how many corrected what stood there."""
    keys = {figure.key for figure in figures}
    pushes = {
        push.key: push
        for push in Push.objects.filter(key__in=keys, account=account).select_related(
            "edition", "page", "account__channel", "account__region"
        )
    }
    recorded = corrected = 0
    for figure in figures:
        push = pushes.get(figure.key)
        if push is None:
            continue
        try:
            recorded += _record_one(push, figure)
        except ledger.AlreadyRecordedError:
            entry = ReachEntry.objects.get(source_key=_source_key(figure))
            reason = _("The platform has changed its figure.")
            corrected += ledger.correct(entry, figure.count, reason) is not None
    return recorded, corrected


def _record_one(push: Push, figure: Statistic) -> int:
    if not figure.count and not ReachEntry.objects.filter(source_key=_source_key(figure)).exists():
        # Nobody read it that day: there is nothing to stand in the ledger.
        return 0
    entry = ledger.NewEntry(
        channel=push.account.channel,
        region=push.account.region,
        account=push.account,
        edition=push.edition,
        content=push.page.code,
        language=push.language,
        metric=figure.metric,
        basis=Basis.PLATFORM_REPORTED,
        day=figure.day,
        count=figure.count,
        origin=ReachEntry.Origin.PLATFORM,
        source_key=_source_key(figure),
    )
    ledger.record([entry])
    return 1


def _source_key(figure: Statistic) -> str:
    return f"platform:{figure.key}:{figure.metric}:{figure.day}"
