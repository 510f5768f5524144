"""Stored texts as HTML: agreed terms and uncertain words marked, tags shown as what they are."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from content.translation.segments import Segment

_TOKEN = re.compile(r"<[^<>]*>|&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|[^<&]+|[<&]")
_BREAK = re.compile(r"<br\s*/?>")


@dataclass(frozen=True)
class Mark:
    """A stretch of a stored text, and the tag that goes around it."""

    start: int
    end: int
    opening: SafeString


def source_of(segment: Segment) -> SafeString:
    """The Chinese with its agreed terms marked, each with what was agreed."""
    marks = [
        Mark(
            term.start,
            term.end,
            format_html(
                '<mark class="desk-term" tabindex="0" data-agreed="{}">',
                term.translation(segment.language),
            ),
        )
        for term in segment.terms
        if term.agreed and term.translation(segment.language)
    ]
    return marked(segment.source, marks, is_rich=segment.is_rich)


def reading_of(segment: Segment) -> SafeString:
    """A converted text with the words marked that a person has to decide."""
    marks = [
        Mark(word.start, word.end, format_html('<mark class="desk-word" data-word="{}">', number))
        for number, word in enumerate(segment.uncertain_words)
    ]
    return marked(segment.data, marks, is_rich=segment.is_rich)


def marked(data: str, marks: Iterable[Mark], *, is_rich: bool) -> SafeString:
    """The stored text, all of it escaped; a mark that does not lie within one run is left out."""
    waiting = sorted(marks, key=lambda mark: mark.start)
    out: list[str] = []
    for token in _TOKEN.finditer(data):
        text = token[0]
        if _BREAK.fullmatch(text):
            out.append(format_html("<code>{}</code><br>", text) if is_rich else mark_safe("<br>"))
        elif is_rich and text.startswith("<") and len(text) > 1:
            out.append(format_html("<code>{}</code>", text))
        else:
            here = [m for m in waiting if token.start() <= m.start and m.end <= token.end()]
            out.extend(_run(text, token.start(), here))
    return mark_safe("".join(out))  # noqa: S308 every piece is escaped above


def _run(text: str, begin: int, marks: list[Mark]) -> Iterator[str]:
    at = 0
    for mark in marks:
        start, end = mark.start - begin, mark.end - begin
        if start < at:
            continue
        yield _plain(text[at:start])
        yield format_html("{}{}</mark>", mark.opening, unescape(text[start:end]))
        at = end
    yield _plain(text[at:])


def _plain(text: str) -> str:
    return conditional_escape(unescape(text))
