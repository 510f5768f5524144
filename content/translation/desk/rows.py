"""What the desk shows of each segment: the segment, how it is drawn, and what came of saving it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail_localize.models import Translation

from content.kazakh import ConvertedWord
from content.languages import ReaderLanguage, language_of
from content.translation import markup, saving, sibling
from content.translation.comparing import Compared, compare
from content.translation.desk import marking
from content.translation.saving import Kind, Outcome, Typed
from content.translation.segments import Segment, State

LABELS = {
    State.DONE: _("Done"),
    State.CONVERTED: _("Converted, not read"),
    State.CHANGED: _("Source changed"),
    State.NEW: _("To translate"),
    State.ERROR: _("Not accepted"),
}


@dataclass(frozen=True)
class ShownTerm:
    """A term of the glossary under a text; its translation is empty where there is none yet."""

    zh: str
    translation: str
    notes: str
    is_agreed: bool


@dataclass(frozen=True)
class Word:
    """A word that a person has to decide: where it stands in the box, and what it may be."""

    number: int
    text: str
    start: int
    choices: tuple[str, ...]


def _choices(word: ConvertedWord) -> dict[str, None]:
    """What was taken first, then the others, each once."""
    return dict.fromkeys([word.text, *word.candidates])


@dataclass
class Row:
    """A segment on the desk. `typed` is what stands in the box where it is not what is stored."""

    segment: Segment
    number: int
    begins_section: bool = False
    earlier_text: str | None = None
    typed: Typed | None = None
    outcome: Outcome | None = None

    @property
    def label(self) -> str:
        return LABELS[self.segment.state]

    @property
    def text(self) -> str:
        return self.typed.text if self.typed else self.segment.box

    @property
    def token(self) -> str:
        return saving.token(self.segment.box)

    @property
    def has_unsaved(self) -> bool:
        return self.typed is not None and self.typed.text != self.segment.box

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.outcome.reasons if self.outcome else ()

    @property
    def is_conflict(self) -> bool:
        return bool(self.outcome and self.outcome.kind == Kind.CONFLICT)

    @cached_property
    def source(self) -> SafeString:
        return marking.source_of(self.segment)

    @cached_property
    def reading(self) -> SafeString | None:
        """The converted text with its uncertain words marked; None where none is."""
        return marking.reading_of(self.segment) if self.segment.uncertain_words else None

    @cached_property
    def words(self) -> list["Word"]:
        return [
            Word(number, word.text, self._place_in_box(word), tuple(_choices(word)))
            for number, word in enumerate(self.segment.uncertain_words)
        ]

    def _place_in_box(self, word: ConvertedWord) -> int:
        return len(markup.to_box(self.segment.data[: word.start], is_rich=self.segment.is_rich))

    @cached_property
    def terms(self) -> list["ShownTerm"]:
        """The glossary's terms in the source: agreed ones, and what is proposed, as such."""
        language = self.segment.language
        return [
            ShownTerm(one.zh, one.translation(language), one.notes, one.agreed)
            for one in self.segment.known_terms
        ]

    @cached_property
    def unused(self) -> list[tuple[str, str]]:
        language = self.segment.language
        return [(one.zh, one.translation(language)) for one in self.segment.unused_terms]

    @cached_property
    def source_change(self) -> Compared | None:
        if self.segment.state != State.CHANGED:
            return None
        return compare(self.segment.earlier_source_box, self.segment.source_box)


@dataclass
class Filter:
    name: str
    label: str
    count: int


@dataclass
class Sheet:
    """All rows of a page, those that are shown, and how far the whole is."""

    translation: Translation
    rows: list[Row]
    show: str = "all"
    filters: list[Filter] = field(default_factory=list)

    @property
    def language(self) -> ReaderLanguage:
        return language_of(self.translation.target_locale.language_code)

    @property
    def source_language(self) -> ReaderLanguage:
        return language_of(self.translation.source.locale.language_code)

    @property
    def sibling_language(self) -> ReaderLanguage | None:
        code = sibling.sibling_code(self.translation.target_locale.language_code)
        return language_of(code) if code else None

    @cached_property
    def shown(self) -> list[Row]:
        """What the filter leaves, and whatever has something to say; sections begun anew."""
        chosen = [row for row in self.rows if FILTERS[self.show](row) or row.outcome]
        section = None
        for row in chosen:
            row.begins_section = row.segment.place.section_key != section
            section = row.segment.place.section_key
        return chosen

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def seen(self) -> str:
        """What a reviewer has before them: an approval holds for these texts and no others."""
        return saving.token("\0".join(f"{row.segment.pk}:{row.segment.data}" for row in self.rows))

    @cached_property
    def done(self) -> int:
        return sum(row.segment.state == State.DONE for row in self.rows)

    @property
    def is_done(self) -> bool:
        return self.done == self.total

    @property
    def characters(self) -> int:
        return sum(row.segment.characters for row in self.rows)

    @property
    def characters_done(self) -> int:
        return sum(row.segment.characters for row in self.rows if row.segment.state == State.DONE)

    @cached_property
    def certain(self) -> int:
        """How many converted texts have no uncertain word."""
        return sum(row.segment.is_certain for row in self.rows)

    @cached_property
    def convertible(self) -> int:
        return len(saving.convertible(row.segment for row in self.rows))


def _is_uncertain(row: Row) -> bool:
    """To be read: converted, or the other script says another thing now."""
    return row.segment.state == State.CONVERTED or row.segment.other_changed


FILTERS = {
    "all": lambda _row: True,
    "todo": lambda row: row.segment.state != State.DONE,
    "uncertain": _is_uncertain,
    "changed": lambda row: row.segment.state == State.CHANGED,
}
FILTER_LABELS = {
    "all": _("All"),
    "todo": _("To do"),
    "uncertain": _("To be read"),
    "changed": _("Source changed"),
}


def sheet_of(
    translation: Translation,
    segments: list[Segment],
    user: AbstractBaseUser,
    *,
    show: str = "all",
    typed: dict[int, Typed] | None = None,
    outcomes: dict[int, Outcome] | None = None,
) -> Sheet:
    """The rows of these segments; what was typed and not stored stays in its box."""
    kept = saving.undoable(translation, segments, user)
    rows = list(_rows(segments, kept, typed or {}, outcomes or {}))
    show = show if show in FILTERS else "all"
    filters = [
        Filter(name, FILTER_LABELS[name], sum(map(fits, rows))) for name, fits in FILTERS.items()
    ]
    return Sheet(translation, rows, show, filters)


def _rows(segments: list[Segment], kept: dict, typed: dict, outcomes: dict) -> Iterator[Row]:
    for number, segment in enumerate(segments, start=1):
        outcome = outcomes.get(segment.pk)
        is_stored = outcome is None or outcome.kind in {Kind.SAVED, Kind.UNTOUCHED}
        yield Row(
            segment,
            number,
            earlier_text=kept.get(segment.pk),
            typed=None if is_stored else typed.get(segment.pk),
            outcome=outcome,
        )
