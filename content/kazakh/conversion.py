"""Conversion between the scripts of Kazakh that tells how sure each word is."""

from dataclasses import dataclass
from enum import StrEnum

from .profiles import DEFAULT, Profile


class Script(StrEnum):
    """The scripts, as the command line names them."""

    ARAB = "arab"
    CYRL = "cyrl"
    LATN = "latn"


class Certainty(StrEnum):
    """Why a word is spelt as it is."""

    RULE = "rule"
    LEXICON = "lexicon"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class ConvertedWord:
    """A word of the result: where it stands there, what it was made from, what else it may be."""

    start: int
    end: int
    source: str
    text: str
    certainty: Certainty
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversion:
    """The whole text in the other script, and each word that was converted, in order."""

    text: str
    words: tuple[ConvertedWord, ...] = ()


def convert(text: str, to: Script, profile: Profile = DEFAULT) -> Conversion:
    """Convert what is Kazakh in the text; see ``cyrillic_to_arabic`` for what is kept."""
    from .cyrillic_to_arabic import to_arabic

    return Conversion(to_arabic(text, profile) if to == Script.ARAB else text)
