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
from .spelling import Certainty, Found, Spelling, ambiguous
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
    TSE_SPELLINGS,
    UVULARS,
    VOWELS,
)

# A text has few distinct words; the bounds keep a hostile one from filling the memory.
_CACHED_WORDS: Final = 1 << 17
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

_LETTERS: Final = {tse: str.maketrans(LETTERS | {TSE: tse}) for tse in TSE_SPELLINGS}

# Two letters at least, none that would tell front from back.
_ONLY_I: Final = re.compile("(?=..)[бвджзийлмнпрстуфхһчшю]+")

_DECIDING_VOWELS: Final = FRONT_VOWELS | BACK_VOWELS


def to_arabic(text: str, profile: Profile = DEFAULT) -> str:
    """Return the text with its Kazakh Cyrillic words in China's Arabic spelling.

    Never raises for a str. Kept: addresses, tags, code, entities, placeholders, digits, Markdown
    marks, other scripts, and words with a Cyrillic letter that Kazakh does not have. The marks
    , ; ? turn after and between Kazakh words, and before one unless a foreign word precedes.
    """
    if not _HAS_CYRILLIC.search(text):
        return text
    return converter(profile)(text)


def converter(profile: Profile, found: Found | None = None) -> Callable[[str], str]:
    """Return a ``to_arabic`` for the pieces of one text, in order, cut between lines.

    ``found`` receives each word that is converted: its place in the piece, and its spelling.
    """
    replace = _replacer(_speller(profile), found)
    return lambda piece: tokens.TOKEN.sub(replace, piece)


def letters_of(plain: str, tse: str) -> str:
    """Return a lower-case Kazakh word in Arabic letters, without hamza."""
    for letters, spelling in _IN_CONTEXT:
        plain = plain.replace(letters, spelling)
    return _IY_NOT_BEFORE_VOWEL.sub("й", plain).translate(_LETTERS[tse])


def wants_hamza(plain: str, with_uvular: bool) -> bool:
    """Apply the brief's hamza rule to one lower-case Cyrillic word."""
    if not SHOW_FRONTNESS.isdisjoint(plain):
        return False
    if not with_uvular and not UVULARS.isdisjoint(plain):
        return False
    if FRONT_VOWELS.isdisjoint(plain):
        return False
    return next(filter(_DECIDING_VOWELS.__contains__, plain)) in FRONT_VOWELS


def _replacer(speller: "_Speller", found: Found | None) -> Callable[[re.Match[str]], str]:
    """Return a function for ``re.sub`` that remembers whether Kazakh stood before a mark."""
    after_kazakh = seen_kazakh = after_foreign = False
    spell = speller.word

    def replace(match: re.Match[str]) -> str:
        nonlocal after_kazakh, seen_kazakh, after_foreign
        token = match[0]
        kind = match.lastindex
        if kind == tokens.WORD:
            after_kazakh = seen_kazakh = True
            after_foreign = False
            if token.isupper() and is_acronym(plain_of(token), match.string, *match.span()):
                spelling = speller.acronym(token)
            else:
                spelling = spell(token)
            if found is not None and spelling[0] != token:
                found.append((match.span(), spelling))
            return spelling[0]
        if kind == tokens.FOREIGN:
            after_kazakh = False
            after_foreign = True
        elif kind is None:
            after_foreign = False
        elif kind != tokens.TAG:
            before_kazakh = kind == tokens.MARK_BEFORE_WORD and (seen_kazakh or not after_foreign)
            if after_kazakh or before_kazakh:
                return PUNCTUATION[token]
        return token

    return replace


class _Speller:
    """Spells single words under one profile. A word that is not Kazakh comes back itself."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._letters = _LETTERS[profile.tse]
        self._exceptions = {
            cyrillic.lower(): arabic.replace(HIGH_HAMZA, HAMZA).replace(HAMZA, profile.hamza)
            for cyrillic, arabic in (*EXCEPTIONS.items(), *profile.exceptions)
        }
        self._cached = lru_cache(_CACHED_WORDS)(self._spell)

    def word(self, word: str) -> Spelling:
        """Return the word in Arabic script, or as it is when it is not Kazakh."""
        return self._cached(word) if len(word) <= _CACHED_WORD_LENGTH else self._spell(word)

    def acronym(self, word: str) -> Spelling:
        """Return the letters of the acronym, spaced: the brief's ЖШС → ج ش س.

        A single capital is an initial and sure; of more, nobody can tell from outside.
        """
        letters = plain_of(word)
        if not KAZAKH_CYRILLIC.issuperset(letters):
            return Spelling(word, Certainty.RULE)
        spaced = " ".join(filter(None, (letter.translate(self._letters) for letter in letters)))
        return ambiguous([spaced, self._by_rule(letters)])

    def _spell(self, word: str) -> Spelling:
        plain = plain_of(word)
        if not KAZAKH_CYRILLIC.issuperset(plain):
            return Spelling(word, Certainty.RULE)
        if plain in self._exceptions:
            return Spelling(self._exceptions[plain], Certainty.LEXICON)
        spelling = self._by_rule(plain)
        if "и" in plain and _ONLY_I.fullmatch(plain):
            # и alone does not tell front from back; most such words are back (ми, қи).
            return ambiguous([spelling, self._profile.hamza + spelling])
        return Spelling(spelling, Certainty.RULE)

    def _by_rule(self, plain: str) -> str:
        arabic = letters_of(plain, self._profile.tse)
        if wants_hamza(plain, self._profile.hamza_with_uvular):
            return self._profile.hamza + arabic
        return arabic


@lru_cache(_CACHED_PROFILES)
def _speller(profile: Profile) -> _Speller:
    return _Speller(profile)


def plain_of(word: str) -> str:
    """Return the word in lower case, composed, with Cyrillic for its look-alikes."""
    # NFC on the single Cyrillic word only: it joins и and a breve to й. Never NFKC.
    return unicodedata.normalize("NFC", word.translate(_CLEAN)).lower()
