"""How one word is spelt in another script, and how sure that is."""

from enum import StrEnum
from typing import NamedTuple

# Where a word stands, and what became of it.
Found = list[tuple[tuple[int, int], "Spelling"]]


class Certainty(StrEnum):
    """Why a word is spelt as it is."""

    RULE = "rule"
    LEXICON = "lexicon"
    AMBIGUOUS = "ambiguous"


class Spelling(NamedTuple):
    """A word's spelling; ``candidates`` only where it is ambiguous, the likeliest first."""

    text: str
    certainty: Certainty
    candidates: tuple[str, ...] = ()


def ambiguous(candidates: list[str]) -> Spelling:
    """Of several spellings, each once, the first; sure if there is only one."""
    different = tuple(dict.fromkeys(candidates))
    if len(different) == 1:
        return Spelling(different[0], Certainty.RULE)
    return Spelling(different[0], Certainty.AMBIGUOUS, different)
