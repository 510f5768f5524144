"""WeChat's own figures of a day, as reads and shares of our deliveries.

`getarticleread` tells how many people read an article on a day. Each counts once a day, so the sum
over days is person-times (人次) at least, and never a number of people. `getarticletotaldetail`
tells what an article came to since its publication, for each day up to the 30th: a day's shares are
the difference to the day before. Articles are known by `msgid` = msg_data_id and index, or by their
address when the submission's answer was lost.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.windows import BEIJING
from campaigns.channels.adapters.contract import NotYetError, Statistic
from campaigns.channels.adapters.wechat.client import WechatClient
from campaigns.channels.models import ChannelAccount
from campaigns.channels.provider_models import WechatJob


def collect(account: ChannelAccount, day: date) -> list[Statistic]:
    """The day's figures. Raises NotYetError while they are late, and the client's errors."""
    known_from = datetime.combine(
        day + timedelta(days=1), time(settings.WECHAT["statistics_hour"]), BEIJING
    )
    if timezone.now() < known_from:
        raise NotYetError(_("WeChat has yesterday's figures from 08:00."))
    jobs = list(WechatJob.objects.filter(account=account, published_on__lte=day))
    if not jobs:
        return []
    with WechatClient(account) as client:
        figures = []
        first = day - timedelta(days=settings.WECHAT["statistics_days"])
        for published_on in sorted({job.published_on for job in jobs if job.published_on > first}):
            figures += _shares(client, jobs, published_on, day)
        # After the totals: only they tell addresses, by which a number that was lost is learnt.
        return figures + _reads(client, jobs, day)


def _reads(client: WechatClient, jobs: list[WechatJob], day: date) -> list[Statistic]:
    rows = _rows(client.figures("getarticleread", day))
    figures = []
    for row in rows:
        details = row.get("detail")
        details = details[0] if isinstance(details, list) and details else details
        if row.get("ref_date") == day.isoformat() and (key := _key_of(row, jobs)):
            figures.append(Statistic(key, day, "reads", _count(details, "read_user")))
    return figures


def _shares(
    client: WechatClient, jobs: list[WechatJob], published_on: date, day: date
) -> list[Statistic]:
    figures = []
    for row in _rows(client.figures("getarticletotaldetail", published_on)):
        key = _key_of(row, jobs)
        totals = {
            one.get("stat_date"): _count(one, "share_user")
            for one in row.get("detail_list") or []
            if isinstance(one, dict)
        }
        if key and day.isoformat() in totals:
            before = totals.get((day - timedelta(days=1)).isoformat(), 0)
            # WeChat takes cheats out of its totals: a day never counts less than nothing.
            shares = max(0, totals[day.isoformat()] - before)
            figures.append(Statistic(key, day, "shares", shares))
    return figures


def _rows(answer: dict) -> list[dict]:
    if answer.get("is_delay"):
        raise NotYetError(_("WeChat says that its figures are late."))
    return [row for row in answer.get("list") or [] if isinstance(row, dict)]


def _key_of(row: dict, jobs: list[WechatJob]) -> UUID | None:
    data_id = str(row.get("msgid") or "").rpartition("_")[0]
    url = str(row.get("content_url") or "")
    for job in jobs:
        if data_id and job.data_id == data_id:
            return job.key
        if url and job.url == url:
            job.data_id = data_id
            job.save(update_fields=["data_id", "updated_at"])
            return job.key
    return None


def _count(row: object, name: str) -> int:
    try:
        return max(0, int(row[name]))
    except (TypeError, KeyError, ValueError):
        return 0
