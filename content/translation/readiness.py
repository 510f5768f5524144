"""What stands between a piece's languages and their going live together."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.models import Revision, TaskState, WorkflowState
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from content.languages import LANGUAGES
from content.models import EducationPage, VersionRecord
from content.translation.staleness.reckoning import untranslated
from content.translation.texts import words_from_json, words_in, words_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True)
class Blocker:
    """One thing in the way: a code, words for people, where it is dealt with, whose it is."""

    code: str
    message: str
    url: str = ""
    language: str = ""


@dataclass
class Member:
    """A piece in one language, as far as it is there, and what is to become public of it."""

    language: str
    page: EducationPage | None = None
    revision: Revision | None = None
    review: WorkflowState | None = None
    blockers: list[Blocker] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The language, in words."""
        return str(dict(settings.LANGUAGES)[self.language])

    @property
    def has_news(self) -> bool:
        """Whether there is anything that is not public yet."""
        if self.page is None or self.revision is None:
            return False
        return not (self.page.live and self.page.live_revision_id == self.revision.pk)

    @property
    def is_approved(self) -> bool:
        """Whether legal review has approved exactly these words, which are not public yet."""
        if self.revision is None or not self.has_news:
            return False
        return is_approved(self.page, self.revision)

    @property
    def in_review(self) -> bool:
        """Whether a review of it is under way."""
        return self.review is not None and self.review.status == WorkflowState.STATUS_IN_PROGRESS

    @property
    def edit_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk]) if self.page else ""


def is_approved(page: EducationPage, revision: Revision) -> bool:
    """Whether the last review of the page ended with the approval of that revision."""
    last = WorkflowState.objects.for_instance(page).order_by("-created_at", "-pk").first()
    return (
        last is not None
        and last.status == WorkflowState.STATUS_APPROVED
        and TaskState.objects.filter(
            workflow_state=last, revision=revision, status=TaskState.STATUS_APPROVED
        ).exists()
    )


def members_of(key: UUID) -> list[Member]:
    """The piece in each of the site's languages, in the site's order."""
    pages = {
        page.locale.language_code: page
        for page in EducationPage.objects.filter(translation_key=key)
        .select_related("locale", "latest_revision")
        .specific()
    }
    found = []
    for code in LANGUAGES:
        page = pages.get(code)
        member = Member(code, page)
        if page:
            member.revision = page.latest_revision
            member.review = page.current_workflow_state
        found.append(member)
    return found


def blockers(
    page: EducationPage, user: "AbstractBaseUser | None" = None, at: datetime | None = None
) -> list[Blocker]:
    """Everything in the way of publishing the piece's languages together, language by language.

    `user`: who would decide; `at`: the instant, now if none is given.
    """
    members = checked(members_of(page.translation_key), user, at)
    return [blocker for member in members for blocker in member.blockers]


def checked(
    members: list[Member], user: "AbstractBaseUser | None" = None, at: datetime | None = None
) -> list[Member]:
    """The same members, with what stands in the way of each. A few queries a language."""
    original = next((m for m in members if m.language == settings.LANGUAGE_CODE), None)
    for member in members:
        member.blockers = list(_blockers_of(member, original, user, at or timezone.now()))
    return members


def _blockers_of(member: Member, original: Member | None, user, at: datetime) -> Iterator[Blocker]:
    if member.page is None:
        text = _("There is no version in this language yet.")
        yield Blocker("missing", text, language=member.language)
        return
    for code, message, url in _of_page(member, original, user, at):
        yield Blocker(code, message, url or member.edit_url, member.language)


def _of_page(member: Member, original: Member | None, user, at) -> Iterator[tuple[str, str, str]]:
    page = member.page
    if member is not original:
        yield from _of_translation(member)
        yield from _of_step(member, original)
    if not member.has_news:
        if not page.live:
            text = _("It has never been saved as a draft, so there is nothing to publish.")
            yield "draft", text, ""
        return
    if page.locked:
        yield "locked", _("It is locked; whoever locked it has to unlock it."), ""
    yield from _of_review(member, user)
    yield from _of_fields(member, at)
    if user is not None and not page.permissions_for_user(user).can_publish():
        yield "right", _("You may not publish this language."), ""


