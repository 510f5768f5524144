"""Markdown cut into what a translator works on: a paragraph, a list item, a heading at a time.

A whole section as one text would make every small change of the Chinese a change of everything.
Pure functions; nothing is lost: the parts put back are the text again.
"""

import re
from itertools import chain, zip_longest

# What stands before the words of a line: quotation marks, list marks, headings.
_MARKS = re.compile(r"\s*(?:(?:>|[-*+]|\d{1,9}[.)]|#{1,6})(?:[ \t]+|$)|>)*[ \t]*")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_WORDS = re.compile(r"\w")


def cut(text: str) -> tuple[list[str], list[str]]:
    """The fixed text around the parts, and the parts: one fixed text more than parts.

    `put_back` makes the text again. A part has a letter or a digit, and no blank line unless it is
    a fenced block; its lines stand together in the text.
    """
    fixed, parts = [""], []
    lines = text.splitlines(keepends=True)
    place, goes_on = 0, False
    while place < len(lines):
        line = lines[place]
        place += 1
        if fence := _FENCE.match(line):
            end = _end_of_fence(lines, place, fence[1])
            _add(fixed, parts, "", line + "".join(lines[place:end]))
            place, goes_on = end, False
            continue
        marks = _MARKS.match(line)[0]
        if goes_on and not marks.strip() and _WORDS.search(line):
            _continue(fixed, parts, line)
        else:
            has_words = _add(fixed, parts, marks, line[len(marks) :])
            goes_on = has_words and "#" not in marks
    return fixed, parts


def put_back(fixed: list[str], parts: list[str]) -> str:
    """The text of these parts.

    Raises ValueError where there are not as many parts as places for them.
    """
    if len(fixed) != len(parts) + 1:
        raise ValueError(f"{len(fixed) - 1} places for {len(parts)} parts of a Markdown text")
    return "".join(chain.from_iterable(zip_longest(fixed, parts, fillvalue="")))


def _end_of_fence(lines: list[str], first: int, mark: str) -> int:
    ends = (place for place in range(first, len(lines)) if lines[place].strip().startswith(mark))
    return next(ends, len(lines) - 1) + 1


def _add(fixed: list[str], parts: list[str], marks: str, rest: str) -> bool:
    """Take a line's words for a new part; False for a line without any, which is fixed text."""
    words = rest.rstrip()
    if not _WORDS.search(words):
        fixed[-1] += marks + rest
        return False
    fixed[-1] += marks
    parts.append(words)
    fixed.append(rest[len(words) :])
    return True


def _continue(fixed: list[str], parts: list[str], line: str) -> None:
    """Join a line to the part that the line before it belongs to."""
    words = line.rstrip()
    parts[-1] += fixed[-1] + words
    fixed[-1] = line[len(words) :]
