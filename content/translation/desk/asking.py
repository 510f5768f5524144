"""What a form of the desk says: texts with their marks, and what is to be done with them."""

from dataclasses import dataclass

from django.http import QueryDict

from content.translation import markup
from content.translation.saving import Typed, token
from content.translation.segments import Segment

ACTS = {"save", "draft", "submit", "certain", "confirm", "convert", "undo"}


@dataclass(frozen=True)
class Act:
    """What a button asks for, and for which segment."""

    name: str
    pk: int | None = None


def act_of(post: QueryDict) -> Act:
    """The button that was pressed; plain saving where it is none of ours."""
    name, _colon, number = post.get("act", "save").partition(":")
    if name not in ACTS:
        return Act("save")
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    return Act(name, int(number) if is_number else None)


def typed_in(post: QueryDict) -> dict[int, Typed]:
    """Every text of the form by its segment's key. Fields that are called otherwise are skipped."""
    found = {}
    for name, text in post.items():
        kind, _dash, number = name.partition("-")
        if kind == "text" and number.isascii() and number.isdigit() and len(number) < 19:
            found[int(number)] = Typed(text, post.get(f"token-{number}", ""))
    return found


def picked_in(post: QueryDict, segments: list[Segment]) -> dict[int, Typed]:
    """Converted texts with the words that were picked for uncertain ones.

    Only where the box itself was left alone: what a person typed goes before what they picked (the
    desk's script writes a picked word into the box).
    """
    found = {}
    for segment in segments:
        mark = post.get(f"token-{segment.pk}", "")
        picks = [
            (word, post.get(f"pick-{segment.pk}-{number}", word.text))
            for number, word in enumerate(segment.uncertain_words)
        ]
        chosen = [(word, pick) for word, pick in picks if pick != word.text]
        is_alone = token(post.get(f"text-{segment.pk}", "")) == mark == token(segment.box)
        if chosen and is_alone and all(pick in word.candidates for word, pick in chosen):
            data = segment.data
            for word, pick in reversed(chosen):
                data = data[: word.start] + pick + data[word.end :]
            found[segment.pk] = Typed(markup.to_box(data, is_rich=segment.is_rich), mark)
    return found
