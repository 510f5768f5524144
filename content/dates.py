"""When a piece goes live and comes down: the dates of its revisions, set from outside the editor.

Setting dates never approves anything: what goes live is the revision that a reviewer approved, word
for word; only its time is another. Words that nobody has approved carry the dates to their review,
and the approval then schedules them.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from content.models import EducationPage
from content.translation.together.releases import move
from content.translation.together.working import lock_piece

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# The action under which the page's history shows it.
ACTION = "content.dates"


@dataclass(frozen=True)
class Dates:
    """When a piece goes live, and when it comes down; None: at no set time."""

    go_live_at: datetime | None = None
    expire_at: datetime | None = None


def approved_go_live(page: Page) -> datetime | None:
    """When a revision that a reviewer approved, and that waits, goes live; None if none waits."""
    waiting = page.revisions.filter(approved_go_live_at__isnull=False)
    return waiting.values_list("approved_go_live_at", flat=True).order_by("pk").first()


def dates_of(page: Page) -> Dates:
    """The dates that hold now: the public version's, else those of the words that come next."""
    if page.live:
        return Dates(page.go_live_at, page.expire_at)
    revision = page.revisions.filter(approved_go_live_at__isnull=False).first()
    revision = revision or page.latest_revision
    if revision is None:
        return Dates(page.go_live_at, page.expire_at)
    return Dates(
        revision.approved_go_live_at or _moment(revision, "go_live_at"),
        _moment(revision, "expire_at"),
    )


@transaction.atomic
def set_dates(
    page: Page, dates: Dates, *, by: "AbstractBaseUser | None" = None, reason: str = ""
) -> None:
    """Give the piece these dates; of a piece that is public, only the date of coming down changes.

    An approved revision that waits keeps its approval and moves to the new time; without a time to
    go live its approval lapses, and it is a draft again. No revision is added to one that is in
    review: its review goes on. Languages that were approved to go live together move together; if
    this one's time is taken back, none of them goes live. Written into the page's history.
    """
    lock_piece(page.translation_key)
    piece = EducationPage.objects.get(pk=page.pk).specific
    before = dates_of(piece)
    if not piece.live:
        move(piece, dates.go_live_at, by, reason)
    if piece.latest_revision is None and not piece.live:
        piece.save_revision(user=by, clean=False)
    for revision in _revisions(piece):
        _write(piece, revision, dates, by)
    changes = {"expire_at": dates.expire_at}
    if not piece.live:
        changes["go_live_at"] = dates.go_live_at
    EducationPage.objects.filter(pk=piece.pk).update(**changes)
    _note(piece, before, dates, by, reason)


def _revisions(piece: EducationPage) -> list[Revision]:
    """What may yet become, or is, the public version."""
    waiting = piece.revisions.filter(approved_go_live_at__isnull=False)
    found = [*waiting, piece.live_revision, piece.latest_revision]
    return list({revision.pk: revision for revision in found if revision}.values())


def _write(piece: EducationPage, revision: Revision, dates: Dates, by) -> None:
    was_approved, told = revision.approved_go_live_at is not None, _told(dates)
    revision.content["expire_at"] = told["expire_at"]
    if not piece.live:
        revision.content["go_live_at"] = told["go_live_at"]
        if was_approved:
            revision.approved_go_live_at = dates.go_live_at
    fields = ["content"]
    if revision.pk == piece.latest_revision_id:
        # Whoever has it open in the editor is told that theirs is no longer the newest.
        revision.created_at = timezone.now()
        Page.objects.filter(pk=piece.pk).update(latest_revision_created_at=revision.created_at)
        fields.append("created_at")
    if was_approved:
        fields.append("approved_go_live_at")
    revision.save(user=by, update_fields=fields)


def _note(piece: EducationPage, before: Dates, dates: Dates, by, reason: str) -> None:
    after = Dates(before.go_live_at, dates.expire_at) if piece.live else dates
    data = {"before": _told(before), "after": _told(after), "reason": reason}
    log(instance=piece, action=ACTION, user=by, data=data, revision=piece.latest_revision)


def _told(dates: Dates) -> dict[str, str | None]:
    return {name: at and at.isoformat() for name, at in asdict(dates).items()}


def _moment(revision: Revision, name: str) -> datetime | None:
    text = revision.content.get(name)
    return parse_datetime(text) if text else None
