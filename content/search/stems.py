"""The part of a Kazakh word that its other forms begin with too.

No stemmer of Kazakh is at hand: endings are taken off from a list, at most four, as long as a stem
is left. It only makes the beginning that is searched for shorter; whole words rank higher anyway.
Words are in the skeleton of content.kazakh (Arabic letters, no hamza).
"""

import re
from collections.abc import Iterator
from typing import Final

_ENDINGS: Final = (
    "لار لەر دار دەر تار تەر "
    "ىم ىڭ ىمىز ىڭىز مىز ڭىز ڭدار ڭدەر سى ى "
    "نىڭ دىڭ تىڭ عا گە قا كە نا نە نى دى تى دا دە تا تە ندا ندە "
    "دان دەن تان تەن نان نەن مەن بەن پەن "
    "داعى دەگى تاعى تەگى نداعى ندەگى م ڭ "
    "عان گەن قان كەن اتىن ەتىن ما مە با بە پا پە سا سە ىپ ۋ ۋى"
)
_LONGEST_FIRST: Final = sorted(_ENDINGS.split(), key=len, reverse=True)
_ENDS: Final = re.compile(f"(?:{'|'.join(_LONGEST_FIRST)})$")
_ARABIC: Final = re.compile("[\u0621-\u06d5]+")
_MOST_ENDINGS: Final = 4
SHORTEST_STEM: Final = 3
# A last consonant that turns soft before an ending: جۇرەك, جۇرەگى.
_TURNS_SOFT: Final = ("ك", "ق", "پ")


def stem(word: str) -> str:
    """The beginning to search for; any word that is no Kazakh comes back as it is."""
    if not _ARABIC.fullmatch(word):
        return word
    for shorter in shorter_forms(word):
        word = shorter
    if len(word) > SHORTEST_STEM + 1 and word.endswith(_TURNS_SOFT):
        word = word[:-1]
    return word


def shorter_forms(word: str) -> Iterator[str]:
    """The word after each ending that comes off; nothing where none does or it is no Kazakh.

    The last is the shortest. What may be the word's own last letter, or the ending's first, is
    shown both ways: بورانداعى comes from بوران, though the ending may be نداعى.
    """
    if not _ARABIC.fullmatch(word):
        return
    for _n in range(_MOST_ENDINGS):
        end = _ENDS.search(word)
        shortest = SHORTEST_STEM + (end is not None and len(end[0]) == 1)
        if end is None or end.start() < shortest:
            break
        if end[0].startswith(("ندا", "ندە")):
            yield word[: end.start() + 1]
        word = word[: end.start()]
        yield word
