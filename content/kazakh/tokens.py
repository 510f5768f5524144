"""What a text is cut into before conversion: Kazakh words, punctuation, and what stays.

Everything that a reader, a browser or a program reads by its exact characters stays: addresses,
tags, code, entities, placeholders, numbers, other scripts. Every repetition is bounded, possessive
or followed by something that cannot fail late, so that hostile text costs linear time.
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
_COMMENT: Final = r"<!--(?s:.*?)(?:-->|\Z)"
_TAG: Final = rf"{_COMMENT}|</?[A-Za-z!][^<>]*+>"
# Code is code, Kazakh words or not. A browser reads script and style to their closing tag or to the
# end, Markdown a fence; pre and code have to be closed within reach, and before the next one.
CODE_REACH: Final = 1 << 16
_RAW_OPEN: Final = r"<(?i:{name})(?![\w-])[^<>]*+>"
_RAW_CLOSE: Final = r"</(?i:{name})\s{{0,8}}>"
_RAW: Final = "|".join(
    f"{_RAW_OPEN}(?s:.*?)(?:{_RAW_CLOSE}|\\Z)".format(name=name) for name in ("script", "style")
)
_CODE_ELEMENT, _PRE_ELEMENT = (
    rf"{_RAW_OPEN}(?:[^<]|<(?!/?(?i:{{name}})(?![\w-]))){{{{0,{CODE_REACH}}}}}+{_RAW_CLOSE}".format(
        name=name
    )
    for name in ("code", "pre")
)
# At the beginning of a line, in a list or a quotation too.
_FENCE_INDENTS: Final = (*(" " * size for size in range(9)), "\t", ">", "> ", "- ", "* ", "1. ")
_FENCE_OPEN: Final = (
    r"(?P<fence>[`~](?:{})(?:(?<=`)`{{2,40}}+|(?<=~)~{{2,40}}+))(?![`~])[^`\n]{{0,200}}+(?=\n|\Z)"
).format("|".join(rf"(?<=^{re.escape(indent)}[`~])" for indent in _FENCE_INDENTS))
_FENCE_CLOSE: Final = r"\n[ \t>]{{0,16}}{fence}[`~]{{0,99}}[ \t\r]{{0,99}}"
_FENCE: Final = (
    rf"(?m:{_FENCE_OPEN})(?s:.*?)(?:{_FENCE_CLOSE.format(fence='(?P=fence)')}(?=\n|\Z)|\Z)"
)
# A span within its paragraph, in one to three backticks. All of it, also words alone: who marks a
# word as code wants it typed as it stands.
SPAN_REACH: Final = 1000
_SPAN: Final = "|".join(
    rf"{ticks}(?<!`{ticks})(?!`)"
    rf"(?:[^`\n]|\n(?![ \t\r]{{0,99}}(?:\n|```|~~~))|(?!(?<!`){ticks}(?!`))`){{1,{SPAN_REACH}}}+"
    rf"(?<!`){ticks}(?!`)"
    for ticks in ("`", "``", "```")
)
_ENTITY: Final = r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6});"
_IN_BRACES: Final = r"\{\{[^{}\n]*+\}\}|\{%[^{}\n]*%\}"
_PLACEHOLDER: Final = (
    r"%\([^()\s]{1,64}\)[-+\#0]*[0-9]*(?:\.[0-9]+)?[A-Za-z]"
    r"|%(?:[0-9]{1,2}\$)?[-+\#0]*[0-9]*(?:\.[0-9]+)?[A-Za-z%]"
    rf"|{_IN_BRACES}|\{{[\w.:!\[\]]*+\}}"
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
    # Between the numbers of a list too, on the same line.
    before_word = rf"(?=[\s«„“\"(\[*_]{{0,8}}+[{letters}]|[ \u00a0\d.,;،؛:«]{{1,32}}+[{letters}])"
    return re.compile(
        rf"{_EMAIL}|{_URL}|{_LINK_TARGET}|({word})"
        rf"|([{marks[:-1]}]){before_word}|([{marks}])"
        rf"|{_ENTITY}|{_PLACEHOLDER}|{_DOMAIN}|{_NUMBER}|([{foreign}{_FOREIGN}]++)"
        rf"|{_CODE_ELEMENT}|({_RAW}|{_PRE_ELEMENT}|{_FENCE}|{_TAG})|{_SPAN}"
    )


TOKEN: Final = _pattern(_CYRILLIC_WORD, CYRILLIC, "\u0600-\u06ff", "".join(PUNCTUATION))
ARABIC_TOKEN: Final = _pattern(
    f"{_SPACED_LETTERS}|{_ARABIC_WORD}", ARABIC, CYRILLIC, "".join(PUNCTUATION.values())
)

# What a text is looked through for before it is cut: lastgroup names what has not ended yet, or may
# end in what follows.
LONG: Final = re.compile(
    rf"<!--(?s:.*?)(?:-->|(?P<comment>\Z))"
    rf"|{_CODE_ELEMENT}|{_PRE_ELEMENT}|{_SPAN}|{_IN_BRACES}"
    rf"|(?:{_RAW_OPEN.format(name='script')}(?s:.*?)(?:{_RAW_CLOSE.format(name='script')}"
    rf"|(?P<script>\Z)))"
    rf"|(?:{_RAW_OPEN.format(name='style')}(?s:.*?)(?:{_RAW_CLOSE.format(name='style')}"
    rf"|(?P<style>\Z)))"
    rf"|(?m:{_FENCE_OPEN})(?s:.*?)(?:{_FENCE_CLOSE.format(fence='(?P=fence)')}(?=\n)"
    rf"|(?P<fenced>\Z))"
    rf"|(?P<element>{_RAW_OPEN.format(name='(?:code|pre)')})"
    rf"|</?[A-Za-z!][^<>]*+(?:>|(?P<tag>\Z))"
    rf"|(?P<span>`++)"
)
CODE_OPEN: Final = re.compile(rf"{_RAW_OPEN.format(name='(?:script|style)')}|(?m:{_FENCE_OPEN})")


def code_end(kind: str, fence: str | None) -> re.Pattern[str]:
    """What closes a script, a style or a fence."""
    if fence is not None:
        return re.compile(rf"{_FENCE_CLOSE.format(fence=fence)}(?=\n)")
    return re.compile(_RAW_CLOSE.format(name=kind))
