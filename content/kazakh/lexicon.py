"""Words whose Arabic spelling no rule gives.

Whole words in lower-case Cyrillic, so an inflected form that differs from the rules needs its
own row. Hamza is written U+0621 here whatever the profile says: it is exchanged on output.
Editors add theirs through ``Profile.exceptions``.
"""

from typing import Final

EXCEPTIONS: Final[dict[str, str]] = {
    # и alone does not tell front from back: ит (dog) is front.
    "ит": "ءيت",
}
