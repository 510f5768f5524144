"""The decision to publish everything of a piece that is not public yet."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from content.models import Release, ReleaseMember
from content.translation.readiness import Blocker, Member, checked, members_of
from content.translation.together.publishing import NotTogetherError, publish
from content.translation.together.releases import bind
from content.translation.together.working import lock_piece, working

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def decide(
    key: UUID,
    by: "AbstractBaseUser",
    *,
    at: datetime | None = None,
    left_out: Collection[str] = (),
    now: datetime | None = None,
) -> Release:
    """Publish everything of the piece that is not public yet, now or at an instant to come.

    Reviews that are open are approved with it. What is left out is named. Raises NotTogetherError,
    and then nothing at all has happened.
    """
    now = now or timezone.now()
    at = at if at and at > now else None
    with transaction.atomic(), working():
        lock_piece(key)
        members = [m for m in members_of(key) if m.language not in left_out]
        checked(members, by, at)
        _require_ready(key, members)
        going = [member for member in members if member.has_news]
        for member in going:
            _approve_review(member, by)
        release = Release.objects.create(
            translation_key=key,
            at=at or now,
            left_out=sorted(left_out),
            decided_at=now,
            decided_by=by,
        )
        ReleaseMember.objects.bulk_create(
            ReleaseMember(
                release=release, page_id=m.page.pk, revision=m.revision, language=m.language
            )
            for m in going
        )
        if at:
            for member in going:
                bind(member.page, member.revision, at, by)
        else:
            publish(release, by, now)
    return release


def _require_ready(key: UUID, members: list[Member]) -> None:
    blockers = [blocker for member in members for blocker in member.blockers]
    if Release.objects.waiting().filter(translation_key=key).exists():
        text = _("It waits for its hour already: call that off first.")
        blockers.append(Blocker("waiting", text))
    if not blockers and not any(member.has_news for member in members):
        blockers.append(Blocker("nothing", _("Everything is public already.")))
    if blockers:
        raise NotTogetherError(blockers)


def _approve_review(member: Member, by) -> None:
    """Approve what is open, task by task, as far as it is this person's to approve."""
    for _task in range(10):
        review = WorkflowState.objects.active().for_instance(member.page).first()
        if review is None or review.status != WorkflowState.STATUS_IN_PROGRESS:
            return
        state = review.current_task_state.specific
        actions = state.task.specific.get_actions(member.page, by) if by else [("approve",)]
        if "approve" not in [name for name, *_rest in actions]:
            text = _("It is in review with “%(task)s”, which is not yours to approve.")
            told = text % {"task": state.task.name}
            raise NotTogetherError([Blocker("review", told, member.edit_url, member.language)])
        state.approve(user=by)
