"""Whether a translated version still says what its original says.

One row a version (VersionRecord) holds the answer, so that listings and public pages compare
nothing. It is reckoned anew when a version or its original is published, and whatever was missed
then (a crash, a receiver that broke) is mended by `reconcile`, which every tick asks.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision
from wagtail.signals import page_published
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from content.models import EducationPage, VersionRecord
from content.translation.texts import (
    NO_WORDS,
    Change,
    Words,
    changes,
    digest,
    words_from_json,
    words_in,
    words_of,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger(__name__)

# Pieces that came in one folder are published one after the other: that is no later version.
ONE_GO = timedelta(hours=1)
DECLARE = "content.declare_immaterial"
# The actions under which the version's history shows it.
DECLARED, TAKEN_BACK = "content.immaterial", "content.immaterial_taken_back"


class Freshness(StrEnum):
    FRESH = "fresh"
    # The original says something else by now, and nobody has dealt with it.
    STALE = "stale"


# --- Asked by others ------------------------------------------------------------------------------


def freshness(
    page: EducationPage,
    original: EducationPage | None,
    records: dict[int, VersionRecord] | None = None,
) -> Freshness:
    """How the version stands to its original; the original itself is always fresh.

    `records` (see `records_of`) saves the query where many are asked about.
    """
    if original is None or original.pk == page.pk or not original.last_published_at:
        return Freshness.FRESH
    record = (records_of([page]) if records is None else records).get(page.pk)
    if record is None or not _is_current(record, page, original):
        # Not reckoned yet: the next tick does it, and nobody is told something wrong till then.
        record = _reckoned(record, page.specific, original.specific)
    return Freshness.STALE if record and record.is_stale else Freshness.FRESH


def records_of(pages: Iterable[EducationPage]) -> dict[int, VersionRecord]:
    """The records of these versions by the page's number."""
    found = VersionRecord.objects.filter(page__in=[page.pk for page in pages])
    return {record.pk: record for record in found}


def original_of(key: UUID) -> EducationPage | None:
    """The Chinese page of the piece with that translation key."""
    return EducationPage.objects.filter(
        translation_key=key, locale__language_code=settings.LANGUAGE_CODE
    ).first()


def what_changed(record: VersionRecord) -> list[Change]:
    """What the original says now and did not say when the version was last in step with it."""
    original = original_of(record.page.translation_key)
    if original is None:
        return []
    original = original.specific
    return changes(record.words_then, words_of(original), type(original))


# --- Declared immaterial --------------------------------------------------------------------------


@transaction.atomic
def declare_immaterial(page: EducationPage, by: "AbstractBaseUser", reason: str) -> VersionRecord:
    """Take it upon oneself that what changed does not matter to this version's readers.

    Holds for what the original says now; a later change makes the version stale anew. Written into
    the page's history. Raises PermissionDenied, ValidationError.
    """
    record = _locked(page, by)
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Say why the change does not matter."))
    if not record.is_stale:
        raise ValidationError(_("The version is not behind, so there is nothing to declare."))
    record.declared_at, record.declared_by, record.declared_why = timezone.now(), by, reason[:300]
    record.save()
    log(instance=page, action=DECLARED, user=by, data={"reason": record.declared_why})
    return record


@transaction.atomic
def take_back(page: EducationPage, by: "AbstractBaseUser") -> VersionRecord:
    """The change matters after all. Raises PermissionDenied, ValidationError."""
    record = _locked(page, by)
    if not record.is_declared:
        raise ValidationError(_("Nothing has been declared about this version."))
    reason, record.declared_why = record.declared_why, ""
    record.declared_at = record.declared_by = None
    record.save()
    log(instance=page, action=TAKEN_BACK, user=by, data={"reason": reason})
    return record


def _locked(page: EducationPage, by) -> VersionRecord:
    if not by.has_perm(DECLARE):
        raise PermissionDenied
    record = VersionRecord.objects.select_for_update().filter(pk=page.pk).first()
    if record is None:
        raise ValidationError(_("The version is not behind, so there is nothing to declare."))
    return record


# --- Kept up to date ------------------------------------------------------------------------------


def connect() -> None:
    """Listen to Wagtail. Called once, when the apps are ready."""
    page_published.connect(_on_published, dispatch_uid="staleness")


def _on_published(sender, instance: Page, **kwargs) -> None:
    """Never raises: a publication is not lost because its consequences could not be written down.

    The next tick's `reconcile` sees by the instants that something is missing.
    """
    if not isinstance(instance, EducationPage) or not instance.live:
        return
    try:
        note_published(instance)
    except Exception:
        logger.exception("%s is published; its versions' staleness is left to the tick", instance)


def note_published(page: EducationPage) -> None:
    """Reckon what hangs on this page's publication.

    First what readers are told, then what translators are given; only with both done is the
    publication ticked off.
    """
    original = original_of(page.translation_key)
    if original is None:
        return
    original = original.specific
    versions = list(_versions_of(original)) if page.pk == original.pk else [page]
    with transaction.atomic():
        for version in versions:
            _reckon(version, original)
    if page.pk == original.pk:
        with transaction.atomic():
            take_over(original)
    _tick_off(versions, original)


