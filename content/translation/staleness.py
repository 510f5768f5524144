"""Whether a translation still says what its original says."""

import json
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from wagtail_localize.fields import TranslatableField, get_translatable_fields
from wagtail_localize.models import Translation, TranslationSource

from content.models import EducationPage

# Pieces that came in one folder are published one after the other: that is no later version.
ONE_GO = timedelta(hours=1)


class Freshness(StrEnum):
    FRESH = "fresh"
    # The original was published anew since the translation was last brought in step with it.
    STALE = "stale"
    # Translated by hand: the original was published later, and nothing tells what changed.
    OLDER = "older"


def recorded(pages: Iterable[EducationPage], source_locale: int) -> dict[tuple, Translation]:
    """wagtail-localize's records of these versions, by translation key and locale."""
    rows = Translation.objects.filter(
        source__object_id__in={page.translation_key for page in pages},
        source__locale=source_locale,
        enabled=True,
    ).select_related("source")
    return {(row.source.object_id, row.target_locale_id): row for row in rows}


def _pair(page: EducationPage) -> tuple:
    return page.translation_key, page.locale_id


def freshness(
    page: EducationPage,
    original: EducationPage | None,
    records: dict[tuple, Translation] | None = None,
) -> Freshness:
    """How the version stands to its original; the original itself is always fresh.

    What wagtail-localize translates is judged by its own record: the source is taken over (synced)
    after the original was published, and the translation published after that. `records` saves the
    query where `recorded` was asked for many.
    """
    if original is None or original.pk == page.pk or not original.last_published_at:
        return Freshness.FRESH
    if records is None:
        records = recorded([page], original.locale_id)
    translation = records.get(_pair(page))
    if translation:
        return _by_record(translation.source, original, page)
    mine = page.last_published_at
    if mine and original.last_published_at - mine > ONE_GO:
        return Freshness.OLDER
    return Freshness.FRESH


def _by_record(source: TranslationSource, original: EducationPage, page: EducationPage) -> str:
    synced_at = source.last_updated_at
    if synced_at < original.last_published_at and _has_changed(source):
        return Freshness.STALE
    # Taken over, but not translated and published since.
    if page.last_published_at is None or page.last_published_at < synced_at:
        return Freshness.STALE
    return Freshness.FRESH


def _has_changed(source: TranslationSource) -> bool:
    """Whether the published original's words differ from those that were taken over.

    Publishing without a change, or with another date alone, leaves the translation fresh.
    """
    now = source.get_source_instance()
    then = source.as_instance().serializable_data()
    words = [f for f in get_translatable_fields(type(now)) if isinstance(f, TranslatableField)]
    present = now.serializable_data()
    return any(
        _read(present.get(field.field_name)) != _read(then.get(field.field_name)) for field in words
    )


def _read(value: object) -> object:
    """Structured text as what it holds: PostgreSQL keeps the keys of JSON in another order."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
