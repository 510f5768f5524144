"""How it is reckoned whether a version is behind, and what can be known of one from before."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from wagtail.models import Revision
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from content.models import EducationPage, VersionRecord
from content.translation.texts import NO_WORDS, Words, digest, words_from_json, words_in, words_of

# Pieces that came in one folder are published one after the other: that is no later version.
ONE_GO = timedelta(hours=1)


def original_of(key: UUID) -> EducationPage | None:
    """The Chinese page of the piece with that translation key."""
    return EducationPage.objects.filter(
        translation_key=key, locale__language_code=settings.LANGUAGE_CODE
    ).first()


def is_current(record: VersionRecord, page: EducationPage, original: EducationPage) -> bool:
    """Whether the record was reckoned since the two were last published."""
    return (
        record.seen_original_at == original.last_published_at
        and record.seen_page_at == page.last_published_at
    )


def reckon(page: EducationPage, original: EducationPage) -> None:
    """Write down how the version stands. Locks its row."""
    if not original.last_published_at:
        return
    record = VersionRecord.objects.select_for_update().filter(pk=page.pk).first()
    before = record and (record.stale_since, record.changed_at, record.declared_at)
    record = reckoned(record, page.specific, original)
    if before is None or before != (record.stale_since, record.changed_at, record.declared_at):
        record.save()
    else:
        # Nothing that a reader sees: pages that are kept stay kept.
        fields = ["words_then", "revision_then", "revision_now", "digest_now", "made_after"]
        VersionRecord.objects.filter(pk=page.pk).update(
            **{name: getattr(record, name) for name in fields}
        )


def reckoned(
    record: VersionRecord | None, page: EducationPage, original: EducationPage
) -> VersionRecord:
    """The record as it has to be now; not saved. Both pages are the specific ones."""
    now = words_of(original)
    record = record or _first_record(page, original, now)
    if record.words_then == now or _was_made_beside(page, original):
        bring_in_step(record, original, now)
        return record
    if record.digest_now != digest(now) or record.stale_since is None:
        _note_change(record, page, original, now)
    if _knows_of_the_change(record, page):
        bring_in_step(record, original, now)
    return record


def _was_made_beside(page: EducationPage, original: EducationPage) -> bool:
    """Whether it was written by hand from a draft: what was not public before has not changed."""
    is_first = original.first_published_at == original.last_published_at
    return is_first and not _translation_of(page)


def bring_in_step(record: VersionRecord, original: EducationPage, now: Words) -> None:
    """Write into the record, without saving it, that the version says what the original says."""
    record.words_then, record.digest_now = now, digest(now)
    record.revision_then = record.revision_now = original.live_revision
    record.stale_since = record.changed_at = None
    record.declared_at = record.declared_by = None
    record.declared_why = ""


def _note_change(
    record: VersionRecord, page: EducationPage, original: EducationPage, now: Words
) -> None:
    record.digest_now, record.revision_now = digest(now), original.live_revision
    record.changed_at = original.last_published_at
    record.stale_since = record.stale_since or record.changed_at
    record.made_after = _made_after(page, original)
    # What was declared was declared of other words.
    record.declared_at = record.declared_by = None
    record.declared_why = ""


def _made_after(page: EducationPage, original: EducationPage) -> int:
    """From which number on the version's revisions can know of the original's present words.

    A version written by hand may have been prepared beside the original's draft. wagtail-localize
    hands a change to translators only when it is published, so that what they had made by then
    does not know of it.
    """
    changed = original.live_revision_id or 0
    if not _translation_of(page):
        return changed
    present = page.revisions.filter(created_at__lte=original.last_published_at)
    latest = present.order_by("-pk").values_list("pk", flat=True).first()
    return max(changed, latest or 0)


def _knows_of_the_change(record: VersionRecord, page: EducationPage) -> bool:
    if not page.live or (page.live_revision_id or 0) <= record.made_after:
        return False
    translation = _translation_of(page)
    return translation is None or not untranslated(translation).exists()


def _translation_of(page: EducationPage) -> Translation | None:
    """wagtail-localize's record of the version; None for one that is written by hand."""
    return Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True
    ).first()


def untranslated(translation: Translation) -> models.QuerySet:
    """The segments with words for readers that have no translation free of errors."""
    done = StringTranslation.objects.filter(
        translation_of=models.OuterRef("string"),
        context=models.OuterRef("context"),
        locale=translation.target_locale_id,
        has_error=False,
    )
    segments = StringSegment.objects.filter(source=translation.source_id)
    segments = segments.exclude(context__path__in=NO_WORDS)
    return segments.filter(~models.Exists(done))


def _first_record(page: EducationPage, original: EducationPage, now: Words) -> VersionRecord:
    """What can be known of a version that nobody has kept a record of."""
    record = VersionRecord(page_id=page.pk)
    if translation := _translation_of(page):
        source = translation.source
        record.words_then = words_from_json(source.content_json, type(original))
        # Taken over, but not translated and published since: what it said before, nobody knows.
        mine = page.last_published_at
        if record.words_then == now and mine and mine < source.last_updated_at:
            record.words_then = None
        return record
    if revision := _seen_by(page, original):
        record.revision_then, record.words_then = revision, words_in(revision, type(original))
    elif not _is_much_later(original, page.last_published_at):
        record.words_then = now
    return record


def _seen_by(page: EducationPage, original: EducationPage) -> Revision | None:
    """The original's revision that the version went by: its newest when the version was published.

    Within ONE_GO they belong together, whichever came first.
    """
    at = page.last_published_at or page.latest_revision_created_at
    if at is None:
        return None
    if not _is_much_later(original, at):
        return original.live_revision
    return original.revisions.filter(created_at__lte=at).order_by("-created_at", "-pk").first()


def _is_much_later(original: EducationPage, at: datetime | None) -> bool:
    return at is not None and original.last_published_at - at > ONE_GO
