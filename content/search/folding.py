"""How a character is compared: wide as narrow, traditional as simplified, capitals as small.

Every character stays one character, so that a place in the folded text is the same place in the
text that a reader sees. Never NFKC: it would take Kazakh letters with hamza apart.
"""

import re
import unicodedata
from typing import Final

# CJK ideographs with extension A, the compatibility block and the supplementary planes.
HAN_RANGES: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"

_HAN: Final = re.compile(f"[{HAN_RANGES}]")

# Typed on keyboards for Arabic, Persian and Uyghur in place of the Kazakh letters.
_ARABIC_LOOK_ALIKES: Final = {
    "\u0647": "\u06d5",
    "\u0629": "\u06d5",
    "\u06c0": "\u06d5",
    "\u06a9": "\u0643",
    "\u06cc": "\u064a",
    "\u0623": "\u0627",
    "\u0625": "\u0627",
    "\u0622": "\u0627",
}


class _Folding(dict):
    """Code point -> what it is compared as; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:
        character = chr(code - 0xFEE0)
    elif code == 0x3000 or character.isspace():
        return " "
    elif 0xFB50 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFC:
        # A letter's shape at one place of a word; ligatures of two letters stay.
        letter = unicodedata.normalize("NFKC", character)
        character = letter if len(letter) == 1 else character
    elif _HAN.match(character):
        simple = _simplified(character)
        character = simple if len(simple) == 1 else character
    lower = character.lower()
    lower = lower if len(lower) == 1 else character
    return _ARABIC_LOOK_ALIKES.get(lower, lower)


def _simplified(character: str) -> str:
    """The simplified character, by OpenCC's table; compatibility ideographs become the usual."""
    return _converter().convert(unicodedata.normalize("NFC", character))


def _converter():
    """OpenCC, loaded by whoever first meets a Han character."""
    if not _loaded:
        from opencc import OpenCC

        _loaded.append(OpenCC("t2s"))
    return _loaded[0]


_loaded: list = []
_folding: Final = _Folding()


def fold(text: str) -> str:
    """The text as it is compared, of the same length. Raises nothing."""
    return text.translate(_folding)
