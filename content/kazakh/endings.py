"""The endings of Kazakh, in Arabic letters without hamza, to tell an inflected form of a stem.

Written with the usual capitals for what harmony and the letter before decide: A is а or е, Y is ы
or і, G is ғ or г, K is қ or к. Order is not checked: it is enough that a stem is followed by
endings only, as a stem that merely happens to begin another word is not.
"""

from functools import lru_cache
from typing import Final

from .tables import LETTERS

_BACK: Final = str.maketrans("AYGK", "аығқ")
_FRONT: Final = str.maketrans("AYGK", "еігк")

_NOUNS: Final = (
    "лAр дAр тAр Yм м Yң ң Y сY YмYз мYз YңYз ңYз YңAр нYң дYң тYң GA KA нA A нY дY тY н"
    " дA тA ндA дAн тAн нAн мен бен пен менен нікі дікі тікі"
)
_MADE_OF_NOUNS: Final = (
    "лYK дYK тYK лY сYз шY шYл дAй тAй дAс тAс лAс GY KY дAGY тAGY ндAGY шA рAK ырақ ірек лAу"
    " дAу тAу лA ншY YншY AY YK K"
)
_PREDICATES: Final = "мYн бYн пYн сYң сYз сYздAр сYңдAр бYз пYз дYр тYр мыс міс"
_VERBS: Final = (
    "дYм дYң дYK тYм тYң тYK дYңыз дYңіз п Yп сA сAм й AдY йдY A мA бA пA мAй у р Aр Yр с мAс"
    " бAс пAс GAн KAн GYз KYз GYн KYн дYр тYр т YлYп Yл л Yн Yс лAн дAн тAн лAт AтYн йтYн"
    " тYн GAлY KAлY AйYн йYн AйYK йYK сYн Yңыз Yңіз ңыз ңіз YндY GYш KYш мAK бAK пAK уш ушY"
    " AрлYK GAндай KAндай сінші мA ба бе ма ме па пе у и"
)


def _spelt() -> frozenset[str]:
    letters = str.maketrans(LETTERS)
    endings = f"{_NOUNS} {_MADE_OF_NOUNS} {_PREDICATES} {_VERBS}".split()
    return frozenset(
        ending.translate(harmony).translate(letters)
        for ending in endings
        for harmony in (_BACK, _FRONT)
    )


ENDINGS: Final = _spelt()
_LONGEST: Final = max(map(len, ENDINGS))


@lru_cache(1 << 14)
def are_endings(letters: str) -> bool:
    """Say whether the letters can be cut into endings, in time linear in their number."""
    reached = {0}
    for end in range(1, len(letters) + 1):
        if any(
            end - size in reached and letters[end - size : end] in ENDINGS
            for size in range(1, min(_LONGEST, end) + 1)
        ):
            reached.add(end)
    return len(letters) in reached
