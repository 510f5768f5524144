"""Two states of a text side by side: what they share, and what only one of them has."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

# Chinese by the character, all else by the word.
_STEP = re.compile(r"[^\W\u3400-\u9fff]+|\s+|.", re.DOTALL)
# Comparing costs length by length: two texts longer than this together are shown whole.
MOST_COMPARED = 6000


class Part(NamedTuple):
    """A run of text: the same in both, or only in one of them."""

    text: str
    is_changed: bool = False


class Compared(NamedTuple):
    """Both texts as runs, in order; joined, the runs are the text again."""

    before: tuple[Part, ...] = ()
    after: tuple[Part, ...] = ()


def compare(before: str, after: str) -> Compared:
    """Cut both texts into what is the same and what is not."""
    if len(before) + len(after) > MOST_COMPARED:
        return Compared((Part(before),), (Part(after),))
    old, new = _STEP.findall(before), _STEP.findall(after)
    gone, come = [], []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        is_changed = kind != "equal"
        if a < b:
            gone.append(Part("".join(old[a:b]), is_changed))
        if c < d:
            come.append(Part("".join(new[c:d]), is_changed))
    return Compared(tuple(gone), tuple(come))
