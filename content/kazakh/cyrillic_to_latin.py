"""Kazakh from Cyrillic to the Latin alphabet drafted in 2021; one way.

Source: the project's Kazakh brief for the letters that Kazakh alone has; letters of loans are
spelt by sound (ц ts, ч tş, щ şş, ю iu, я ia, ё io), ь and ъ fall away, ий at the end is one i.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from . import tokens
from .cyrillic_to_arabic import plain_of
from .profiles import DEFAULT, Profile
from .spelling import Certainty, Found, Spelling
from .tables import KAZAKH_CYRILLIC, VOWELS

_LETTERS: Final = str.maketrans(
    dict(zip("абвгдезклмнопрстуфыэ", "abvgdezklmnoprstufye", strict=True))
    | {"ә": "ä", "ғ": "ğ", "ж": "j", "қ": "q", "ң": "ñ", "ө": "ö", "ұ": "ū", "ү": "ü"}
    | {"ш": "ş", "і": "ı", "и": "i", "й": "i", "х": "h", "һ": "h", "ц": "ts", "ч": "tş"}
    | {"щ": "şş", "ю": "iu", "я": "ia", "ё": "io", "ъ": "", "ь": ""}
)
_IN_CONTEXT: Final = (("ия", "иа"), ("ию", "иу"), ("йю", "йу"), ("йя", "йа"))
_IY_NOT_BEFORE_VOWEL: Final = re.compile(f"ий(?![{''.join(sorted(VOWELS))}])")
_CAPITALS: Final = str.maketrans({"i": "İ", "ı": "I"})
_CACHED_WORDS: Final = 1 << 17
_CACHED_WORD_LENGTH: Final = 48


def to_latin(text: str, profile: Profile = DEFAULT) -> str:
    """Return the text with its Kazakh Cyrillic words in Latin letters; keeps capitals.

    Never raises for a str. Kept: what ``to_arabic`` keeps.
    """
    return converter(profile)(text)


def converter(profile: Profile, found: Found | None = None) -> Callable[[str], str]:
    """Return a ``to_latin`` for the pieces of one text; ``found`` as in ``to_arabic``'s."""

    def replace(match: re.Match[str]) -> str:
        token = match[0]
        if match.lastindex != tokens.WORD:
            return token
        spelt = _cached(token) if len(token) <= _CACHED_WORD_LENGTH else spell(token)
        if found is not None and spelt != token:
            found.append((match.span(), Spelling(spelt, Certainty.RULE)))
        return spelt

    return lambda piece: tokens.TOKEN.sub(replace, piece)


def spell(word: str) -> str:
    """Return the word in Latin letters, or as it is when it is not Kazakh."""
    plain = plain_of(word)
    if not KAZAKH_CYRILLIC.issuperset(plain):
        return word
    for letters, spelling in _IN_CONTEXT:
        plain = plain.replace(letters, spelling)
    latin = _IY_NOT_BEFORE_VOWEL.sub("й", plain).translate(_LETTERS)
    if word[:1].islower():
        return latin
    if len(word) > 1 and word.isupper():
        return latin.translate(_CAPITALS).upper()
    return latin[:1].translate(_CAPITALS).upper() + latin[1:]


_cached = lru_cache(_CACHED_WORDS)(spell)
