"""One language approved alone: it waits for the others, and the last one takes all along."""

import logging
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.dateparse import parse_datetime
from wagtail.models import Page, WorkflowState

from content.models import EducationPage, Release
from content.translation.readiness import is_approved, members_of
from content.translation.together.choosing import goes_together
from content.translation.together.deciding import decide
from content.translation.together.publishing import NotTogetherError
from content.translation.together.working import is_at_work, lock_piece

logger = logging.getLogger(__name__)


def finish_review(review: WorkflowState, user=None) -> None:
    """What Wagtail does when a review ends with approval (WAGTAIL_FINISH_WORKFLOW_ACTION).

    A language that goes together with others waits as approved; the last one that is approved
    takes all along, if nothing else is in the way.
    """
    if is_at_work():
        return
    thing = review.content_object
    key = getattr(thing, "translation_key", None)
    is_piece = isinstance(thing, Page) and issubclass(thing.specific_class or Page, EducationPage)
    if not is_piece or not goes_together(key):
        thing.get_latest_revision().publish(user=user)
        return
    publish_if_all_approved(key, user)


def publish_if_all_approved(key: UUID, by) -> Release | None:
    """Publish the piece if each of its languages that has news is approved and ready.

    At the latest of the dates that its drafts carry, so that none goes out before its own.
    """
    lock_piece(key)
    members = [member for member in members_of(key) if member.page]
    news = [member for member in members if member.has_news]
    if len(members) < len(settings.LANGUAGES) or not all(member.is_approved for member in news):
        return None
    dates = [
        parse_datetime(member.revision.content["go_live_at"])
        for member in news
        if member.revision.content.get("go_live_at")
    ]
    try:
        with transaction.atomic():
            return decide(key, by, at=max(dates, default=None))
    except NotTogetherError as error:
        logger.warning("%s waits although all its languages are approved: %s", key, error)
        return None


def waits_for_others(page: EducationPage) -> bool:
    """Whether review has approved what is not public yet because other languages are not ready."""
    revision = page.latest_revision
    if revision is None or (page.live and page.live_revision_id == revision.pk):
        return False
    if revision.approved_go_live_at:
        return False
    return is_approved(page, revision) and goes_together(page.translation_key)
