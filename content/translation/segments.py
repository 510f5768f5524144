"""The texts of a translation in the order of the page, with all that a translator goes by.

wagtail-localize keeps a text of the source as a StringSegment (a String at a context, which is a
place on the page), and what stands for it as a StringTranslation of the same String, context and
locale. When the Chinese changes, the place stays and the String is another: so an earlier
translation is one of the same context whose String the source no longer has there.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from wagtail_localize.models import StringSegment, StringTranslation, TemplateSegment, Translation

from content.glossary import matching
from content.kazakh import Certainty, ConvertedWord
from content.translation import markup, sibling
from content.translation.places import Place, place_of
from content.translation.remarks import remarks_on
from content.translation.texts import characters

# Beyond this many characters earlier texts are not compared to find the nearest.
COMPARED = 2000


class State(StrEnum):
    """How far a text is; the same words wherever translations are listed."""

    DONE = "done"
    # Made from the other script, and read by nobody yet.
    CONVERTED = "converted"
    # The source was changed: an earlier text of the same place is translated, this one is not.
    CHANGED = "changed"
    NEW = "new"
    ERROR = "error"


# String and context: what a text is one by. Standing several times at one place (two like
# paragraphs of a block), it is still one.
Key = tuple[int, int]
T = TypeVar("T")


def state_of(translation_type: str, *, has_error: bool) -> State:
    """How far a text is for which something stands."""
    if has_error:
        return State.ERROR
    if translation_type == StringTranslation.TRANSLATION_TYPE_MACHINE:
        return State.CONVERTED
    return State.DONE


def earlier_of(
    here: Mapping[Key, T], present: Collection[Key], has_error: Callable[[T], bool]
) -> dict[int, list[T]]:
    """By context, what stands there without error for texts that the source no longer has there.

    Each is the earlier text of one that is there now and has no translation: as many of a place are
    changed as there are earlier ones, and any others are new.
    """
    found = defaultdict(list)
    for key, one in here.items():
        if key not in present and not has_error(one):
            found[key[1]].append(one)
    return found


@dataclass
class Segment:
    """A text of the source, and what stands for it in one language.

    `source`, and the data of translations, are pieces of HTML as wagtail-localize keeps them; what
    ends in `_box` is as people type it.
    """

    pk: int
    string_id: int
    context_id: int
    # wagtail-localize's path of the place on the page.
    path: str
    place: Place
    is_rich: bool
    source: str
    language: str
    translation: StringTranslation | None
    earlier: StringTranslation | None
    sibling: StringTranslation | None

    @property
    def key(self) -> Key:
        return self.string_id, self.context_id

    @property
    def state(self) -> State:
        row = self.translation
        if row is None:
            return State.CHANGED if self.earlier else State.NEW
        return state_of(row.translation_type, has_error=row.has_error)

    @property
    def data(self) -> str:
        return self.translation.data if self.translation else ""

    @property
    def box(self) -> str:
        return self._box(self.data)

    @property
    def source_box(self) -> str:
        return self._box(self.source)

    @property
    def sibling_box(self) -> str:
        return self._box(self.sibling.data) if self.sibling else ""

    @property
    def earlier_box(self) -> str:
        return self._box(self.earlier.data) if self.earlier else ""

    @property
    def earlier_source_box(self) -> str:
        return self._box(self.earlier.translation_of.data) if self.earlier else ""

    def _box(self, data: str) -> str:
        return markup.to_box(data, is_rich=self.is_rich)

    @cached_property
    def characters(self) -> int:
        """Chinese characters of the source (字数), counted as in the queue."""
        return characters(self.source)

    @cached_property
    def terms(self) -> list[matching.TermMatch]:
        """The glossary's terms in the source, by their place in `source`."""
        return matching.terms_in(self.source)

    @cached_property
    def known_terms(self) -> list[matching.TermMatch]:
        """The glossary's terms in the source, each once."""
        return list({term.zh: term for term in self.terms}.values())

    @cached_property
    def unused_terms(self) -> list[matching.TermMatch]:
        """Agreed terms of the source that the translation does not use."""
        if not self.data:
            return []
        plain = (markup.to_box(data, is_rich=False) for data in (self.source, self.data))
        return matching.unused_terms(*plain, self.language)

    @cached_property
    def remarks(self) -> list[str]:
        """What looks wrong in the translation without being refused."""
        if not self.data:
            return []
        plain = (markup.to_box(data, is_rich=False) for data in (self.source, self.data))
        return remarks_on(*plain, self.language, self.place.limit)

    @cached_property
    def words(self) -> tuple[ConvertedWord, ...] | None:
        """The words of a converted text with how sure each is, by their place in `data`.

        None where it is not converted, or the text it was made from has changed since.
        """
        if self.state != State.CONVERTED or self.sibling is None:
            return None
        made = sibling.converted(self.sibling.data, self.language)
        return made.words if made.text == self.data else None

    @property
    def uncertain_words(self) -> list[ConvertedWord]:
        """Those of the words that a person has to decide."""
        return [word for word in self.words or () if word.certainty == Certainty.AMBIGUOUS]

    @property
    def is_certain(self) -> bool:
        """Whether it is converted and no word of it may be read in two ways."""
        return self.words is not None and not self.uncertain_words

    @cached_property
    def other_changed(self) -> bool:
        """Whether the other script was changed after this text, and says another thing now."""
        mine, other = self.translation, self.sibling
        if not mine or not other or mine.updated_at >= other.updated_at or self._is_made(other):
            return False
        here, there = self.language, sibling.sibling_code(self.language)
        return (
            sibling.converted(other.data, here).text != mine.data
            and sibling.converted(mine.data, there).text != other.data
        )

    @property
    def may_be_made(self) -> bool:
        """Whether a person's text in the other script is there to make this one from."""
        return bool(self.sibling and not self.sibling.has_error and not self._is_made(self.sibling))

    @staticmethod
    def _is_made(row: StringTranslation) -> bool:
        return row.translation_type == StringTranslation.TRANSLATION_TYPE_MACHINE


