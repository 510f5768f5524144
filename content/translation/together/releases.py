"""Releases that wait for their hour: bound, carried out, moved, called off."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from content.models import EducationPage, Release, ReleaseMember
from content.translation.together.publishing import NotTogetherError, in_words, publish
from content.translation.together.working import lock_piece, working

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger(__name__)


# The actions under which the pages' histories show it.
DECIDED, CALLED_OFF, MOVED = "content.together", "content.together_off", "content.together_moved"


# (page, the hour it was approved for, now) -> whether it waits although its hour has struck
Held = Callable[[Page, datetime, datetime], bool]


def bind(page: EducationPage, revision: Revision, at: datetime, by) -> None:
    """What Wagtail's own scheduling does, without a look at whether the page has been public."""
    _write_date(revision, at)
    page.revisions.exclude(pk=revision.pk).update(approved_go_live_at=None)
    changes = {"has_unpublished_changes": True} | ({} if page.live else {"go_live_at": at})
    EducationPage.objects.filter(pk=page.pk).update(**changes)
    data = {"at": at.isoformat()}
    log(instance=page, action=DECIDED, user=by, data=data, revision=revision)


def _write_date(revision: Revision, at: datetime | None) -> None:
    revision.content["go_live_at"] = at and at.isoformat()
    revision.approved_go_live_at = at
    revision.save(update_fields=["content", "approved_go_live_at"])


def is_bound(revision_pk: int) -> bool:
    """Whether the revision waits as part of a release, which alone publishes it."""
    return ReleaseMember.objects.filter(
        revision=revision_pk, release__state=Release.State.WAITING
    ).exists()


def carry_out(pk: int, now: datetime, is_held: Held | None = None) -> None:
    """Publish a release whose hour has struck, in the transaction of whoever calls.

    One that no longer stands is called off. Raises NotTogetherError, and nothing may be kept then.
    """
    key = Release.objects.values_list("translation_key", flat=True).get(pk=pk)
    lock_piece(key)
    release = Release.objects.select_for_update().get(pk=pk)
    if release.state != Release.State.WAITING or release.at > now:
        return
    if why := why_not_standing(release):
        call_off_because(release, why)
        return
    members = [member.page.page_ptr for member in release.members.select_related("page")]
    if is_held and any(is_held(page, release.at, now) for page in members):
        return
    with working():
        publish(release, None, now)


def note_failure(pk: int, error: Exception, now: datetime) -> None:
    """Write down, after everything else was taken back, that a release could not be kept."""
    words = str(error) if isinstance(error, NotTogetherError) else in_words(error)
    Release.objects.waiting().filter(pk=pk).update(problem=words, tried_at=now)


@transaction.atomic
def call_off(release: Release, by: "AbstractBaseUser | None" = None) -> None:
    """A person takes the decision back before its hour."""
    lock_piece(release.translation_key)
    release = Release.objects.select_for_update().get(pk=release.pk)
    if release.state == Release.State.WAITING:
        call_off_because(release, _("Called off by a person."), by)


@transaction.atomic
def move(page: Page, at: datetime | None, by, reason: str = "") -> bool:
    """Move the release that the page belongs to, all members with it; without a time, call it off.

    Returns whether the page belongs to one.
    """
    release = waiting_release_of(page.pk)
    if release is None:
        return False
    lock_piece(release.translation_key)
    release = Release.objects.select_for_update().get(pk=release.pk)
    if release.state != Release.State.WAITING:
        return False
    if at is None:
        name = dict(settings.LANGUAGES).get(page.locale.language_code, "")
        told = _("Its date was taken back. %(reason)s") % {"reason": reason}
        call_off_because(release, f"{name}: {told}", by)
        return True
    if at != release.at:
        with working():
            for member in release.members.select_related("page", "revision"):
                _write_date(member.revision, at)
                if not member.page.live:
                    EducationPage.objects.filter(pk=member.page_id).update(go_live_at=at)
                data = {"at": at.isoformat(), "reason": reason}
                log(instance=member.page.specific, action=MOVED, user=by, data=data)
        release.at = at
        release.save(update_fields=["at"])
    return True


def waiting_release_of(page_pk: int) -> Release | None:
    """The release that the page waits in, if it does."""
    return Release.objects.waiting().filter(members__page=page_pk).first()


def why_not_standing(release: Release) -> str:
    """Why the release can no longer be kept as it was decided; empty if it can."""
    names = dict(settings.LANGUAGES)
    for member in release.members.select_related("page", "revision"):
        reason = _why_not(member, release.at)
        if reason:
            return f"{names.get(member.language, member.language)}: {reason}"
    return ""


def _why_not(member: ReleaseMember, at: datetime) -> str:
    page, revision = member.page, member.revision
    if page is None or revision is None:
        return _("The page or its draft is deleted.")
    if page.latest_revision_id != revision.pk:
        return _("It was edited after the decision.")
    if revision.approved_go_live_at != at:
        return _("It is no longer scheduled for that instant.")
    return ""


def call_off_because(release: Release, why: str, by=None) -> None:
    """No member goes live any more; each is a draft again that has to be decided upon anew."""
    with working():
        for member in release.members.select_related("page", "revision"):
            if member.revision and member.revision.approved_go_live_at == release.at:
                _write_date(member.revision, None)
            if member.page is None:
                continue
            if not member.page.live and member.page.go_live_at == release.at:
                EducationPage.objects.filter(pk=member.page_id).update(go_live_at=None)
            log(instance=member.page.specific, action=CALLED_OFF, user=by, data={"reason": why})
    release.state, release.problem = Release.State.CALLED_OFF, why
    release.save(update_fields=["state", "problem"])
    logger.warning("release %s is called off: %s", release.pk, why)