def source_of(page: EducationPage) -> TranslationSource | None:
    """What wagtail-localize translates the version from; None where it is written by hand."""
    return TranslationSource.objects.filter(
        object_id=page.translation_key,
        translations__target_locale=page.locale_id,
        translations__enabled=True,
    ).first()


def lacks_words_of(page: EducationPage, original: Member) -> bool:
    """Whether wagtail-localize translates the version from other words than the Chinese draft's."""
    source = source_of(page)
    if source is None:
        return False
    model = type(original.page)
    return words_from_json(source.content_json, model) != words_in(original.revision, model)


def _of_translation(member: Member) -> Iterator[tuple[str, str, str]]:
    translation = Translation.objects.filter(
        source__object_id=member.page.translation_key,
        target_locale=member.page.locale_id,
        enabled=True,
    ).first()
    if translation is None:
        return
    # Counted as at the desk: a text that stands twice at one place is one segment.
    if missing := untranslated(translation).values("string", "context").distinct().count():
        text = _("%(number)s segments are not translated, or have an error.")
        yield "untranslated", text % {"number": missing}, ""
    segment = StringSegment.objects.filter(
        source=translation.source_id,
        string=OuterRef("translation_of"),
        context=OuterRef("context"),
    )
    converted = StringTranslation.objects.filter(
        Exists(segment),
        locale=translation.target_locale_id,
        translation_type="machine",
        has_error=False,
    )
    if unread := converted.count():
        text = _("%(number)s converted texts have not been read by anybody yet.")
        yield "unread", text % {"number": unread}, ""


def _of_step(member: Member, original: Member | None) -> Iterator[tuple[str, str, str]]:
    """Whether it would say what the Chinese says once both are public."""
    if original is None or original.page is None:
        return
    to_be = _to_be(original)
    url = reverse("versions:changes", args=[member.page.pk])
    if not member.has_news:
        record = VersionRecord.objects.filter(pk=member.page.pk).first()
        if record and record.is_declared and not original.has_news:
            return
        known = record.words_then if record else words_of(original.page)
        if member.page.live and known != to_be:
            yield "stale", _("It has no change for what is new in the Chinese."), url
        return
    if _seen_when_made(member, original) != to_be:
        text = _("It was written before the Chinese got its newest words: bring it in step first.")
        yield "stale", text, ""


def _to_be(original: Member) -> dict:
    """What the Chinese says once everything is public."""
    if original.has_news:
        return words_in(original.revision, type(original.page))
    return words_of(original.page)


def _seen_when_made(member: Member, original: Member) -> dict | None:
    """What the Chinese said, as a draft or in public, when the version's draft was last saved."""
    if source := source_of(member.page):
        if member.revision.created_at < source.last_updated_at:
            return None
        return words_from_json(source.content_json, type(original.page))
    seen = original.page.revisions.filter(pk__lt=member.revision.pk).order_by("-pk").first()
    if seen is None:
        return _to_be(original) if original.revision is None else None
    return words_in(seen, type(original.page))


def _of_review(member: Member, user) -> Iterator[tuple[str, str, str]]:
    review = member.review
    if review is None:
        return
    if review.status == WorkflowState.STATUS_NEEDS_CHANGES:
        yield "sent_back", _("Review has sent it back: it has to be handed in again."), ""
    elif user is not None:
        task = review.current_task_state.task.specific
        if "approve" not in [name for name, *_rest in task.get_actions(member.page, user)]:
            text = _("It is in review with “%(task)s”, which is not yours to approve.")
            yield "review", text % {"task": task.name}, ""


def _of_fields(member: Member, at: datetime) -> Iterator[tuple[str, str, str]]:
    expires = member.revision.content.get("expire_at")
    if expires and parse_datetime(expires) <= at:
        yield "expires", _("It would come down before it goes live: set its date anew."), ""
    try:
        member.revision.as_object().full_clean()
    except ValidationError as error:
        yield "invalid", " ".join(error.messages), ""
