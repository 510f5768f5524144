"""Completing an open push: what was missing is told, the push is planned, its task is done."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.channels.models import ChannelAccount
from campaigns.plans.models import PushItem, Task
from campaigns.pushes.planning import Planned, plan
from content.models import EducationPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@transaction.atomic
def complete(
    item: PushItem,
    *,
    page: EducationPage,
    language: str,
    account: ChannelAccount,
    at: datetime,
    publishing: str = "",
    by: "AbstractBaseUser | None" = None,
) -> Planned:
    """Plan the push and close the item's task.

    Raises ValidationError as `plan` does, and when the item is complete already.
    """
    locked = PushItem.objects.select_for_update().get(pk=item.pk)
    if locked.push_id:
        raise ValidationError(_("Somebody has completed this push in the meantime."))
    planned = plan(locked.edition, page, language, account, at, publishing=publishing, by=by)
    if PushItem.objects.filter(push=planned.push).exists():
        raise ValidationError(_("Another push of the schedule is planned just like that."))
    locked.push, locked.reason = planned.push, ""
    locked.page, locked.language, locked.account = planned.push.page, language, account
    locked.channel, locked.region, locked.scheduled_at = account.channel, account.region, at
    locked.publishing = publishing
    locked.save()
    Task.objects.filter(pk=locked.task_id).update(state=Task.State.DONE)
    return planned
