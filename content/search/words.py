"""A text cut into what is indexed and asked for: runs of Han characters, and words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings

from content.kazakh import Profile, skeleton
from content.search.folding import HAN_RANGES, fold

# Marks inside a word that say nothing to a searcher: tatweel, joiners, directions, vowel signs.
_INVISIBLE: Final = (
    "\u00ad\u0300-\u036f\u061c\u0640\u064b-\u065f\u0670"
    "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
)
_WORD: Final = rf"(?:(?![{HAN_RANGES}])[^\W_])(?:(?![{HAN_RANGES}])[^\W_]|[{_INVISIBLE}])*"
# Three letters or more of an acronym, as Arabic script spells it, ج ش س: one word.
_ACRONYM: Final = r"(?<![^\W_])[\u0621-\u06d3\u06d5](?: [\u0621-\u06d3\u06d5]){2,}(?![^\W_])"
_PIECE: Final = re.compile(rf"(?P<han>[{HAN_RANGES}]+)|(?P<word>{_ACRONYM}|{_WORD})")
_ONLY_LETTERS: Final = re.compile(rf"[{_INVISIBLE} ]")
_HAMZA: Final = re.compile("[\u0621\u0674]")
# Longer words are no words; an engine need not carry them.
LONGEST_WORD: Final = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of Han characters or a word: where it stands, and how it is compared."""

    is_han: bool
    start: int
    end: int
    # As typed but folded character by character: for parts of words.
    plain: str
    # Kazakh in both scripts as one skeleton; equals `plain` for all else.
    word: str


def pieces(text: str) -> Iterator[Piece]:
    """Every run and word of the text, in order. Places are those of the text itself."""
    folded = fold(text)
    for match in _PIECE.finditer(folded):
        if match["han"]:
            yield Piece(True, match.start(), match.end(), match[0], match[0])
            continue
        # NFC joins a letter with its breve or dots; what is left of such marks says nothing.
        composed = unicodedata.normalize("NFC", match[0])
        plain = _ONLY_LETTERS.sub("", composed)[:LONGEST_WORD]
        if plain:
            yield Piece(False, match.start(), match.end(), plain, comparable(plain))


def comparable(word: str) -> str:
    """A folded word with Kazakh of both scripts in one spelling; never empty."""
    return _comparable(word, settings.KAZAKH_TSE)


@lru_cache(1 << 15)
def _comparable(word: str, tse: str) -> str:
    # Of the site's profile only ц counts: a skeleton has no hamza, and an index made once cannot
    # follow what editors change in the lexicon.
    return skeleton(word, Profile(tse=tse)) or _HAMZA.sub("", word) or word


def bigrams(run: str) -> list[str]:
    """Each two neighbours of a run; the run itself where it is one character."""
    return [run[n : n + 2] for n in range(len(run) - 1)] or [run]
