"""Keeping the records: at each publication, and at each tick what was missed."""

import logging

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import Page, Revision
from wagtail.signals import page_published
from wagtail_localize.models import TranslationSource

from content.models import EducationPage, VersionRecord
from content.translation.staleness.reckoning import bring_in_step, original_of, reckon
from content.translation.texts import words_from_json, words_in, words_of

logger = logging.getLogger(__name__)


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
            reckon(version, original)
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
    bring_in_step(record, original, words_of(original))
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


def _tick_off(versions: list[EducationPage], original: EducationPage) -> None:
    for version in versions:
        VersionRecord.objects.filter(pk=version.pk).update(
            seen_original_at=original.last_published_at, seen_page_at=version.last_published_at
        )
