"""Where a Chinese text holds agreed terms: plain Python over wordings, without the database."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from content.glossary.wording import alike

Owner = TypeVar("Owner")

# Nothing in here is text: comments and tags, addresses, the target of a Markdown link,
# placeholders. An address ends where Chinese begins.
_NO_TEXT = re.compile(
    r"<!--(?s:.*?)(?:-->|\Z)|</?[A-Za-z!][^<>]*>?"
    r"|(?:[A-Za-z][A-Za-z0-9+.-]{1,15}://|www\.|mailto:|tel:)[!-;=?-~]+"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    r"|(?<=\]\()[^()\s]*(?=\))"
    r"|\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|%\([^()\s]{1,64}\)[A-Za-z]"
)
_LATIN = re.compile("[a-z0-9]")


class Wording(NamedTuple):
    """A way to write a term, and longer words in which the same characters are something else."""

    text: str
    not_within: Sequence[str] = ()


class Occurrence(NamedTuple, Generic[Owner]):
    """A place in a text, and whose wording stands there."""

    start: int
    end: int
    owner: Owner


@dataclass
class _Entry:
    text: str
    owner: object
    # A longer word, and where in it the wording begins.
    not_within: list[tuple[str, int]] = field(default_factory=list)


class Finder(Generic[Owner]):
    """Finds many wordings in one go. Capitals and full-width letters are alike.

    Of wordings that overlap, the longest wins: in 办理财产保险 that is 财产保险, and 理财 is not
    there. Of two of the same length it is the one that begins first.
    """

    def __init__(self, owners: Iterable[tuple[Owner, Iterable[Wording]]]) -> None:
        self._by_first: dict[str, list[_Entry]] = {}
        known: set[str] = set()
        for owner, wordings in owners:
            for wording in wordings:
                text = alike(wording.text)
                # The first to come keeps a wording that two claim.
                if text and text not in known:
                    known.add(text)
                    self._by_first.setdefault(text[0], []).append(_entry(text, owner, wording))
        firsts = "".join(map(re.escape, self._by_first))
        self._next = re.compile(f"[{firsts}]") if firsts else None

    def find(self, text: str) -> list[Occurrence[Owner]]:
        """The wordings in the text, in order, none overlapping; places count characters."""
        if self._next is None:
            return []
        plain = _NO_TEXT.sub(lambda match: "\0" * len(match[0]), alike(text))
        return _without_overlaps(self._candidates(plain), len(plain))

    def _candidates(self, text: str) -> list[Occurrence]:
        return [
            Occurrence(start, start + len(entry.text), entry.owner)
            for start in (match.start() for match in self._next.finditer(text))
            for entry in self._by_first[text[start]]
            if text.startswith(entry.text, start) and _is_the_word(text, start, entry)
        ]


def _entry(text: str, owner: object, wording: Wording) -> _Entry:
    longer = [alike(word) for word in wording.not_within]
    return _Entry(text, owner, [(word, word.find(text)) for word in longer if text in word])


def _is_the_word(text: str, start: int, entry: _Entry) -> bool:
    end = start + len(entry.text)
    if any(start >= at and text.startswith(word, start - at) for word, at in entry.not_within):
        return False
    cuts_word_before = start and _LATIN.match(text[start]) and _LATIN.match(text[start - 1])
    cuts_word_after = end < len(text) and _LATIN.match(text[end - 1]) and _LATIN.match(text[end])
    return not (cuts_word_before or cuts_word_after)


def _without_overlaps(found: list[Occurrence], length: int) -> list[Occurrence]:
    taken = bytearray(length)
    kept = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        # Longer ones came first: one that overlaps this covers its first or its last character.
        if not (taken[one.start] or taken[one.end - 1]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
