"""People's wishes to be sent a report again and again: made, paused, due when."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.calendar.windows import BEIJING
from campaigns.reports import filters
from campaigns.reports.models import ReportMail, Subscription

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

MAY_SEE_FIGURES = "campaigns.view_dailyreach"
MOST_A_PERSON = 20
# When people come to their desks: Beijing time.
SENT_AT = time(9)

Rhythm = Subscription.Rhythm


def subscribe(
    user: "AbstractBaseUser", query: str, by: str, file_format: str, rhythm: str
) -> Subscription:
    """A new subscription to what the dashboard shows at that query. Raises ValidationError."""
    if not user.email:
        raise ValidationError(
            _("Your account has no e-mail address: enter one under “Account” first.")
        )
    if Subscription.objects.standing().filter(user=user).count() >= MOST_A_PERSON:
        raise ValidationError(
            _("You have %(most)s subscriptions already: delete one that you no longer read.")
            % {"most": MOST_A_PERSON}
        )
    wish = Subscription(user=user, query=query, by=by, format=file_format, rhythm=rhythm)
    wish.next_due = next_due(rhythm, timezone.now(), _last_day(query))
    if wish.next_due is None:
        raise ValidationError({"rhythm": _("No campaign is chosen whose end lies ahead.")})
    wish.save()
    return wish


def next_due(rhythm: str, after: datetime, ends_on: date | None = None) -> datetime | None:
    """When the next report is due, strictly after that instant; None: never.

    `ends_on` is the last day of the campaign, for the rhythm that asks for it.
    """
    today = after.astimezone(BEIJING).date()
    if rhythm == Rhythm.EDITION_END:
        days: Iterable[date] = [ends_on + timedelta(days=1)] if ends_on else []
    elif rhythm == Rhythm.DAILY:
        days = [today, today + timedelta(days=1)]
    elif rhythm == Rhythm.WEEKLY:
        monday = today - timedelta(days=today.weekday())
        days = [monday, monday + timedelta(days=7)]
    else:
        first = today.replace(day=1)
        days = [first, (first + timedelta(days=31)).replace(day=1)]
    times = (datetime.combine(day, SENT_AT, tzinfo=BEIJING) for day in days)
    return next((at for at in times if at > after), None)


def pause(wish: Subscription) -> None:
    """Nothing is sent until it is resumed, or one is asked for."""
    Subscription.objects.filter(pk=wish.pk, paused_at=None).update(paused_at=timezone.now())
    _call_off(wish, _("paused before it was sent"))


def resume(wish: Subscription) -> None:
    """Go on with the next time that lies ahead; what was due meanwhile is not made up for."""
    due = next_due(wish.rhythm, timezone.now(), _last_day(wish.query))
    Subscription.objects.filter(pk=wish.pk).update(paused_at=None, stopped="", next_due=due)


def delete(wish: Subscription) -> None:
    """Nothing is sent any more; its mails stay in the list."""
    Subscription.objects.filter(pk=wish.pk).update(deleted_at=timezone.now(), next_due=None)
    _call_off(wish, _("deleted before it was sent"))


def _call_off(wish: Subscription, why: str) -> None:
    waiting = ReportMail.objects.filter(subscription=wish, state=ReportMail.State.PENDING)
    waiting.update(state=ReportMail.State.FAILED, detail=why, finished_at=timezone.now())


def send_now(wish: Subscription) -> ReportMail:
    """One mail beside the rhythm, with the next tick; asked for twice in a minute it is one."""
    now = timezone.now().replace(second=0, microsecond=0)
    mail, _made = ReportMail.objects.get_or_create(
        subscription=wish, due_at=now, defaults={"try_at": now}
    )
    return mail


def stop(wish: Subscription, why: "Subscription.Stopped") -> None:
    """Pause it for a reason that its owner is shown."""
    standing = Subscription.objects.filter(pk=wish.pk, paused_at=None)
    standing.update(paused_at=timezone.now(), stopped=why)


def plan_due(now: datetime) -> int:
    """Write down a mail for each subscription whose time has come; how many.

    Whoever was asleep for a week sends one report, not seven. Two ticks at once plan each mail
    once: the due time moves on in the same transaction, and only if it still stands.
    """
    _follow_the_campaigns()
    planned = 0
    for wish in Subscription.objects.due(now):
        due = wish.next_due
        after = None if wish.rhythm == Rhythm.EDITION_END else next_due(wish.rhythm, now)
        with transaction.atomic():
            moved = Subscription.objects.due(now).filter(pk=wish.pk, next_due=due)
            if not moved.update(next_due=after):
                continue
            _mail, made = ReportMail.objects.get_or_create(
                subscription=wish, due_at=due, defaults={"try_at": now}
            )
            planned += made
    return planned


def filters_of(wish: Subscription) -> filters.Filters:
    """The figures it asks for, with what its owner may see now.

    Raises Http404 when its region lies outside that by now.
    """
    request = HttpRequest()
    request.method = "GET"
    request.GET = QueryDict(wish.query)
    request.user = wish.user
    return filters.read(request)


def _follow_the_campaigns() -> None:
    """Move what is due at a campaign's end when the campaign's days were moved."""
    wishes = Subscription.objects.standing().filter(
        rhythm=Rhythm.EDITION_END, next_due__isnull=False
    )
    for wish in wishes:
        # Few, and only until their campaign has ended.
        if (ends_on := _last_day(wish.query)) is None:
            continue
        due = datetime.combine(ends_on + timedelta(days=1), SENT_AT, tzinfo=BEIJING)
        if due != wish.next_due:
            Subscription.objects.filter(pk=wish.pk, next_due=wish.next_due).update(next_due=due)


def _last_day(query: str) -> date | None:
    """The last day of the campaigns that are asked for; None where there is none."""
    codes = QueryDict(query).getlist("campaign")
    return Edition.objects.filter(code__in=codes).aggregate(last=Max("ends_on"))["last"]
