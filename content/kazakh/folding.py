"""One comparable form for both scripts of Kazakh.

Source: the brief's search rule, "fold both scripts to the Arabic skeleton without hamza on both
the index and the query side". About 1.5 % of dictionary words fall together (ән and ан).
"""

from typing import Final

from .cyrillic_to_arabic import to_arabic
from .profiles import DEFAULT, Profile
from .tables import HAMZA, HAMZA_LETTERS, HIGH_HAMZA, PUNCTUATION

# Tatweel, joiners, direction marks and isolates, soft hyphen, byte order mark: no letters.
_INVISIBLE: Final = (
    "\u0640\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\ufeff"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)

_FOLD: Final = str.maketrans(
    dict.fromkeys(HAMZA + HIGH_HAMZA + _INVISIBLE, "")
    | HAMZA_LETTERS
    | {arabic: ascii_mark for ascii_mark, arabic in PUNCTUATION.items()}
)


def skeleton(text: str, profile: Profile = DEFAULT) -> str:
    """Return Kazakh text of either script in Arabic letters without hamza, for comparison only.

    Both hamza code points and the four letters with a built-in hamza fold; marks , ; ? come out
    in ASCII and invisible characters go. Latin letters keep their case. The profile decides only
    the spelling of ц: use the one the Arabic texts were written with.
    """
    return to_arabic(text, profile).translate(_FOLD)
