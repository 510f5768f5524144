"""One decision publishes the languages of a piece at one instant, or none.

Everything that a decision does is one transaction. At a set instant a release (Release) binds the
revisions that were decided upon; the tick carries it out, again in one transaction, and tries it
anew at the next one if that fails. A release whose revisions are no longer what stands to be
published is called off as a whole, for everybody to see; what is left of it never goes out.

All rows of a piece's pages are locked in one order, so that nobody waits for somebody who waits.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models.signals import post_save, pre_delete
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision, WorkflowState
from wagtail.signals import page_published, page_unpublished

from content.models import EducationPage, Release, ReleaseMember, TogetherChoice
from content.translation import staleness
from content.translation.readiness import Blocker, Member, checked, is_approved, members_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger(__name__)

# The actions under which the pages' histories show it.
DECIDED, CALLED_OFF, MOVED = "content.together", "content.together_off", "content.together_moved"

# (page, the hour it was approved for, now) -> whether it waits although its hour has struck
Held = Callable[[Page, datetime, datetime], bool]

# Whether what happens to pages just now is a release's own work.
_at_work: ContextVar[bool] = ContextVar("release_at_work", default=False)


class NotTogetherError(Exception):
    """The piece is not published, in no language; `blockers` say why."""

    def __init__(self, blockers: list[Blocker]) -> None:
        self.blockers = blockers
        super().__init__("; ".join(f"{b.language}: {b.message}" for b in blockers))


# --- Whether a piece goes together ----------------------------------------------------------------


def goes_together(key: UUID) -> bool:
    """Whether approving one language of the piece waits for the others.

    As somebody has chosen; else while the piece is in several languages of which none is public.
    Once one is, an urgent correction of it must not wait: then staleness tells.
    """
    if choice := TogetherChoice.objects.filter(pk=key).first():
        return choice.together
    pages = EducationPage.objects.filter(translation_key=key)
    counted = pages.aggregate(all=models.Count("pk"), live=models.Count("pk", models.Q(live=True)))
    return counted["all"] > 1 and not counted["live"]


def choose(key: UUID, together: bool, by: "AbstractBaseUser | None") -> None:
    """Set it for the piece, whatever the rule says."""
    TogetherChoice.objects.update_or_create(
        pk=key, defaults={"together": together, "chosen_by": by}
    )


def lock_piece(key: UUID) -> list[EducationPage]:
    """The piece's pages, locked in the order in which everybody locks them."""
    # The base rows are what others lock, too.
    list(Page.objects.select_for_update().filter(translation_key=key).order_by("pk"))
    return list(EducationPage.objects.filter(translation_key=key).order_by("pk"))


def bound_together(page_id: int) -> list[int]:
    """The pages whose date of going live is one with this page's, itself among them."""
    key = EducationPage.objects.values_list("translation_key", flat=True).get(pk=page_id)
    release = Release.objects.waiting().filter(translation_key=key).first()
    if release:
        bound = list(release.members.values_list("page_id", flat=True))
        return sorted(bound) if page_id in bound else [page_id]
    if not goes_together(key):
        return [page_id]
    pages = EducationPage.objects.filter(translation_key=key)
    return list(pages.order_by("pk").values_list("pk", flat=True))


# --- The decision ---------------------------------------------------------------------------------


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
    with transaction.atomic(), _working():
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
                _bind(member.page, member.revision, at, by)
        else:
            _publish(release, by, now)
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


def _bind(page: EducationPage, revision: Revision, at: datetime, by) -> None:
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


def _publish(release: Release, by, now: datetime) -> None:
    """Every member, with one instant. Raises NotTogetherError naming the language that failed."""
    pages = []
    for member in release.members.select_related("page__locale", "revision"):
        try:
            pages.append(_publish_one(member, by, now))
        except Exception as error:
            logger.exception("release %s: %s could not be published", release.pk, member.language)
            text = _("It could not be published: %(reason)s") % {"reason": _in_words(error)}
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
    original = staleness.original_of(key)
    if original is None or not original.last_published_at:
        return
    for page in EducationPage.objects.filter(pk__in=numbers).exclude(pk=original.pk):
        if original.pk in numbers:
            staleness.in_step(page, original)
    staleness.note_published(original)


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


