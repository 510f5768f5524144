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
    if to == Script.ARAB:
        return _by(cyrillic_to_arabic, text, profile)
    cyrillic = _by(arabic_to_cyrillic, text, profile)
    return cyrillic if to == Script.CYRL else _in_latin(cyrillic, profile)


def converter(to: Script, profile: Profile = DEFAULT) -> Callable[[str], str]:
    """Return a function that converts the pieces of one long text, in order.

    Each piece has to end where no token is cut: see ``pieces``.
    """
    if to == Script.ARAB:
        return cyrillic_to_arabic.converter(profile)
    cyrillic = arabic_to_cyrillic.converter(profile)
    if to == Script.CYRL:
        return cyrillic
    latin = cyrillic_to_latin.converter(profile)
    return lambda piece: latin(cyrillic(piece))


def _by(direction: ModuleType, text: str, profile: Profile) -> Conversion:
    found: Found = []
    converted = direction.converter(profile, found)(text)
    words = []
    shift = 0
    for (start, end), (spelt, certainty, candidates) in found:
        size = len(spelt)
        words.append(
            ConvertedWord(
                start + shift, start + shift + size, text[start:end], spelt, certainty, candidates
            )
        )
        shift += size - (end - start)
    return Conversion(converted, tuple(words))


def _in_latin(cyrillic: Conversion, profile: Profile) -> Conversion:
    """Convert on, and hand down how sure the Cyrillic of each word was."""
    latin = _by(cyrillic_to_latin, cyrillic.text, profile)
    starts = {word.start: word for word in cyrillic.words}
    shift = 0
    words = []
    for word in latin.words:
        before = starts.get(word.start - shift)
        shift += len(word.text) - len(word.source)
        words.append(_sure_as(word, before) if before and before.text == word.source else word)
    return Conversion(latin.text, tuple(words))


def _sure_as(latin: ConvertedWord, cyrillic: ConvertedWord) -> ConvertedWord:
    spelt = map(cyrillic_to_latin.spell, cyrillic.candidates)
    return latin._replace(
        source=cyrillic.source,
        certainty=cyrillic.certainty,
        candidates=tuple(dict.fromkeys(spelt)),
    )