def segments_of(translation: Translation) -> list[Segment]:
    """Every text of the page once, in the order of the editor's form; as many queries for any page.

    A text that stands several times at one place (two like paragraphs of a block) is one segment.
    """
    rows = StringSegment.objects.filter(source=translation.source_id)
    rows = rows.select_related("string", "context").order_by("order", "pk")
    language = translation.target_locale.language_code
    here, there = _translations(translation, language)
    rich = set(
        TemplateSegment.objects.filter(
            source=translation.source_id, template__template_format="html"
        ).values_list("context", flat=True)
    )
    model = translation.source.specific_content_type.model_class()
    found: dict[Key, Segment] = {}
    for row in rows:
        key = (row.string_id, row.context_id)
        if key in found:
            continue
        found[key] = Segment(
            pk=row.pk,
            string_id=row.string_id,
            context_id=row.context_id,
            path=row.context.path,
            place=place_of(model, row.context.path, row.context.field_path or row.context.path),
            is_rich=row.context_id in rich,
            source=row.string.data,
            language=language,
            translation=here.get(key),
            earlier=None,
            sibling=there.get(key),
        )
    _lay_beside_earlier(list(found.values()), here)
    return sorted(found.values(), key=lambda segment: segment.place.order)


def _translations(translation: Translation, language: str) -> tuple[dict, dict]:
    """Translations of the page's places, today's and earlier ones: here, in the other script."""
    codes = [language, sibling.sibling_code(language) or language]
    rows = StringTranslation.objects.filter(
        context__object=translation.source.object_id, locale__language_code__in=codes
    ).select_related("translation_of", "last_translated_by", "locale")
    here, there = {}, {}
    for row in rows:
        where = here if row.locale_id == translation.target_locale_id else there
        where[row.translation_of_id, row.context_id] = row
    return here, there


def _lay_beside_earlier(segments: list[Segment], here: dict) -> None:
    """Give each text that is not translated the nearest earlier one of its place, each once."""
    present = {segment.key for segment in segments}
    earlier = earlier_of(here, present, lambda row: row.has_error)
    for segment in segments:
        rows = earlier.get(segment.context_id)
        if segment.translation or not rows:
            continue
        segment.earlier = max(rows, key=lambda row: (_likeness(segment, row), row.updated_at))
        rows.remove(segment.earlier)


def _likeness(segment: Segment, row: StringTranslation) -> float:
    before, after = row.translation_of.data[:COMPARED], segment.source[:COMPARED]
    return SequenceMatcher(None, before, after, autojunk=False).quick_ratio()
