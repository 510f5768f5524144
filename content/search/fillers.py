"""Words that make a question and say nothing of its subject."""

import re
from typing import Final

from content.search.words import comparable

_CHINESE: Final = (
    "怎么办 怎么样 怎么 怎样 为什么 什么 如何 是不是 能不能 可不可以 有没有 要不要 会不会 可以 "
    "请问 多少 哪里 哪儿 哪个 哪些 谁 吗 呢 吧 啊 呀 了 的 地 得 着 我的 我 你 您 他 她 有人 别人 "
    "应该 需要 还能 还 能 会 被 把 让 给 是 在 和 与 就 都 也 要 想 这 那 个"
)
_KAZAKH: Final = (
    "қалай не неге қандай қайда қашан қанша кім керек бола ма ме ба бе па пе да де та те мен бен "
    "пен және үшін туралы деген деп деді егер болса бар жоқ маған менің сіз сен біз бұл осы ол еді "
    "екен істеу істеймін болады"
)
_ONLY_FILLING: Final = re.compile("|".join(sorted(_CHINESE.split(), key=len, reverse=True)))
_FILLING_WORDS: Final = frozenset(map(comparable, _KAZAKH.split()))


def content_runs(run: str) -> list[str]:
    """What is left of a run of Han characters between its fillers, two characters or more."""
    return [rest for rest in _ONLY_FILLING.split(run) if len(rest) > 1]


def is_filler(word: str) -> bool:
    """Whether a word, in its comparable spelling, only makes the sentence."""
    return word in _FILLING_WORDS
