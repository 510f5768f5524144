"""How far a translation is, segment by segment, for many at once."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _
from wagtail_localize.models import StringSegment, StringTranslation, Translation

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
    """The segments of these translations by state; two queries."""
    rows = with_state(translations)
    found: dict[int, Segments] = defaultdict(Segments)
    counted = rows.values_list("pk", "segment_state").annotate(n=Count("source__stringsegment"))
    for pk, state, n in counted.order_by():
        setattr(found[pk], state, n)
    to_do = rows.filter(segment_state__in=("changed", "new", "error"))
    for pk, text in to_do.values_list("pk", "source__stringsegment__string__data").order_by():
        found[pk].characters += characters(text)
    return found


def with_state(translations: QuerySet[Translation]) -> QuerySet[Translation]:
    """One row a segment, with its state as `segment_state`."""
    here = StringTranslation.objects.filter(
        locale_id=OuterRef("target_locale_id"),
        context_id=OuterRef("source__stringsegment__context_id"),
    )
    # Paragraphs of one block share its context: what still stands there is nobody's earlier text.
    still_there = StringSegment.objects.filter(
        source=OuterRef(OuterRef("source_id")),
        context=OuterRef("context_id"),
        string=OuterRef("translation_of_id"),
    )
    earlier = here.filter(~Exists(still_there), has_error=False)
    exact = here.filter(translation_of_id=OuterRef("source__stringsegment__string_id"))
    is_machine = Q(translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE)
    return translations.filter(source__stringsegment__isnull=False).annotate(
        segment_state=Case(
            When(Exists(exact.filter(~is_machine, has_error=False)), then=Value("done")),
            When(Exists(exact.filter(is_machine, has_error=False)), then=Value("converted")),
            When(Exists(exact), then=Value("error")),
            When(Exists(earlier), then=Value("changed")),
            default=Value("new"),
            output_field=CharField(),
        )
    )
