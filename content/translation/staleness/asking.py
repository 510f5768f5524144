"""What others ask: how a version stands to its original, and what changed."""

from collections.abc import Iterable
from enum import StrEnum

from content.models import EducationPage, VersionRecord
from content.translation.staleness.reckoning import is_current, original_of, reckoned
from content.translation.texts import Change, changes, words_of


class Freshness(StrEnum):
    FRESH = "fresh"
    # The original says something else by now, and nobody has dealt with it.
    STALE = "stale"


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
    if record is None or not is_current(record, page, original):
        # Not reckoned yet: the next tick does it, and nobody is told something wrong till then.
        record = reckoned(record, page.specific, original.specific)
    return Freshness.STALE if record and record.is_stale else Freshness.FRESH


def records_of(pages: Iterable[EducationPage]) -> dict[int, VersionRecord]:
    """The records of these versions by the page's number."""
    found = VersionRecord.objects.filter(page__in=[page.pk for page in pages])
    return {record.pk: record for record in found}


def what_changed(record: VersionRecord) -> list[Change]:
    """What the original says now and did not say when the version was last in step with it."""
    original = original_of(record.page.translation_key)
    if original is None:
        return []
    original = original.specific
    return changes(record.words_then, words_of(original), type(original))