def reconcile() -> int:
    """Reckon every version that was published, or whose original was, since it was last reckoned.

    One query if there is none. One that cannot be reckoned stops no other. Returns how many were.
    """
    done = 0
    for key in list(_neglected()):
        original = original_of(key)
        try:
            note_published(original)
            done += 1
        except Exception:
            logger.exception("staleness: %s could not be reckoned", key)
    return done


def in_step(page: EducationPage, original: EducationPage) -> None:
    """The version was published together with the original, by one decision: it says the same."""
    page, original = page.specific, original.specific
    record = VersionRecord.objects.filter(pk=page.pk).first() or VersionRecord(page=page)
    _bring_in_step(record, original, words_of(original))
    record.save()
    _tick_off([page], original)


def take_over(original: EducationPage, revision: Revision | None = None) -> bool:
    """Give translators the original's present words, or those of a draft; whether any were new.

    What wagtail-localize has translated and published stays as it is.
    """
    source = TranslationSource.objects.filter(
        object_id=original.translation_key, locale_id=original.locale_id
    ).first()
    if source is None:
        return False
    model = type(original)
    now = words_in(revision, model) if revision else words_of(original)
    if words_from_json(source.content_json, model) == now:
        return False
    if revision is None:
        source.update_from_db()
        return True
    draft = revision.as_object()
    source.content_json, source.object_repr = draft.to_json(), str(draft)[:200]
    source.last_updated_at = timezone.now()
    source.save(update_fields=["content_json", "object_repr", "last_updated_at"])
    source.refresh_segments()
    return True


# --- How it is reckoned ---------------------------------------------------------------------------


def _versions_of(original: EducationPage) -> models.QuerySet:
    others = EducationPage.objects.filter(translation_key=original.translation_key)
    return others.exclude(pk=original.pk).order_by("pk")


def _neglected() -> models.QuerySet:
    original = EducationPage.objects.filter(
        translation_key=models.OuterRef("translation_key"),
        locale__language_code=settings.LANGUAGE_CODE,
        last_published_at__isnull=False,
    )
    rows = EducationPage.objects.exclude(locale__language_code=settings.LANGUAGE_CODE)
    rows = rows.annotate(original_at=models.Subquery(original.values("last_published_at")[:1]))
    was_published = models.Q(last_published_at__isnull=False)
    behind = rows.filter(
        models.Q(version_record__seen_original_at__isnull=True)
        | ~models.Q(version_record__seen_original_at=models.F("original_at"))
        | was_published & models.Q(version_record__seen_page_at__isnull=True)
        | was_published & ~models.Q(version_record__seen_page_at=models.F("last_published_at")),
        original_at__isnull=False,
    )
    return behind.order_by("translation_key").values_list("translation_key", flat=True).distinct()


def _is_current(record: VersionRecord, page: EducationPage, original: EducationPage) -> bool:
    return (
        record.seen_original_at == original.last_published_at
        and record.seen_page_at == page.last_published_at
    )


def _tick_off(versions: list[EducationPage], original: EducationPage) -> None:
    for version in versions:
        VersionRecord.objects.filter(pk=version.pk).update(
            seen_original_at=original.last_published_at, seen_page_at=version.last_published_at
        )


def _reckon(page: EducationPage, original: EducationPage) -> None:
    """Write down how the version stands. Locks its row."""
    if not original.last_published_at:
        return
    record = VersionRecord.objects.select_for_update().filter(pk=page.pk).first()
    before = record and (record.stale_since, record.changed_at, record.declared_at)
    record = _reckoned(record, page.specific, original)
    if before is None or before != (record.stale_since, record.changed_at, record.declared_at):
        record.save()
    else:
        # Nothing that a reader sees: pages that are kept stay kept.
        fields = ["words_then", "revision_then", "revision_now", "digest_now", "made_after"]
        VersionRecord.objects.filter(pk=page.pk).update(
            **{name: getattr(record, name) for name in fields}
        )


def _reckoned(
    record: VersionRecord | None, page: EducationPage, original: EducationPage
) -> VersionRecord:
    """The record as it has to be now; not saved. Both pages are the specific ones."""
    now = words_of(original)
    record = record or _first_record(page, original, now)
    if record.words_then == now or _was_made_beside(page, original):
        _bring_in_step(record, original, now)
        return record
    if record.digest_now != digest(now) or record.stale_since is None:
        _note_change(record, page, original, now)
    if _knows_of_the_change(record, page):
        _bring_in_step(record, original, now)
    return record


def _was_made_beside(page: EducationPage, original: EducationPage) -> bool:
    """Whether it was written by hand from a draft: what was not public before has not changed."""
    is_first = original.first_published_at == original.last_published_at
    return is_first and not _translation_of(page)


def _bring_in_step(record: VersionRecord, original: EducationPage, now: Words) -> None:
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
