"""Where every piece stands in every language, for all of them in a fixed number of queries."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, QuerySet
from wagtail.models import Locale, Page, Revision, WorkflowState
from wagtail_localize.models import StringTranslation, Translation

from content.models import EducationPage, TranslationWork, VersionRecord
from content.translation.progress import SETTLED, Segments, State, segments_of
from content.translation.rights import SOURCE_LANGUAGE, target_locales
from content.translation.texts import lengths

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(slots=True)
class Standing:
    """One piece in one language."""

    translation_key: UUID
    language: str
    code: str
    title: str
    original_pk: int
    original_live: bool
    state: State
    version_pk: int | None = None
    version_title: str = ""
    translation_pk: int | None = None
    segments: Segments | None = None
    # Chinese characters that are still to be translated.
    characters: int = 0
    is_adapted: bool = False
    is_older: bool = False
    # The row of TranslationWork (see _WORK), and who has it.
    work: tuple | None = None
    person: "AbstractBaseUser | None" = None
    demands: list = field(default_factory=list)

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.translation_key}:{self.language}"

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED


_NAMES = ("pk", "translation_key", "code", "title", "draft_title", "live")
_VERSION = (*_NAMES, "locale_id", "last_published_at", "has_unpublished_changes")
_WORK = (
    "pk",
    "translation_key",
    "locale_id",
    "assigned_to_id",
    "due_on",
    "note",
    "adapted_at",
    "adapted_reason",
)

# Translation keys, or a query for them.
Keys = Collection[UUID] | QuerySet


class _Record(NamedTuple):
    """wagtail-localize's record of a version, without the stored texts."""

    pk: int
    key: UUID
    locale_id: int


def standings(keys: Keys | None = None) -> list[Standing]:
    """Every piece that is published in Chinese or before legal review, in every other language.

    `keys` asks for those pieces only. The number of queries does not grow with the pieces.
    """
    facts = _Facts(keys)
    return [
        facts.standing(original, locale) for original in facts.originals for locale in facts.locales
    ]


