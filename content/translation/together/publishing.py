"""Publishing every language of a release with one instant."""

import logging
from datetime import datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from content.models import EducationPage, Release, ReleaseMember
from content.translation.readiness import Blocker
from content.translation.staleness import keeping
from content.translation.staleness.reckoning import original_of

logger = logging.getLogger(__name__)


class NotTogetherError(Exception):
    """The piece is not published, in no language; `blockers` say why."""

    def __init__(self, blockers: list[Blocker]) -> None:
        self.blockers = blockers
        super().__init__("; ".join(f"{b.language}: {b.message}" for b in blockers))


def publish(release: Release, by, now: datetime) -> None:
    """Every member, with one instant. Raises NotTogetherError naming the language that failed."""
    pages = []
    for member in release.members.select_related("page__locale", "revision"):
        try:
            pages.append(_publish_one(member, by, now))
        except Exception as error:
            logger.exception("release %s: %s could not be published", release.pk, member.language)
            text = _("It could not be published: %(reason)s") % {"reason": in_words(error)}
            raise NotTogetherError([Blocker("failed", text, language=member.language)]) from error
    numbers = [page.pk for page in pages]
    EducationPage.objects.filter(pk__in=numbers, first_published_at__gte=now).update(
        first_published_at=now
    )
    EducationPage.objects.filter(pk__in=numbers).update(last_published_at=now)
    _note_in_step(release.translation_key, numbers)
    release.state, release.problem, release.tried_at = Release.State.PUBLISHED, "", now
    release.save()


def _publish_one(member: ReleaseMember, by, now: datetime) -> EducationPage:
    revision = member.revision
    go_live_at = revision.content.get("go_live_at")
    if go_live_at and parse_datetime(go_live_at) > now:
        # The decision is for now, whatever date the draft has carried.
        revision.content["go_live_at"] = None
        revision.save(update_fields=["content"])
    action = "wagtail.publish" if by else "wagtail.publish.scheduled"
    revision.publish(user=by, log_action=action)
    return member.page


def _note_in_step(key: UUID, numbers: list[int]) -> None:
    """What one decision makes public says the same; the others are reckoned as always."""
    original = original_of(key)
    if original is None or not original.last_published_at:
        return
    for page in EducationPage.objects.filter(pk__in=numbers).exclude(pk=original.pk):
        if original.pk in numbers:
            keeping.in_step(page, original)
    keeping.note_published(original)


def in_words(error: Exception) -> str:
    """What went wrong, for whoever sees the release."""
    return f"{type(error).__name__}: {error}"
