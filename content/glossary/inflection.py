"""Whether a Kazakh text uses a wording, in whatever form its words take there.

Compared in Arabic letters without hamza (content.kazakh.skeleton), so either script answers for
either. Kazakh puts suffixes behind a word and leaves its beginning alone, but for three things:
- a final п, к, қ turns into б, г, ғ before a vowel: салық, салығы;
- the possessive ending of «сақтандыру шарты» moves behind the plural: «сақтандыру шарттары»;
- what ends in у is mostly a verb's name, and the text has the verb: шығу, шықты.
What a word that looks alike begins with is not told apart: this decides about a warning that a
person reads. Only the agent's ending -шы, -ші makes another word: сақтандырушы is no сақтандыру.
"""

import html
import re
from functools import lru_cache

from content.glossary.wording import profile
from content.kazakh import skeleton

# Between two words of a wording so many others may stand: «сақтандырудан өз еркімен шықты».
MOST_BETWEEN = 2

_INLINE_TAG = re.compile(r"</?(?:a|b|i|em|strong|span|u|sub|sup|small|mark|bdi)\b[^<>]*>")
_TAG = re.compile(r"<!--(?s:.*?)-->|</?[A-Za-z!][^<>]*>")
# A word of either script, or a mark that ends a sentence.
_WORD = re.compile(r"[^\W\d_]+|\d+|[.!?:…\n]", re.UNICODE)
_END = frozenset(".!?:…\n")
_SOFT = {"پ": "ب", "\u0643": "گ", "ق": "ع"}
_SOFTENED = _SOFT | {soft: hard for hard, soft in _SOFT.items()}
# The third person's possessive, longest first: сы, сі; ы, і.
_POSSESSIVE = ("س\u0649", "\u0649")
_VERBAL = "ۋ"
_AGENT = "ش\u0649"
# Shorter beginnings are those of too many words.
_SHORTEST_STEM = 3


def words_of(text: str) -> list[str]:
    """The words of a Kazakh text as skeletons, with the marks that end a sentence between them."""
    plain = html.unescape(_TAG.sub(" \n ", _INLINE_TAG.sub("", text)))
    return [word.lower() for word in _WORD.findall(skeleton(plain, profile()))]


def uses(words: list[str], wording: list[str]) -> bool:
    """Whether the words of a text hold those of the wording, in order and near one another.

    Both as `words_of` gives them. An empty wording is used nowhere.
    """
    forms = _forms(tuple(word for word in wording if word not in _END))
    if not forms:
        return False
    first, others = forms[0], forms[1:]
    return any(
        first.fits(word) and _goes_on(words, at + 1, others) for at, word in enumerate(words)
    )


@lru_cache(4096)
def _forms(wording: tuple[str, ...]) -> "tuple[_Form, ...]":
    return tuple(_Form(word, alone=len(wording) == 1) for word in wording)


def _goes_on(words: list[str], at: int, forms: "tuple[_Form, ...]") -> bool:
    if not forms:
        return True
    for place in range(at, min(at + MOST_BETWEEN + 1, len(words))):
        if words[place] in _END:
            return False
        if forms[0].fits(words[place]) and _goes_on(words, place + 1, forms[1:]):
            return True
    return False


class _Form:
    """One word of a wording, and what it may look like in a text."""

    def __init__(self, word: str, *, alone: bool) -> None:
        self._word = word
        # In company a short stem is no risk: «несие алу», «несие алды».
        shortest = _SHORTEST_STEM if alone else _SHORTEST_STEM - 1
        endings = [end for end in ("", *_POSSESSIVE, _VERBAL) if word.endswith(end)]
        stems = [word.removesuffix(end) for end in endings]
        self._stems = [stem for stem in stems if len(stem) >= shortest]

    def fits(self, word: str) -> bool:
        # Every form begins as the word does, but for a letter that softens.
        if word[:1] != self._word[:1]:
            return False
        if word.startswith(self._word + _AGENT):
            return False
        return word == self._word or any(_begins(word, stem) for stem in self._stems)


def _begins(word: str, stem: str) -> bool:
    if not word.startswith(stem[:-1]) or len(word) < len(stem):
        return False
    last = word[len(stem) - 1]
    if last != stem[-1] and _SOFTENED.get(stem[-1]) != last:
        return False
    return not word.startswith(_AGENT, len(stem))