class _Facts:
    """What all rows are made from, read in one go."""

    def __init__(self, keys: Keys | None) -> None:
        self.locales = target_locales()
        self.in_review = _in_review()
        pages = _only(EducationPage.objects.all(), "translation_key", keys)
        chinese = pages.filter(locale__language_code=SOURCE_LANGUAGE)
        self.originals = [
            row
            for row in chinese.values_list(*_NAMES, named=True)
            if row.live or row.pk in self.in_review
        ]
        versions = pages.filter(locale__in=self.locales, alias_of=None)
        self.versions = {
            (row.translation_key, row.locale_id): row
            for row in versions.values_list(*_VERSION, named=True)
        }
        begun = _begun(keys)
        self.records = _records(begun)
        self.segments = segments_of(begun)
        works = _only(TranslationWork.objects.all(), "translation_key", keys)
        # Rows and not models: a thousand of those take longer to make than all pages do.
        self.works = {
            (row.translation_key, row.locale_id): row
            for row in works.values_list(*_WORK, named=True)
        }
        people = {row.assigned_to_id for row in self.works.values()} - {None}
        self.people = get_user_model().objects.in_bulk(people)
        self.older = _older(self.versions)
        self.waiting = _waiting()
        self.written_at = _written(keys)
        self.lengths = self._lengths()

    def _lengths(self) -> dict[int, int]:
        """The length of what is not begun in some language, by the Chinese page's number."""
        return lengths(
            row.pk
            for row in self.originals
            if any(self._is_missing(row.translation_key, locale) for locale in self.locales)
        )

    def _is_missing(self, key: UUID, locale: Locale) -> bool:
        return (key, locale.pk) not in self.records and (key, locale.pk) not in self.versions

    def standing(self, original, locale: Locale) -> Standing:
        pair = (original.translation_key, locale.pk)
        version, record = self.versions.get(pair), self.records.get(pair)
        work = self.works.get(pair)
        one = Standing(
            translation_key=original.translation_key,
            language=locale.language_code,
            code=original.code,
            title=original.draft_title or original.title,
            original_pk=original.pk,
            original_live=original.live,
            state=State.NOT_STARTED,
            version_pk=version and version.pk,
            version_title=(version.draft_title or version.title) if version else "",
            work=work,
            person=work and self.people.get(work.assigned_to_id),
        )
        if record:
            one.translation_pk = record.pk
            one.segments = self.segments.get(record.pk, Segments())
            one.characters = one.segments.characters
            one.state = self._by_segments(one.segments, record, version)
        elif version:
            one.is_adapted = bool(work and work.adapted_at)
            one.is_older = version.pk in self.older
            one.state = self._by_hand(one, version)
        else:
            one.characters = self.lengths.get(original.pk, 0)
        return one

    def _by_segments(self, segments: Segments, record: _Record, version) -> State:
        """The state of what is translated segment by segment."""
        is_live = bool(version and version.live)
        is_out = (
            is_live
            and not version.has_unpublished_changes
            and version.last_published_at is not None
            and version.pk not in self.older
            and not self._has_newer_texts(record, version)
        )
        steps = (
            (segments.is_untouched and not is_live, State.NEW),
            (segments.changed or (is_live and segments.to_do), State.CHANGED),
            (segments.to_do, State.IN_PROGRESS),
            (segments.converted, State.TO_READ),
            (version and version.pk in self.in_review, State.IN_REVIEW),
            (version and version.pk in self.waiting, State.WAITING),
            (is_out, State.PUBLISHED),
        )
        return next((state for is_so, state in steps if is_so), State.READY)

    def _has_newer_texts(self, record: _Record, version) -> bool:
        """Whether somebody wrote at the desk since the version was published."""
        written_at = self.written_at.get((record.key, record.locale_id))
        return bool(written_at and written_at > version.last_published_at)

    def _by_hand(self, one: Standing, version) -> State:
        """The state of a page of its own, adapted or written by hand: dates alone tell."""
        steps = (
            (version.pk in self.in_review, State.IN_REVIEW),
            (version.pk in self.waiting, State.WAITING),
            (one.is_older, State.STALE),
            (not version.live, State.IN_PROGRESS),
            (version.has_unpublished_changes, State.READY),
            (one.is_adapted, State.ADAPTED),
        )
        return next((state for is_so, state in steps if is_so), State.PUBLISHED)


def _only(rows: QuerySet, name: str, keys: Keys | None) -> QuerySet:
    return rows if keys is None else rows.filter(**{f"{name}__in": keys})


def _begun(keys: Keys | None) -> QuerySet[Translation]:
    """wagtail-localize's records of the versions that are translated segment by segment."""
    kinds = ContentType.objects.get_for_models(*EducationPage.__subclasses__()).values()
    rows = Translation.objects.filter(
        enabled=True,
        source__locale__language_code=SOURCE_LANGUAGE,
        source__specific_content_type__in=list(kinds),
    )
    return _only(rows, "source__object_id", keys)


def _records(begun: QuerySet[Translation]) -> dict[tuple, _Record]:
    rows = begun.values_list("pk", "source__object_id", "target_locale_id")
    return {(row.key, row.locale_id): row for row in map(_Record._make, rows)}


def _in_review() -> set[int]:
    """Numbers of the pages that lie before legal review."""
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS,
        base_content_type=ContentType.objects.get_for_model(Page),
    )
    return {int(pk) for pk in states.values_list("object_id", flat=True)}


def _waiting() -> set[int]:
    """Numbers of the pages that are approved for an hour to come."""
    approved = Revision.page_revisions.filter(approved_go_live_at__isnull=False)
    return {int(pk) for pk in approved.values_list("object_id", flat=True)}


def _written(keys: Keys | None) -> dict[tuple, datetime]:
    """When a text of a version was written last, by translation key and locale."""
    rows = _only(StringTranslation.objects.all(), "context__object_id", keys).order_by()
    found = rows.values_list("context__object_id", "locale_id").annotate(Max("updated_at"))
    return {(key, locale): at for key, locale, at in found}


def _older(versions: dict[tuple, object]) -> set[int]:
    """Numbers of the versions whose original says something else by now."""
    stale = set(VersionRecord.objects.stale().values_list("pk", flat=True))
    return {row.pk for row in versions.values() if row.pk in stale}
