"""Pieces that go live with a push: their dates are kept in step with it.

A push publishes nothing itself. It moves the date of what legal review has approved, or writes the
date onto the draft that is still to be reviewed; the tick publishes at that date, before it sends
pushes. A piece whose push does not go ahead at its time (nobody approved it, it is paused, it is
missed) waits with it.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from campaigns.pushes.models import Pause, PieceDates, Push
from content.dates import Dates, dates_of, set_dates
from content.models import EducationPage
from content.translation.together.choosing import bound_together
from content.translation.together.working import lock_piece

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

State = Push.State
# What may still go out decides when the piece goes live; what is out holds it until its place ends.
TO_COME = (*Push.NOT_DONE, State.SENDING, State.UNKNOWN)
GOING = (State.SENDING, State.UNKNOWN, State.SENT)


@transaction.atomic
def keep_in_step(page_id: int, by: "AbstractBaseUser | None", reason: str = "") -> None:
    """Bring the piece's dates in step with the pushes that publish it; the last one gone, back.

    A piece that is public keeps the date it went live at. A date of coming down that a person set
    is never put off. Languages that go live together keep one date: the first push of any of them
    sets it. Called in the transaction that changes the push.
    """
    # Of two who plan the same piece, the second sees what the first has planned.
    lock_piece(EducationPage.objects.get(pk=page_id).translation_key)
    for number in bound_together(page_id):
        _keep_one_in_step(number, by, reason)


def _keep_one_in_step(page_id: int, by: "AbstractBaseUser | None", reason: str) -> None:
    page = EducationPage.objects.get(pk=page_id)
    kept = PieceDates.objects.filter(pk=page_id).first() or PieceDates(pk=page_id)
    wish, now = wished(page_id), timezone.now()
    before = dates_of(page)
    after = Dates(
        before.go_live_at if page.live else _follow(kept, "go_live_at", before, wish, now),
        before.expire_at
        if _comes_down_now(page, kept, wish, now)
        else _follow(kept, "expire_at", before, wish, now),
    )
    _remember(kept)
    if after != before:
        set_dates(page, after, by=by, reason=reason)


def wished(page_id: int, but: Push | None = None) -> Dates:
    """The dates that the pushes ask for: the first to go live, its last place to come down.

    When to go live is asked of the pushes of all languages that go live together with it.

    `but`: that push as it is here, and not as it is stored.
    """
    now = timezone.now()
    group = bound_together(page_id)
    pushes = [
        push
        for number in group
        for push in Push.objects.publishing(number).filter(state__in=[*TO_COME, State.SENT])
        if but is None or push.pk != but.pk
    ]
    if but is not None and but.publishing:
        pushes.append(but)
    begins = [push.goes_live_at for push in pushes if push.state != State.SENT]
    own = [push for push in pushes if push.page_id == page_id]
    run = _next_run([push for push in own if push.comes_down_at > now])
    comes_down = any(push.publishing == Push.Publishing.SPAN for push in run)
    return Dates(
        min(begins, default=None),
        max(push.comes_down_at for push in run) if comes_down else None,
    )


def _next_run(pushes: list[Push]) -> list[Push]:
    """The places of the campaign that comes first, and those that begin before they are over.

    What another campaign has planned for next year does not keep the piece public until then.
    """
    run: list[Push] = []
    for push in sorted(pushes, key=lambda push: push.goes_live_at):
        editions = {other.edition_id for other in run}
        overlaps = any(push.goes_live_at <= other.comes_down_at for other in run)
        if not run or push.edition_id in editions or overlaps:
            run.append(push)
    return run


def is_held_up(page: Page, at: datetime, now: datetime) -> bool:
    """Whether the piece, approved for that hour, waits although it has struck.

    It does if the hour is a push's and no push that publishes it goes ahead.
    """
    pushes = [
        push
        for push in Push.objects.publishing(page.pk).exclude(state=State.CANCELLED)
        if push.goes_live_at >= at
    ]
    if not any(push.goes_live_at == at for push in pushes):
        return False
    pauses = list(Pause.objects.standing())
    return not any(_goes_ahead(push, pauses, now) for push in pushes)


def _goes_ahead(push: Push, pauses: list[Pause], now: datetime) -> bool:
    if push.goes_live_at > now:
        return False
    if push.state == State.APPROVED:
        return push.sendable_until >= now and not any(pause.holds(push) for pause in pauses)
    return push.state in GOING


def calling_off_means(push: Push) -> str:
    """What becomes of the piece when the push is cancelled or withdrawn, in words."""
    if not push.publishing:
        return ""
    if push.page.live:
        return _(
            "The piece stays public, and the push no longer takes it down. A reviewer can unpublish"
            " it."
        )
    return _(
        "The date that the push gave the piece is taken back: unless it has another one, it does "
        "not go live before legal review approves it anew."
    )


def _follow(kept: PieceDates, name: str, before: Dates, wish: Dates, now: datetime):
    """The date as it is to be; `kept` notes whose it is."""
    present, wanted = getattr(before, name), getattr(wish, name)
    ours = getattr(kept, name)
    if ours is None or present != ours:
        setattr(kept, f"own_{name}", present)
    own = getattr(kept, f"own_{name}")
    own = own if own and own > now else None
    if name == "expire_at" and own and wanted and own <= wanted:
        wanted = None
    setattr(kept, name, wanted)
    return wanted or own


def _comes_down_now(page: EducationPage, kept: PieceDates, wish: Dates, now: datetime) -> bool:
    """Whether its last hour has struck, and only the tick has not come by: that is not undone."""
    is_over = page.live and page.expire_at and page.expire_at <= now
    return bool(is_over and not (wish.expire_at and page.expire_at == kept.expire_at))


def _remember(kept: PieceDates) -> None:
    if kept.go_live_at or kept.expire_at:
        kept.save()
    elif not kept._state.adding:  # noqa: SLF001
        kept.delete()
