"""Conversion between the scripts of Kazakh that tells how sure each word is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import NamedTuple

from . import arabic_to_cyrillic, cyrillic_to_arabic, cyrillic_to_latin
from .profiles import DEFAULT, Profile
from .spelling import Certainty, Found


class Script(StrEnum):
    """The scripts, as the command line names them."""

    ARAB = "arab"
    CYRL = "cyrl"
    LATN = "latn"


class ConvertedWord(NamedTuple):
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
    """Convert what is Kazakh in the text; see ``to_arabic`` for what is kept.

    Never raises for a str. Into Latin go both other scripts, the Arabic one by way of Cyrillic.
    """
    words: list[ConvertedWord] = []
    converted = converter(to, profile, words.append)(text)
    return Conversion(converted, tuple(words))


def converter(
    to: Script,
    profile: Profile = DEFAULT,
    tell: Callable[[ConvertedWord], object] | None = None,
) -> Callable[[str], str]:
    """Return a function that converts the pieces of one long text, in order.

    Each piece has to end where no token is cut: see ``pieces``. ``tell`` is called with each word
    converted; its place is that in the piece's result.
    """
    if to == Script.ARAB:
        return _telling(cyrillic_to_arabic, profile, tell)
    if to == Script.CYRL:
        return _telling(arabic_to_cyrillic, profile, tell)
    if tell is None:
        cyrillic = arabic_to_cyrillic.converter(profile)
        latin = cyrillic_to_latin.converter(profile)
        return lambda piece: latin(cyrillic(piece))
    return _telling_latin(profile, tell)


def _telling(
    direction: ModuleType, profile: Profile, tell: Callable[[ConvertedWord], object] | None
) -> Callable[[str], str]:
    if tell is None:
        return direction.converter(profile)
    found: Found = []
    convert_piece = direction.converter(profile, found)

    def convert(piece: str) -> str:
        found.clear()
        converted = convert_piece(piece)
        shift = 0
        for (start, end), (spelt, certainty, candidates) in found:
            begin = start + shift
            size = len(spelt)
            tell(ConvertedWord(begin, begin + size, piece[start:end], spelt, certainty, candidates))
            shift += size - (end - start)
        return converted

    return convert


def _telling_latin(
    profile: Profile, tell: Callable[[ConvertedWord], object]
) -> Callable[[str], str]:
    """By way of Cyrillic; how sure the Cyrillic of a word was is handed down."""
    in_cyrillic: list[ConvertedWord] = []
    in_latin: list[ConvertedWord] = []
    cyrillic = _telling(arabic_to_cyrillic, profile, in_cyrillic.append)
    latin = _telling(cyrillic_to_latin, profile, in_latin.append)

    def convert(piece: str) -> str:
        in_cyrillic.clear()
        in_latin.clear()
        converted = latin(cyrillic(piece))
        starts = {word.start: word for word in in_cyrillic}
        shift = 0
        for word in in_latin:
            before = starts.get(word.start - shift)
            shift += len(word.text) - len(word.source)
            tell(_sure_as(word, before) if before and before.text == word.source else word)
        return converted

    return convert


def _sure_as(latin: ConvertedWord, cyrillic: ConvertedWord) -> ConvertedWord:
    spelt = map(cyrillic_to_latin.spell, cyrillic.candidates)
    return latin._replace(
        source=cyrillic.source,
        certainty=cyrillic.certainty,
        candidates=tuple(dict.fromkeys(spelt)),
    )
