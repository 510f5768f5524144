"""A version that was written by hand is taken over into the translators' segments.

Versions that came from a folder of Markdown, or that were written as pages of their own, are no
translations to wagtail-localize. Its first save would put Chinese where a person's Kazakh stands:
so each text of the version is first laid beside the text of the original at the same place.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from content.models import EducationPage
from content.translation.assigning import work_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from content.models.base import ZonePage


ADOPTED = "content.translation.adopt"


@dataclass(frozen=True)
class Pair:
    """A text of the original and the text that stands in its place; None where none does."""

    source: StringSegmentValue
    translated: str | None

    @property
    def is_matched(self) -> bool:
        return self.translated is not None


@dataclass(frozen=True)
class Adoption:
    """How the texts of a version lie beside those of its original, in the order of the page."""

    pairs: tuple[Pair, ...]
    # Texts of the version that no text of the original stands beside, in the version's order.
    left_over: tuple[str, ...]

    @property
    def matched(self) -> int:
        return sum(pair.is_matched for pair in self.pairs)

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the version would be lost, and nothing become Chinese."""
        return self.matched == len(self.pairs) and not self.left_over


def compare(original: EducationPage, version: EducationPage) -> Adoption:
    """Lay the version's newest texts beside the original's published ones, by their place.

    A place is a field, the how-manieth block of its kind, and the how-manieth text in it. Where
    two blocks hold another number of texts, none of these is matched: a guess would be worse.
    """
    theirs = _by_place(_newest(version))
    pairs: list[Pair] = []
    for place, segments in _by_place(_to_translate(original)).items():
        texts = theirs.get(place, [])
        fits = len(texts) == len(segments)
        if fits:
            del theirs[place]
        found = (text.string.data for text in texts) if fits else [None] * len(segments)
        pairs += (Pair(*pair) for pair in zip(segments, found, strict=True))
    pairs.sort(key=lambda pair: pair.source.order)
    left = sorted((text for texts in theirs.values() for text in texts), key=lambda s: s.order)
    return Adoption(tuple(pairs), tuple(text.render_text() for text in left))


@transaction.atomic
def adopt(
    original: EducationPage, version: EducationPage, user: "AbstractBaseUser | None" = None
) -> Adoption:
    """Take the version over: from now on it is edited segment by segment.

    Translations that are there already stay, but where translating was stopped: since then the page
    itself was written. The version itself does not change before somebody
    saves it at the desk; what could not be matched is then Chinese, and stays in its revisions.
    """
    EducationPage.objects.select_for_update().get(pk=version.pk)
    adoption = compare(original, version)
    source, _created = TranslationSource.update_or_create_from_instance(_to_translate(original))
    segments = {
        (segment.context.path, segment.order): segment
        for segment in source.stringsegment_set.select_related("context", "string")
    }
    was_stopped = source.translations.filter(
        target_locale_id=version.locale_id, enabled=False
    ).exists()
    rows = StringTranslation.objects
    put = rows.update_or_create if was_stopped else rows.get_or_create
    taken = []
    for pair in adoption.pairs:
        segment = segments[pair.source.path, pair.source.order]
        if pair.is_matched:
            row, is_new = put(
                translation_of=segment.string,
                context=segment.context,
                locale_id=version.locale_id,
                defaults={
                    "data": pair.translated,
                    "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                    "last_translated_by": user,
                },
            )
            taken += [row.pk] if is_new or was_stopped else []
    if version.last_published_at and not version.has_unpublished_changes:
        # What is public says them already: nothing of them waits for review.
        StringTranslation.objects.filter(pk__in=taken).update(updated_at=version.last_published_at)
    now = timezone.now()
    Translation.objects.update_or_create(
        source=source,
        target_locale_id=version.locale_id,
        defaults={
            "enabled": True,
            "translations_last_updated_at": now,
            "destination_last_updated_at": now,
        },
    )
    data = {"matched": adoption.matched, "texts": len(adoption.pairs)}
    for instance in (work_of((version.translation_key, version.locale)), version):
        log(instance, ADOPTED, user=user, data=data)
    return adoption


def _to_translate(original: EducationPage) -> EducationPage:
    """What translations begin from: the published text, or what was never published as it is."""
    return original.specific if original.live else _newest(original)


def _newest(page: EducationPage) -> EducationPage:
    return page.specific.get_latest_revision_as_object()


def _by_place(page: "ZonePage") -> dict[tuple[str, ...], list[StringSegmentValue]]:
    """The page's texts by their place, in the page's order."""
    names = dict(_block_names(page))
    found = defaultdict(list)
    for segment in extract_segments(page):
        if isinstance(segment, StringSegmentValue):
            found[tuple(names.get(part, part) for part in segment.path.split("."))].append(segment)
    return found


def _block_names(page: "ZonePage") -> Iterator[tuple[str, str]]:
    """What each block is by its kind and number, for its identifier, which no two pages share."""
    for field in page._meta.get_fields():  # noqa: SLF001 Django's documented door
        if isinstance(field, StreamField):
            yield from _named(field.value_from_object(page).raw_data)


def _named(blocks: Iterable) -> Iterator[tuple[str, str]]:
    seen: dict[str, int] = defaultdict(int)
    for block in blocks:
        if not isinstance(block, dict) or "id" not in block:
            continue
        kind = block.get("type", "")
        yield block["id"], f"{kind}#{seen[kind]}"
        seen[kind] += 1
        yield from _within(block.get("value"))


def _within(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _within(inner)
    elif isinstance(value, list):
        yield from _named(value)
