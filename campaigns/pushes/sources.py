"""Leads an entry of the ledger back to the push, and to the call for statistics, it comes from."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.channels.provider_models import StatisticsDay
from campaigns.pushes.models import Push
from campaigns.reach import sources
from campaigns.reach.models import ReachEntry


def of_entry(entry: ReachEntry, user) -> list[sources.Source]:
    """platform:PUSH'S KEY:METRIC:DAY."""
    key = entry.source_key.removeprefix("platform:").rsplit(":", 2)[0]
    found = []
    push = Push.objects.visible_to(user).filter(key=key).select_related("page", "account").first()
    if push is not None:
        may_open = user.has_perm("campaigns.view_push")
        url = reverse("push:inspect", args=[push.pk]) if may_open else ""
        found.append(sources.Source(_("push %(push)s") % {"push": push}, url))
    call = StatisticsDay.objects.filter(account=entry.account_id, day=entry.day).first()
    if call is not None:
        at = timezone.localtime(call.asked_at)
        told = {"account": entry.account, "day": call.day, "at": f"{at:%F %H:%M}"}
        found.append(
            sources.Source(_("statistics of %(account)s for %(day)s, asked at %(at)s") % told)
        )
    return found
