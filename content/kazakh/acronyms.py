"""Which words in capitals are acronyms, to be spelt letter by letter (ЖШС → ج ش س).

The rule is the brief's. Arabic script has no capitals, so a heading set in them (НАЗАР АУДАРЫҢЫЗ)
must not fall apart into letters; what is not an acronym in it is told by its vowels.
"""

import re
from itertools import pairwise
from typing import Final

from .tables import BACK_VOWELS, FRONT_VOWELS, VOWELS

# How far a word looks around itself, in characters: bounded, so that long lines stay cheap.
_SIGHT: Final = 80
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
_FULL_VOWELS: Final = FRONT_VOWELS | BACK_VOWELS | {"е", "э"}


def is_acronym(word: str, text: str, start: int, end: int) -> bool:
    """Say whether a word in capitals is an acronym.

    ``word`` is its plain lower-case spelling, ``text[start:end]`` is where it stands.
    """
    if len(word) < 2 or _reads_as_word(word):
        return False
    return VOWELS.isdisjoint(word) or not _is_shouted(text, start, end)


def _reads_as_word(word: str) -> bool:
    """Say whether a reader pronounces it: four letters, two vowels, no two full vowels in touch.

    So ҚАЗАҚСТАН and also НАТО, whose Arabic spelling is that of a word; but not БҰҰ or ЖШС.
    """
    if len(word) < 4 or sum(letter in VOWELS for letter in word) < 2:
        return False
    return not any(_FULL_VOWELS.issuperset(pair) for pair in pairwise(word))


def _is_shouted(text: str, start: int, end: int) -> bool:
    """Say whether the words around on the same line are capitals too, and one is no acronym."""
    before = text[max(0, start - _SIGHT) : start].rpartition("\n")[2]
    after = text[end : end + _SIGHT].partition("\n")[0]
    around = f"{before} {after}"
    return around == around.upper() and any(map(_reads_as_word, _LETTERS.findall(around.lower())))
