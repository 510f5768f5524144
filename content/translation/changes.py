"""What changed in the Chinese since it was translated, segment by segment."""

from dataclasses import dataclass

from wagtail_localize.models import Translation

from content.translation.comparing import Compared, compare
from content.translation.segments import Segment, State, segments_of
from content.translation.texts import characters

TO_DO = (State.CHANGED, State.NEW, State.ERROR)


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


def open_segments(translation: Translation) -> list[Change]:
    """Every segment that is changed, new or in error, in the order of the editor's form."""
    return [_change(one) for one in segments_of(translation) if one.state in TO_DO]


def _change(one: Segment) -> Change:
    if not one.earlier:
        return Change(one.place.name, one.state, one.source_box)
    old = one.earlier_source_box
    parts = compare(old, one.source_box)
    return Change(one.place.name, one.state, one.source_box, old, one.earlier_box, parts)
