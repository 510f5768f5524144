"""Arabic letters read into Cyrillic by rule: vowel harmony, and letters that their place decides.

Arabic script writes а and ә, о and ө, ұ and ү, ы and і alike. Hamza says that the first vowel is
front; ك, گ and ە that the word is, if it is a Kazakh one; ق and ع stand beside back vowels.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .tables import LETTERS

FRONT_SIGNS: Final = frozenset("كگە")
BACK_SIGNS: Final = frozenset("قع")
# In words from other languages harmony does not hold.
_LOAN_SIGNS: Final = re.compile("[فۆحچ]|تس|^.[^اوۇىەيۋ]{2}|.{2}و")

_VOWELS: Final = {"ا": "аә", "و": "оө", "ۇ": "ұү", "ى": "ыі"}
_CONSONANTS: Final = {
    arabic: cyrillic
    for cyrillic, arabic in LETTERS.items()
    if len(arabic) == 1 and cyrillic not in "аәоөұүыіеэийуъь"
}
KAZAKH_ARABIC: Final = frozenset(_CONSONANTS) | frozenset(_VOWELS) | frozenset("ەيۋ")

_AFTER_EVERY_STEM: Final = re.compile("[مبپ]ەن|[ندت]ىكى")

# What Cyrillic writes in one letter, after vowels were chosen; and нікі, which is never back.
_JOINED: Final = (
    (re.compile("(?<=[аәоөұүыіеэу])йа|^йа"), "я"),
    (re.compile("(?<=[аәоөұүыіеэу])йу|^йу"), "ю"),
    (re.compile("иа"), "ия"),
    (re.compile("иу"), "ию"),
    (re.compile("(?<=[ндт])ыкі"), "ікі"),
)
# Most words have none of it.
_MAY_JOIN: Final = re.compile("[йи][ау]|ыкі")

# Far more than a language has; words of nothing but endings are made up.
_CACHED_ENDINGS: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class Reading:
    """A word read by rule, and whether the rules left no choice."""

    text: str
    sure: bool


def is_front(cyrillic: str) -> bool | None:
    """Whether the endings of a Cyrillic stem are front; None if no vowel of it tells."""
    for letter in reversed(cyrillic.lower()):
        if letter in "әөүіеэ":
            return True
        if letter in "аоұыяё":
            return False
    return None


@lru_cache(_CACHED_ENDINGS)
def are_front(endings: str) -> bool | None:
    """Whether Arabic letters of endings are front by themselves; None if none of them tells."""
    # мен and нікі are the same after every stem.
    telling = _AFTER_EVERY_STEM.sub("", endings)
    if not BACK_SIGNS.isdisjoint(telling) or "ا" in telling:
        return False
    return None if FRONT_SIGNS.isdisjoint(telling) else True


def read_endings(letters: str, stem: str) -> str:
    """Read the Arabic letters of endings after a Cyrillic stem; joins nothing to the stem."""
    front = are_front(letters)
    if front is None:
        front = is_front(stem)
    if front is None:
        front = not frozenset("кг").isdisjoint(stem)
    return _read_endings(letters, stem[-1:], front)


@lru_cache(_CACHED_ENDINGS)
def _read_endings(letters: str, before: str, front: bool) -> str:
    """Read endings after a letter. There are few of them, and they come with every other word."""
    read = [before]
    for at, letter in enumerate(letters):
        if letter in _VOWELS:
            beside_k = letters[at - 1 : at] == "ك"
            read.append(_VOWELS[letter][front or beside_k])
        elif letter == "ي":
            read.append("й" if read[-1] in "аәоөұүыіеэяёю" else "и")
        else:
            read.append({"ە": "е", "ۋ": "у"}.get(letter) or _CONSONANTS[letter])
    return "".join(read[1:])


def join(cyrillic: str) -> str:
    """Write what Cyrillic writes otherwise where an ending meets its stem: й and а as я."""
    if _MAY_JOIN.search(cyrillic):
        for apart, joined in _JOINED:
            cyrillic = apart.sub(joined, cyrillic)
    return cyrillic


def read(letters: str, hamza: bool, first_front: bool | None = None) -> Reading:
    """Read a word that no dictionary knows; ``first_front`` overrules the choice of its vowel."""
    has_front = not FRONT_SIGNS.isdisjoint(letters)
    has_back = not BACK_SIGNS.isdisjoint(letters)
    is_loan = bool(_LOAN_SIGNS.search(letters))
    front = hamza or (has_front and not is_loan and not has_back)
    sure = not is_loan and not ({"ا", "و", "ق", "ع"} & set(letters) and has_front)
    written: list[str] = []
    now: bool | None = None
    for at, letter in enumerate(letters):
        before, after = letters[at - 1 : at], letters[at + 1 : at + 2]
        if letter in _VOWELS:
            if now is None:
                chosen = _first(letter, letters[at + 1 :], front, before + after, hamza)
                if first_front is not None:
                    chosen = first_front
            else:
                chosen = _later(letter, now, before + after)
                sure = sure and not (letter in "او" and now)
            now = chosen
            written.append(_VOWELS[letter][chosen])
        elif letter == "ە":
            now = now if hamza and now is None else True
            written.append("е")
        elif letter == "ي":
            glide, certain = _glide(before, after, letters[at - 2 : at - 1] if at > 1 else "")
            sure = sure and certain
            written.append(glide)
        elif letter == "ۋ":
            written.append("у")
        elif letter == "ج" and before == "د":
            written.append("ъж")
        else:
            written.append(_CONSONANTS[letter])
    text = join("".join(written))
    # Before и and я it is a loan's ц.
    return Reading(text.replace("тси", "ци"), sure and "шш" not in text)


def read_letters(letters: str, hamza: bool) -> str:
    """Read letter by letter, so that Arabic spelling gives the same letters again, always."""
    plain = {"ە": "е", "ۋ": "у", "ي": "й"}
    text = "".join(
        _VOWELS[letter][hamza] if letter in _VOWELS else plain.get(letter) or _CONSONANTS[letter]
        for letter in letters
    )
    return text.replace("дж", "дъж")


def _first(letter: str, rest: str, front: bool, beside: str, hamza: bool) -> bool:
    """Whether the first vowel is front."""
    if hamza:
        return True
    if letter != "ا" and not BACK_SIGNS.isdisjoint(beside):
        return False
    if letter == "ا":
        return front and "ا" not in rest and "و" not in rest
    if letter == "و":
        return front and "و" not in rest
    return front


def _later(letter: str, now: bool, beside: str) -> bool:
    """Whether a vowel after the first is front, ``now`` being whether the one before it is."""
    if letter in "او":
        return False
    if not BACK_SIGNS.isdisjoint(beside):
        return False
    return now or not frozenset("كگ").isdisjoint(beside)


def _glide(before: str, after: str, second_before: str) -> tuple[str, bool]:
    """й or и for ي, and whether its neighbours leave no choice."""
    if before and before in "اوۇىە":
        return "й", True
    if before == "ۋ":
        return ("и" if second_before and second_before in "اوۇىە" else "й"), False
    if not before:
        return ("й", True) if after and after in "اۋو" else ("и", True)
    return "и", not (after and after in "اۋو")
