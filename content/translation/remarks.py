"""What looks wrong in a translation: said to the translator, never a reason to refuse it."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

# Groups of digits as they are written: 2 000, 2,000 and 2000 are one number.
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")
_SEPARATORS = re.compile(r"[.,\u00a0\u202f ]")
# 3万 is "30 thousand" in Kazakh, or 30 000; 2亿 is "200 million".
_CHINESE_NUMBER = re.compile(rf"({_NUMBER.pattern})\s*([万亿])?")
_WAYS = {"": (1,), "万": (1, 10, 10_000), "亿": (1, 100, 100_000_000)}
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
    if missing := _missing_numbers(source, translation):
        words = _("Numbers of the source that are missing: %(missing)s")
        found.append(words % {"missing": ", ".join(missing)})
    for pattern, words in (
        (_ADDRESS, _("Addresses of the source that are missing: %(missing)s")),
        (_PLACEHOLDER, _("Placeholders of the source that are missing: %(missing)s")),
    ):
        if missing := _missing(pattern, source, translation):
            found.append(words % {"missing": ", ".join(missing)})
    if source.count("**") != translation.count("**"):
        found.append(_("The bold marks ** are not as many as before."))
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


def _missing_numbers(source: str, translation: str) -> list[str]:
    """The numbers as the source writes them, each once, that the translation says in no way."""
    there = {_digits(one) for one in _NUMBER.findall(_with_ascii_digits(translation))}
    missing = {}
    for number, unit in _CHINESE_NUMBER.findall(_with_ascii_digits(source)):
        plain = _digits(number)
        ways = {plain} | {_digits(f"{_value(number) * times:f}") for times in _WAYS[unit]}
        if not ways & there:
            missing[number + unit] = None
    return list(missing)


def _digits(number: str) -> str:
    """What is left without separators, and without zeros behind a decimal point."""
    whole = number.rstrip("0").rstrip(".") if "." in number else number
    return _SEPARATORS.sub("", whole)


def _value(number: str) -> Decimal:
    try:
        return Decimal(re.sub(r"[,\u00a0\u202f ]", "", number))
    except InvalidOperation:
        return Decimal(0)


def _missing(pattern: re.Pattern[str], source: str, translation: str) -> list[str]:
    there = pattern.findall(translation)
    return list(dict.fromkeys(one for one in pattern.findall(source) if one not in there))


def _with_ascii_digits(text: str) -> str:
    return "".join(_ascii_digit(letter) for letter in text)


def _ascii_digit(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)
