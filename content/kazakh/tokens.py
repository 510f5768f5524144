"""What a text is cut into before conversion: Kazakh words, punctuation, and what stays.

Everything that a reader, a browser or a program reads by its exact characters stays: addresses,
tags, entities, placeholders, numbers, other scripts. Every repetition is bounded, possessive or
followed by something that cannot fail late, so that hostile text costs linear time.
"""

import re
from typing import Final

from .tables import LOOK_ALIKES, PUNCTUATION

CYRILLIC: Final = "\u0400-\u0481\u048a-\u052f"
# Stress accents, the breve and dots of a decomposed й and ё, and the soft hyphen.
INSIDE_WORD: Final = "\u0300\u0301\u0306\u0308\u00ad"
_LOOK_ALIKE: Final = "".join(LOOK_ALIKES)
_CYRILLIC_WORD: Final = (
    rf"(?:[{CYRILLIC}]|[{_LOOK_ALIKE}]++[{CYRILLIC}])[{CYRILLIC}{_LOOK_ALIKE}{INSIDE_WORD}]*+"
)

# Letters of every language in Arabic script, so that an Uyghur word is one word, and is kept.
ARABIC: Final = "\u0620-\u065f\u0670-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c7"
# Tatweel stands in the range above; joiners and the soft hyphen are no letters either.
_ARABIC_WORD: Final = rf"[{ARABIC}][{ARABIC}\u200c\u200d\u00ad]*+"
# Letters apart from each other (ج ش س) are one token, the only word with blanks in it.
_ONE_LETTER: Final = rf"[\u0621-\u063f\u0641-\u064a\u0671-\u0674\u0679-\u06d3\u06d5](?![{ARABIC}])"
_SPACED_LETTERS: Final = rf"(?<![{ARABIC}]){_ONE_LETTER}(?:[ \u00a0]{_ONE_LETTER})++"

_EMAIL: Final = r"[\w.+%-]{1,64}+@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
# Brackets belong to an address only in pairs, end-of-sentence marks never end one.
_URL_REST: Final = r"(?:[^\s<>«»\"()]|\([^\s<>«»\"()]*+\))+(?<![.,;:!?*_'’،؛؟])"
_URL: Final = rf"(?:[A-Za-z][A-Za-z0-9+.-]{{1,15}}://|www\.|mailto:|tel:){_URL_REST}"
_DOMAIN: Final = (
    rf"(?:[A-Za-z0-9][A-Za-z0-9-]{{0,62}}\.){{1,8}}[A-Za-z]{{2,24}}(?!\w)"
    rf"(?:[/?#]{_URL_REST})?"
)
_LINK_TARGET: Final = r"(?<=\]\()(?:[^\s()]|\([^\s()]*+\))++"
_TAG: Final = r"<!--(?s:.*?)(?:-->|\Z)|</?[A-Za-z!][^<>]*+>"
_ENTITY: Final = r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6});"
_PLACEHOLDER: Final = (
    r"%\([^()\s]{1,64}\)[-+\#0]*[0-9]*(?:\.[0-9]+)?[A-Za-z]"
    r"|%(?:[0-9]{1,2}\$)?[-+\#0]*[0-9]*(?:\.[0-9]+)?[A-Za-z%]"
    r"|\{\{[^{}\n]*+\}\}|\{%[^{}\n]*%\}|\{[\w.:!\[\]]*+\}"
)
_NUMBER: Final = r"\d+(?:[.,;:/]\d+)*+"
# Letters of any other script, without general punctuation and emoji: those are looked through.
_FOREIGN: Final = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u03ff\u0530-\u05ff\u0700-\u1fff"
    r"\u2c00-\u2dff\u3040-\ufdff\ufe70-\ufeff\uff21-\uff3a\uff41-\uff5a\U00010000-\U0001efff"
    r"\U00020000-\U0003ffff"
)

# Group numbers, for match.lastindex.
WORD: Final = 1
MARK_BEFORE_WORD: Final = 2
MARK: Final = 3
FOREIGN: Final = 4
TAG: Final = 5
# Anything else that matched is kept and looked through: a comma after it belongs to the
# sentence around it.


def _pattern(word: str, letters: str, foreign: str, marks: str) -> re.Pattern[str]:
    """Tokens of a text whose words to convert match ``word`` and begin with one of ``letters``.

    The last of ``marks`` ends what precedes it; the others may also join Kazakh to the Latin name
    before.
    """
    before_word = rf"(?=[\s«„“\"(\[*_]{{0,8}}+[{letters}])"
    return re.compile(
        rf"{_EMAIL}|{_URL}|{_LINK_TARGET}|({word})"
        rf"|([{marks[:-1]}]){before_word}|([{marks}])"
        rf"|{_ENTITY}|{_PLACEHOLDER}|{_DOMAIN}|{_NUMBER}|([{foreign}{_FOREIGN}]++)|({_TAG})"
    )


TOKEN: Final = _pattern(_CYRILLIC_WORD, CYRILLIC, "\u0600-\u06ff", "".join(PUNCTUATION))
ARABIC_TOKEN: Final = _pattern(
    f"{_SPACED_LETTERS}|{_ARABIC_WORD}", ARABIC, CYRILLIC, "".join(PUNCTUATION.values())
)
