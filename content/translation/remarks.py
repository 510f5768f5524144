"""What looks wrong in a translation: said to the translator, never a reason to refuse it."""

import re
import unicodedata

from django.utils.translation import gettext as _

# Groups of digits as they are written: 2 000, 2,000 and 2000 are one number.
_NUMBER = re.compile(r"\d(?:[\d.,\u00a0\u202f ]*\d)?")
_SEPARATORS = re.compile(r"[.,\u00a0\u202f ]")
_ADDRESS = re.compile(r"https?://[!-~]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_PLACEHOLDER = re.compile(r"\{\{?\s*\w+\s*\}?\}|%\(\w+\)[sd]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0620-\u06d5]")
_FOREIGN_SCRIPT = {"kk-arab": _CYRILLIC, "kk": _ARABIC}
_LATIN_MARKS = re.compile(r"(?<=[\u0620-\u06d5])[,;?]")


def remarks_on(source: str, translation: str, language: str, limit: int | None = None) -> list[str]:
    """Differences a reader would stumble over. Both texts are plain, without tags."""
    found = []
    for pattern, words in (
        (_NUMBER, _("Numbers of the source that are missing: %(missing)s")),
        (_ADDRESS, _("Addresses of the source that are missing: %(missing)s")),
        (_PLACEHOLDER, _("Placeholders of the source that are missing: %(missing)s")),
    ):
        if missing := _missing(pattern, source, translation):
            found.append(words % {"missing": ", ".join(missing)})
    if _HAN.search(translation):
        found.append(_("There are Chinese characters in the translation."))
    foreign = _FOREIGN_SCRIPT.get(language)
    if foreign and foreign.search(translation):
        found.append(_("There are letters of the other Kazakh script in the translation."))
    if language == "kk-arab" and _LATIN_MARKS.search(translation):
        found.append(_("After Arabic letters write ، ؛ ؟ instead of , ; ?"))
    if limit and len(translation) > limit:
        found.append(
            _("%(length)s characters; the place holds %(limit)s.")
            % {"length": len(translation), "limit": limit}
        )
    return found


def _missing(pattern: re.Pattern[str], source: str, translation: str) -> list[str]:
    there = _found(pattern, translation)
    return [one for one in _found(pattern, source) if one not in there]


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    """Each once, in order; digits of every kind as ASCII ones."""
    if pattern is _NUMBER:
        text = "".join(_ascii_digit(letter) for letter in text)
        return list(dict.fromkeys(_SEPARATORS.sub("", one) for one in pattern.findall(text)))
    return list(dict.fromkeys(pattern.findall(text)))


def _ascii_digit(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)
