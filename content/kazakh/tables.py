"""The letters of Kazakh as data: Cyrillic, China's Arabic spelling, and what varies in both.

Source: the project's Kazakh brief (China's spelling). Arabic has no case, so only
lower-case Cyrillic stands here. The table is incomplete by two letters on purpose: the
spelling of ц is a setting (see ``profiles``), and hamza is no letter but a property of a word.
"""

from typing import Final

HAMZA: Final = "\u0621"
HIGH_HAMZA: Final = "\u0674"

LETTERS: Final[dict[str, str]] = {
    "а": "ا",
    "ә": "ا",
    "б": "ب",
    "в": "ۆ",
    "г": "گ",
    "ғ": "ع",
    "д": "د",
    "е": "\u06d5",
    "ё": "يو",
    "ж": "ج",
    "з": "ز",
    "и": "\u064a",
    "й": "\u064a",
    "к": "\u0643",
    "қ": "ق",
    "л": "ل",
    "м": "م",
    "н": "ن",
    "ң": "ڭ",
    "о": "و",
    "ө": "و",
    "п": "پ",
    "р": "ر",
    "с": "س",
    "т": "ت",
    "у": "ۋ",
    "ұ": "ۇ",
    "ү": "ۇ",
    "ф": "ف",
    "х": "ح",
    "һ": "\u06be",
    "ч": "چ",
    "ш": "ش",
    "щ": "شش",
    "ъ": "",
    "ы": "\u0649",
    "і": "\u0649",
    "ь": "",
    "э": "\u06d5",
    "ю": "يۋ",
    "я": "يا",
}

TSE: Final = "ц"
TSE_SPELLINGS: Final = ("تس", "س")

KAZAKH_CYRILLIC: Final = frozenset(LETTERS) | {TSE}

# Typed for Kazakh letters on keyboards that lack them; the left ones are Latin code points.
LOOK_ALIKES: Final[dict[str, str]] = {"ə": "ә", "Ə": "Ә", "ɵ": "ө", "Ɵ": "Ө"}

FRONT_VOWELS: Final = frozenset("әөүі")
BACK_VOWELS: Final = frozenset("аоұыяё")
# и and у (and so ю) are front in one word and back in the next: they decide nothing.
NEUTRAL_VOWELS: Final = frozenset("иую")
# These letters already show a reader that the word is front, so hamza would be redundant.
SHOW_FRONTNESS: Final = frozenset("кгеэ")
UVULARS: Final = frozenset("қғ")
VOWELS: Final = FRONT_VOWELS | BACK_VOWELS | NEUTRAL_VOWELS | {"е", "э"}

PUNCTUATION: Final[dict[str, str]] = {",": "،", ";": "؛", "?": "؟"}

# One code point for hamza and letter. Never by NFKC: it turns U+0678 into ي instead of ى.
HAMZA_LETTERS: Final[dict[str, str]] = {
    "\u0675": "ا",
    "\u0676": "و",
    "\u0677": "ۇ",
    "\u0678": "\u0649",
}
