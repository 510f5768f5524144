"""How far a translation is, segment by segment, for many at once."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
)

from content.translation.segments import Key, earlier_of, state_of
from content.translation.segments import State as TextState
from content.translation.texts import characters


class State(TextChoices):
    """Where a piece stands in a language, in the order in which somebody has to act."""

    STALE = "stale", _("Chinese published since")
    CHANGED = "changed", _("Changed")
    NOT_STARTED = "not_started", _("Not started")
    NEW = "new", _("Begun, nothing translated")
    IN_PROGRESS = "in_progress", _("In progress")
    TO_READ = "to_read", _("Converted, to be read")
    READY = "ready", _("Ready for legal review")
    IN_REVIEW = "in_review", _("In legal review")
    WAITING = "waiting", _("Approved, not public yet")
    PUBLISHED = "published", _("Published")
    ADAPTED = "adapted", _("Adapted")


# Nothing to do for a translator.
SETTLED = frozenset({State.IN_REVIEW, State.WAITING, State.PUBLISHED, State.ADAPTED})


@dataclass(slots=True)
class Segments:
    """How many segments of a translation are in which state.

    done: translated and without error, by a person or confirmed; converted: made by a machine and
    not read; changed: only an earlier text of the same place is translated; new: nothing; error:
    the translation cannot be used.
    """

    done: int = 0
    converted: int = 0
    changed: int = 0
    new: int = 0
    error: int = 0
    # Chinese characters of the changed, the new and those in error.
    characters: int = 0

    @property
    def total(self) -> int:
        return self.done + self.converted + self.to_do

    @property
    def to_do(self) -> int:
        return self.changed + self.new + self.error

    @property
    def is_untouched(self) -> bool:
        return self.new == self.total

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def segments_of(translations: QuerySet[Translation]) -> dict[int, Segments]:
    """The segments of these translations by state, as the desk shows them; four queries."""
    texts = _texts(translations)
    present = {key for its in texts.values() for key in its}
    stored = _stored(translations)
    earlier = {
        locale: earlier_of(here, present, lambda state: state == TextState.ERROR)
        for locale, here in stored.items()
    }
    return {
        pk: _counted(texts[source], stored[locale], earlier.get(locale, {}))
        for pk, source, locale in translations.values_list("pk", "source_id", "target_locale_id")
    }


def _texts(translations: QuerySet[Translation]) -> dict[int, dict[Key, str]]:
    """By source, its texts and what they say."""
    found: dict[int, dict[Key, str]] = defaultdict(dict)
    rows = StringSegment.objects.filter(source__in=translations.values("source")).order_by()
    for source, string, context, text in rows.values_list(
        "source_id", "string_id", "context_id", "string__data"
    ):
        found[source][string, context] = text
    return found


def _stored(translations: QuerySet[Translation]) -> dict[int, dict[Key, str]]:
    """By locale, the state of whatever stands at the places of the pieces, earlier texts too."""
    rows = StringTranslation.objects.filter(
        context__object__in=translations.values("source__object")
    ).order_by()
    found: dict[int, dict[Key, str]] = defaultdict(dict)
    # Asked for apart: SQLite's booleans are made one by one, which takes as long as all the rest.
    for has_error in (False, True):
        its = rows.filter(has_error=has_error)
        for locale, string, context, kind in its.values_list(
            "locale_id", "translation_of_id", "context_id", "translation_type"
        ):
            found[locale][string, context] = _state(kind, has_error)
    return found


@cache
def _state(translation_type: str, has_error: bool) -> str:
    """Reckoned once a kind, not once a text."""
    return state_of(translation_type, has_error=has_error).value


def _counted(
    texts: dict[Key, str], stored: dict[Key, str], earlier: dict[int, list[str]]
) -> Segments:
    states = Counter(map(stored.get, texts))
    found = Segments(
        done=states[TextState.DONE],
        converted=states[TextState.CONVERTED],
        error=states[TextState.ERROR],
        new=states[None],
    )
    if not found.to_do:
        return found
    missing = Counter(key[1] for key in texts if key not in stored)
    found.changed = sum(min(n, len(earlier.get(one, ()))) for one, n in missing.items())
    found.new -= found.changed
    is_open = {None, TextState.ERROR}
    to_do = (text for key, text in texts.items() if stored.get(key) in is_open)
    found.characters = characters(" ".join(to_do))
    return found
