"""The disputed points of the Arabic spelling, as settings.

A native reader decides them, not the code: DB65/T 3694-2015, Xinjiang's conversion standard,
was not at hand, and published texts disagree.
"""

from dataclasses import dataclass
from typing import Final

from .tables import HAMZA, HIGH_HAMZA, TSE_SPELLINGS


@dataclass(frozen=True, slots=True)
class Profile:
    """How Cyrillic Kazakh is spelt in Arabic script.

    hamza: U+0621 as in real text, or U+0674 as in the standards.
    hamza_with_uvular: write hamza in front words with қ or ғ (ءبىراق), as Xinjiang prose does.
    tse: the spelling of ц, "تس" or "س".
    exceptions: pairs of a Cyrillic word and its Arabic spelling that no rule gives, on top of
        (and stronger than) ``lexicon.EXCEPTIONS``. Pairs, not a dict, to keep profiles hashable.

    Raises ValueError for any other hamza or tse.
    """

    hamza: str = HAMZA
    hamza_with_uvular: bool = True
    tse: str = TSE_SPELLINGS[0]
    exceptions: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.hamza not in (HAMZA, HIGH_HAMZA):
            raise ValueError(f"hamza must be U+0621 or U+0674, not {self.hamza!r}")
        if self.tse not in TSE_SPELLINGS:
            raise ValueError(f"tse must be one of {TSE_SPELLINGS}, not {self.tse!r}")


DEFAULT: Final = Profile()

# What files, texts and orders name; a profile of your own is settings (docs/operations.md).
PROFILES: Final = {
    "xinjiang": DEFAULT,
    # As the standards write it: a hamza of its own, none beside қ and ғ.
    "standard": Profile(hamza=HIGH_HAMZA, hamza_with_uvular=False),
    "xinjiang-s": Profile(tse=TSE_SPELLINGS[1]),
}
