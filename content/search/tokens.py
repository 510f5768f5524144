"""What the index holds of a text, and what of it a query asks for.

Han characters stand alone and with their right neighbour: a query of one character asks for it, a
longer one for each two neighbours. Words stand in their comparable spelling. A title is also found
by parts of its words and by its sounds; these stand behind a mark, so that neither is taken for a
word of a text.
"""

from collections.abc import Iterable
from typing import Final

from content.search.sounds import typed_forms
from content.search.words import bigrams, pieces

PART: Final = "·"
SOUND: Final = "♪"


def text_tokens(text: str, *, over_signs: bool = False) -> list[str]:
    """The distinct tokens of a text, in order.

    `over_signs`: a comma or quotation mark between two Han characters does not part them.
    """
    found: dict[str, None] = {}
    last, last_end = "", 0
    for piece in pieces(text):
        if not piece.is_han:
            found[piece.word] = None
            last = ""
            continue
        between = text[last_end : piece.start]
        if last and over_signs and not any(map(str.isspace, between)):
            found[last + piece.plain[0]] = None
        found.update(dict.fromkeys(piece.plain))
        found.update(dict.fromkeys(bigrams(piece.plain)))
        last, last_end = piece.plain[-1], piece.end
    return list(found)


def title_tokens(texts: Iterable[str]) -> list[str]:
    """The tokens of titles, with the parts of their words and their sounds."""
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(text_tokens(text, over_signs=True)))
        found.update(dict.fromkeys(SOUND + form for form in typed_forms(text)))
        for piece in pieces(text):
            if not piece.is_han:
                found.update(dict.fromkeys(part_tokens(piece.plain)))
    return list(found)


def part_tokens(plain: str) -> list[str]:
    """A word's letters and pairs of letters."""
    return [PART + part for part in dict.fromkeys([*plain, *bigrams(plain)])]


def asked_part_tokens(plain: str) -> list[str]:
    """The tokens that a title with this part of a word has."""
    return [PART + part for part in dict.fromkeys(bigrams(plain))]
