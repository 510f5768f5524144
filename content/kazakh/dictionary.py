"""Known Kazakh words by their Arabic letters, read on first use and kept for the process.

The words come from hunspell-kk; see ``data/LICENCE.txt``. Reading takes about half a second.
"""

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Final

from .lexicon import NAMES, WORDS
from .tables import KAZAKH_CYRILLIC

_WORDS: Final = Path(__file__).with_name("data") / "words.txt.gz"


def words() -> list[str]:
    """The words in Cyrillic; with a capital are those that are only known as names."""
    with gzip.open(_WORDS, "rt", encoding="utf-8") as file:
        return file.read().splitlines()


@lru_cache(4)
def by_letters(tse: str) -> dict[str, str]:
    """Arabic letters without hamza -> the Cyrillic words spelt so, apart by blanks.

    Our own names replace a common word of the same letters.
    """
    return index_of([*words(), *WORDS, *NAMES], tse)


def index_of(cyrillic: list[str], tse: str) -> dict[str, str]:
    """As ``by_letters``, of the words given; a name comes after the common words."""
    from .cyrillic_to_arabic import letters_of

    names = {name.lower() for name in NAMES}
    found: dict[str, str] = {}
    for word in cyrillic:
        plain = word.lower()
        if (word == plain and plain in names) or not KAZAKH_CYRILLIC.issuperset(plain):
            continue
        letters = letters_of(plain, tse)
        known = found.get(letters)
        if known is None:
            found[letters] = word
        elif word not in known.split():
            # Sorting has brought the capitals first: a name is rarer than the word.
            is_name = known[0].isupper()
            found[letters] = f"{word} {known}" if is_name else f"{known} {word}"
    return found
