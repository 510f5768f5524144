"""Kazakh from Cyrillic to Arabic script, the reliable direction.

The rules are those of the project's Kazakh brief; ``tables`` holds the letters, ``tokens`` what is
left alone. A text without Cyrillic comes back as it is.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from . import tokens
from .acronyms import is_acronym
from .lexicon import EXCEPTIONS
from .profiles import DEFAULT, Profile
from .tables import (
    BACK_VOWELS,
    FRONT_VOWELS,
    HAMZA,
    HIGH_HAMZA,
    KAZAKH_CYRILLIC,
    LETTERS,
    LOOK_ALIKES,
    PUNCTUATION,
    SHOW_FRONTNESS,
    TSE,
    UVULARS,
    VOWELS,
)

# A text has few distinct words; the bounds keep a hostile one from filling the memory.
_CACHED_WORDS: Final = 1 << 16
_CACHED_WORD_LENGTH: Final = 48
_CACHED_PROFILES: Final = 16

_HAS_CYRILLIC: Final = re.compile(f"[{tokens.CYRILLIC}]")

# Stress accents and soft hyphens say nothing that Arabic script could show.
_CLEAN: Final = str.maketrans(LOOK_ALIKES | {"\u0300": "", "\u0301": "", "\u00ad": ""})

# Letters whose sound depends on their neighbour, respelt so that one letter gives one spelling.
# In this order; нг needs no row, because н and г apart are what loans want (نگ, not ڭ).
_IN_CONTEXT: Final = (
    ("дж", "ж"),
    ("ье", "йе"),
    ("ъе", "йе"),
    ("ия", "иа"),
    ("ию", "иу"),
    ("йю", "йу"),
)
_IY_NOT_BEFORE_VOWEL: Final = re.compile(f"ий(?![{''.join(sorted(VOWELS))}])")

_DECIDING_VOWELS: Final = FRONT_VOWELS | BACK_VOWELS


def to_arabic(text: str, profile: Profile = DEFAULT) -> str:
    """Return the text with its Kazakh Cyrillic words in China's Arabic spelling.

    Never raises for a str. Kept: addresses, tags, entities, placeholders, digits, Markdown marks,
    other scripts, and words with a Cyrillic letter that Kazakh does not have. The marks , ; ? turn
    only where they stand after or between Kazakh words.
    """
    if not _HAS_CYRILLIC.search(text):
        return text
    return tokens.TOKEN.sub(_replacer(_speller(profile)), text)


def _replacer(speller: "_Speller") -> Callable[[re.Match[str]], str]:
    """Return a function for ``re.sub`` that remembers whether Kazakh stood before a mark."""
    after_kazakh = seen_kazakh = False
    spell = speller.word

    def replace(match: re.Match[str]) -> str:
        nonlocal after_kazakh, seen_kazakh
        token = match[0]
        kind = match.lastindex
        if kind == tokens.WORD:
            after_kazakh = seen_kazakh = True
            if token.isupper() and is_acronym(_plain(token), match.string, *match.span()):
                return speller.acronym(token)
            return spell(token)
        if kind == tokens.FOREIGN:
            after_kazakh = False
        elif kind is not None:
            between_kazakh = seen_kazakh and kind == tokens.MARK_BEFORE_WORD
            if after_kazakh or between_kazakh:
                return PUNCTUATION[token]
        return token

    return replace


class _Speller:
    """Spells single words under one profile."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._letters = str.maketrans(LETTERS | {TSE: profile.tse})
        self._exceptions = {
            cyrillic.lower(): arabic.replace(HIGH_HAMZA, HAMZA).replace(HAMZA, profile.hamza)
            for cyrillic, arabic in (*EXCEPTIONS.items(), *profile.exceptions)
        }
        self._cached = lru_cache(_CACHED_WORDS)(self._spell)

    def word(self, word: str) -> str:
        """Return the word in Arabic script, or as it is when it is not Kazakh."""
        return self._cached(word) if len(word) <= _CACHED_WORD_LENGTH else self._spell(word)

    def acronym(self, word: str) -> str:
        """Return the letters of the acronym, spaced: the brief's ЖШС → ج ش س."""
        letters = _plain(word)
        if not KAZAKH_CYRILLIC.issuperset(letters):
            return word
        return " ".join(filter(None, (letter.translate(self._letters) for letter in letters)))

    def _spell(self, word: str) -> str:
        plain = _plain(word)
        if not KAZAKH_CYRILLIC.issuperset(plain):
            return word
        if plain in self._exceptions:
            return self._exceptions[plain]
        respelt = plain
        for letters, spelling in _IN_CONTEXT:
            respelt = respelt.replace(letters, spelling)
        arabic = _IY_NOT_BEFORE_VOWEL.sub("й", respelt).translate(self._letters)
        return self._profile.hamza + arabic if self._wants_hamza(plain) else arabic

    def _wants_hamza(self, word: str) -> bool:
        """Apply the brief's hamza rule to one lower-case Cyrillic word."""
        if not SHOW_FRONTNESS.isdisjoint(word):
            return False
        if not self._profile.hamza_with_uvular and not UVULARS.isdisjoint(word):
            return False
        if FRONT_VOWELS.isdisjoint(word):
            return False
        return next(filter(_DECIDING_VOWELS.__contains__, word)) in FRONT_VOWELS


@lru_cache(_CACHED_PROFILES)
def _speller(profile: Profile) -> _Speller:
    return _Speller(profile)


def _plain(word: str) -> str:
    """Return the word in lower case, composed, with Cyrillic for its look-alikes."""
    # NFC on the single Cyrillic word only: it joins и and a breve to й. Never NFKC.
    return unicodedata.normalize("NFC", word.translate(_CLEAN)).lower()
