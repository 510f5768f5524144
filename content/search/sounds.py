"""How Chinese is typed by its sound: 退保 as tuibao, and by first letters as tb."""

import re
from typing import Final

from content.search.folding import HAN_RANGES, fold

_RUN: Final = re.compile(rf"[{HAN_RANGES}]+")
# How many characters on a typed sound may reach.
REACH: Final = 8
_LATIN: Final = re.compile(r"[a-z]+")


def syllables(text: str) -> list[tuple[int, str]]:
    """Place and syllable of every Han character that has one, in order."""
    # Its table of phrases is large, and most processes ask for no sound.
    from pypinyin import lazy_pinyin

    found = []
    # By the whole run, so that 银行 is yinhang; a character without a reading comes back itself.
    for run in _RUN.finditer(fold(text)):
        sounds = lazy_pinyin(run[0], errors=list)
        places = range(run.start(), run.end())
        for place, sound in zip(places, sounds, strict=False):
            if _LATIN.fullmatch(sound):
                found.append((place, sound))
    return found


def sound_of(text: str) -> str:
    """The syllables in one: 退保 gives tuibao."""
    return "".join(sound for _place, sound in syllables(text))


def typed_forms(text: str) -> list[str]:
    """What may be typed to find the text from any of its characters on, in full and by initials.

    A search for the beginning of one of these finds any run of syllables, the last one unfinished.
    """
    sounds = [sound for _place, sound in syllables(text)]
    full = ["".join(sounds[n : n + REACH]) for n in range(len(sounds))]
    initials = ["".join(s[0] for s in sounds[n : n + REACH]) for n in range(len(sounds) - 1)]
    return list(dict.fromkeys(full + initials))
