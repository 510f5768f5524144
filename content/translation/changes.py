"""What changed in the Chinese since it was translated, segment by segment."""

from collections.abc import Iterable
from dataclasses import dataclass

from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
)

from content.translation.comparing import Compared, compare
from content.translation.labels import label_of
from content.translation.progress import with_state
from content.translation.texts import characters


@dataclass(frozen=True)
class Change:
    """A segment that has something to do: old and new Chinese, and what stood for the old."""

    label: str
    state: str
    new: str
    old: str = ""
    old_translation: str = ""
    parts: Compared | None = None

    @property
    def characters(self) -> int:
        return characters(self.new)


def segment_states(translation: Translation) -> dict[int, str]:
    """The state of each segment by its number."""
    rows = with_state(Translation.objects.filter(pk=translation.pk))
    return dict(rows.values_list("source__stringsegment", "segment_state"))


def earlier(translation: Translation, contexts: Iterable[int]) -> dict[int, StringTranslation]:
    """The last translation at each place, by the number of its context."""
    rows = StringTranslation.objects.filter(
        locale=translation.target_locale_id, context__in=contexts
    )
    return {
        row.context_id: row
        for row in rows.select_related("translation_of").order_by("updated_at", "pk")
    }


def open_segments(translation: Translation) -> list[Change]:
    """Every segment that is changed, new or in error, in the order of the page."""
    states = segment_states(translation)
    to_do = [pk for pk, state in states.items() if state in ("changed", "new", "error")]
    segments = list(
        StringSegment.objects.filter(pk__in=to_do)
        .select_related("string", "context")
        .order_by("order", "pk")
    )
    before = earlier(translation, [one.context_id for one in segments])
    model = translation.source.specific_content_type.model_class()
    return [_change(model, one, states[one.pk], before.get(one.context_id)) for one in segments]


def _change(model, segment: StringSegment, state: str, before: StringTranslation | None) -> Change:
    new = segment.string.data
    label = label_of(model, segment.context)
    if state == "new" or before is None:
        return Change(label, state, new)
    old = before.translation_of.data
    return Change(label, state, new, old, before.data, compare(old, new))