# --- At its hour ----------------------------------------------------------------------------------


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
        _call_off(release, why)
        return
    members = [member.page.page_ptr for member in release.members.select_related("page")]
    if is_held and any(is_held(page, release.at, now) for page in members):
        return
    with _working():
        _publish(release, None, now)


def note_failure(pk: int, error: Exception, now: datetime) -> None:
    """Write down, after everything else was taken back, that a release could not be kept."""
    words = str(error) if isinstance(error, NotTogetherError) else _in_words(error)
    Release.objects.waiting().filter(pk=pk).update(problem=words, tried_at=now)


def is_bound(revision_pk: int) -> bool:
    """Whether the revision waits as part of a release, which alone publishes it."""
    return ReleaseMember.objects.filter(
        revision=revision_pk, release__state=Release.State.WAITING
    ).exists()


# --- Moved, called off ----------------------------------------------------------------------------


@transaction.atomic
def call_off(release: Release, by: "AbstractBaseUser | None" = None) -> None:
    """A person takes the decision back before its hour."""
    lock_piece(release.translation_key)
    release = Release.objects.select_for_update().get(pk=release.pk)
    if release.state == Release.State.WAITING:
        _call_off(release, _("Called off by a person."), by)


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
        _call_off(release, f"{name}: {told}", by)
        return True
    if at != release.at:
        with _working():
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


def _call_off(release: Release, why: str, by=None) -> None:
    """No member goes live any more; each is a draft again that has to be decided upon anew."""
    with _working():
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


# --- One language approved alone ------------------------------------------------------------------


def finish_review(review: WorkflowState, user=None) -> None:
    """What Wagtail does when a review ends with approval (WAGTAIL_FINISH_WORKFLOW_ACTION).

    A language that goes together with others waits as approved; the last one that is approved
    takes all along, if nothing else is in the way.
    """
    if _at_work.get():
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


# --- Watching over what waits ---------------------------------------------------------------------


def connect() -> None:
    """Listen to what may undo a release. Called once, when the apps are ready."""
    post_save.connect(_on_revision, sender=Revision, dispatch_uid="releases")
    pre_delete.connect(_on_delete, sender=EducationPage, dispatch_uid="releases")
    page_unpublished.connect(_on_page, dispatch_uid="releases")
    page_published.connect(_on_page, dispatch_uid="releases")


def _on_revision(sender, instance: Revision, created: bool, **kwargs) -> None:
    if not _at_work.get() and instance.base_content_type.model == "page":
        # The page does not name its new revision yet.
        _look_after(int(instance.object_id), _("It was edited after the decision.") * created)


def _on_page(sender, instance: Page, **kwargs) -> None:
    if not _at_work.get():
        _look_after(instance.pk)


def _on_delete(sender, instance: EducationPage, **kwargs) -> None:
    _look_after(instance.pk, _("The page or its draft is deleted."))


def _look_after(page_pk: int, known: str = "") -> None:
    """Call the page's release off at once if it no longer stands, or for what is known already.

    What slips by here is seen at its hour.
    """
    member = ReleaseMember.objects.filter(
        page=page_pk, release__state=Release.State.WAITING
    ).first()
    if member is None:
        return
    with transaction.atomic():
        lock_piece(member.release.translation_key)
        release = Release.objects.select_for_update().get(pk=member.release_id)
        name = dict(settings.LANGUAGES).get(member.language, member.language)
        why = f"{name}: {known}" if known else why_not_standing(release)
        if why and release.state == Release.State.WAITING:
            _call_off(release, why)


@contextmanager
def _working() -> Iterator[None]:
    token = _at_work.set(True)
    try:
        yield
    finally:
        _at_work.reset(token)
