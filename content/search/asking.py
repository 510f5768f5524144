"""From what a person typed to what is asked of the index."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from content.search.stems import stem
from content.search.tokens import SOUND, asked_part_tokens
from content.search.words import bigrams, pieces

# Longer queries are cut; the page says so.
LONGEST_QUERY: Final = 100
MOST_TERMS: Final = 12
_SOUND: Final = re.compile("[a-z]{2,}")
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Token:
    """One token of the index, or all that begin with it."""

    text: str
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """All of these."""

    parts: tuple


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these."""

    parts: tuple


Expression = Token | All | Any


@dataclass(frozen=True, slots=True)
class Term:
    """A run of Han characters or a word of the query."""

    is_han: bool
    plain: str
    word: str

    @property
    def stem(self) -> str:
        """What the words that count as this one begin with."""
        return stem(self.word)

    @property
    def sound(self) -> str:
        """What is taken for pinyin or initials; empty where it cannot be."""
        return self.plain if not self.is_han and _SOUND.fullmatch(self.plain) else ""

    def expression(self, *, parts: bool = False) -> Expression:
        """What the index is asked for; `parts`: also titles with this inside a word.

        One letter is hardly ever a word: it is looked for as a part at once.
        """
        parts = parts or (self.word.isalpha() and len(self.word) == 1)
        if self.is_han:
            return all_of(Token(two) for two in dict.fromkeys(bigrams(self.plain)))
        is_beginning = len(self.stem) > 1 and not _DIGITS.fullmatch(self.word)
        ways: list = [Token(self.stem if is_beginning else self.word, is_beginning)]
        if self.sound:
            ways.append(Token(SOUND + self.sound, is_beginning=True))
        if parts:
            ways.append(all_of(Token(part) for part in asked_part_tokens(self.plain)))
        return ways[0] if len(ways) == 1 else Any(tuple(ways))


@dataclass(frozen=True)
class Asked:
    """A query, read."""

    text: str
    terms: tuple[Term, ...]
    was_cut: bool = False

    @cached_property
    def strict(self) -> Expression | None:
        """Every term, as words; None where nothing can be asked for."""
        return all_of(term.expression() for term in self.terms)

    @cached_property
    def wide(self) -> Expression | None:
        """Every term, be it a part of a title's word."""
        return all_of(term.expression(parts=True) for term in self.terms)

    @property
    def folded(self) -> str:
        """One form for all ways to type the same."""
        return " ".join(term.word for term in self.terms)

    def names(self, name: str | None) -> bool:
        """Whether the name stands in what was typed, or the other way round; two letters least."""
        folded = "".join(piece.word for piece in pieces(name or ""))
        typed = "".join(term.word for term in self.terms)
        return min(len(folded), len(typed)) > 1 and (folded in typed or typed in folded)


def all_of(parts) -> Expression | None:
    """All of the parts in one expression; None if there are none."""
    parts = tuple(parts)
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(parts)


def read(text: str, longest: int = LONGEST_QUERY) -> Asked:
    """Any text whatever, made into a question of bounded size. Raises nothing."""
    # No database takes a NUL, and half of a surrogate pair is no character.
    text = text.replace("\x00", " ").encode("utf-8", "replace").decode()
    typed = " ".join(text[: longest * 4].split())
    was_cut = len(typed) > longest or len(text) > longest * 4
    text = typed[:longest].rstrip()
    terms = dict.fromkeys(Term(p.is_han, p.plain, p.word) for p in pieces(text))
    was_cut = was_cut or len(terms) > MOST_TERMS
    return Asked(text, tuple(terms)[:MOST_TERMS], was_cut)
