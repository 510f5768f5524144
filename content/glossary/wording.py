"""The words of a term: in order, in the right script, filled from one another, comparable."""

import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _

from content.kazakh import Profile, Script, convert, skeleton

_SPACES = re.compile(r"\s+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
# Full-width ASCII and its space, and capitals: one character for one, so that places stay.
_ALIKE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_ALIKE |= {ord(letter): ord(letter.lower()) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_ALIKE |= {code: code - 0xFEE0 + 32 for code in range(0xFF21, 0xFF3B)}

LISTS = ("synonyms", "not_within", "variants")
ONE_LINE = ("zh", "kk_arab", "kk", "source")
# No one-line list of wordings gets longer in earnest.
MOST_LINES = 20


def profile() -> Profile:
    """How this installation spells Kazakh; asked for late, since models ask us."""
    from content.translation import spelling

    return spelling.profile()


def lines(text: str) -> list[str]:
    """The entries of a list kept one a line."""
    return [line for line in text.split("\n") if line]


def alike(text: str) -> str:
    """The text with full-width letters as half-width and capitals as small, as long as before."""
    return text.translate(_ALIKE)


def tidy_line(text: str) -> str:
    """One line without stray spaces, composed as NFC (never NFKC: it breaks Kazakh hamza)."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def tidy_list(text: str) -> str:
    """One entry a line, each once, without stray spaces."""
    return "\n".join(dict.fromkeys(filter(None, map(tidy_line, text.splitlines()))))


def tidy(term) -> None:
    """Bring a term's fields in order, in place."""
    for name in ONE_LINE:
        setattr(term, name, tidy_line(getattr(term, name)))
    for name in LISTS:
        setattr(term, name, tidy_list(getattr(term, name)))
    term.synonyms = "\n".join(line for line in lines(term.synonyms) if line != term.zh)
    term.notes = unicodedata.normalize("NFC", term.notes).strip()


def fill(term) -> None:
    """Make an empty Kazakh script from the other one.

    Arabic from Cyrillic is safe; Cyrillic from Arabic is a draft and marked as unread.
    """
    if term.kk and not term.kk_arab:
        term.kk_arab = convert(term.kk, Script.ARAB, profile()).text
    elif term.kk_arab and not term.kk:
        made = convert(term.kk_arab, Script.CYRL, profile()).text
        if not _ARABIC.search(made):
            term.kk, term.kk_unread = made, True
    if not term.kk:
        term.kk_unread = False


def follows(kk_arab: str, kk: str) -> bool:
    """Whether the Arabic script is what the converter makes of the Cyrillic: nobody's own."""
    return bool(kk) and kk_arab == convert(kk, Script.ARAB, profile()).text


def problems(term) -> dict[str, list[str]]:
    """What is wrong with a term's words, by field."""
    found: dict[str, list[str]] = {}
    for field, message in (*_chinese_problems(term), *_kazakh_problems(term)):
        found.setdefault(field, []).append(message)
    for name in LISTS:
        if len(lines(getattr(term, name))) > MOST_LINES:
            found.setdefault(name, []).append(_("At most %(most)d lines.") % {"most": MOST_LINES})
    return found


def _chinese_problems(term) -> Iterator[tuple[str, str]]:
    synonyms = lines(term.synonyms)
    if term.zh and not _HAN.search(term.zh):
        yield "zh", _("There is no Chinese character in it.")
    for line in synonyms:
        if not _HAN.search(line):
            yield "synonyms", _("“%(word)s” has no Chinese character.") % {"word": line}
    for line in lines(term.not_within):
        if not any(word != line and word in line for word in (term.zh, *synonyms)):
            yield "not_within", _("“%(word)s” does not hold the term.") % {"word": line}


def _kazakh_problems(term) -> Iterator[tuple[str, str]]:
    if _CYRILLIC.search(term.kk_arab) or _HAN.search(term.kk_arab):
        yield "kk_arab", _("This is not the Arabic script.")
    if _ARABIC.search(term.kk) or _HAN.search(term.kk):
        yield "kk", _("This is not Cyrillic.")
    for line in lines(term.variants):
        if not (_CYRILLIC.search(line) or _ARABIC.search(line)):
            yield "variants", _("“%(word)s” is not Kazakh.") % {"word": line}


def taken(word: str, term: str) -> str:
    """The message that a wording belongs to another term already."""
    return _("“%(word)s” stands already, at the term “%(term)s”.") % {"word": word, "term": term}


def is_arabic(text: str) -> bool:
    """Whether a Kazakh wording is in Arabic script."""
    return bool(_ARABIC.search(text)) and not _CYRILLIC.search(text)


def folded(text: str) -> str:
    """Any wording in the form that search compares: Kazakh as its skeleton, letters alike."""
    return alike(skeleton(alike(tidy_line(text)), profile())).lower()


def folded_term(term) -> str:
    """All wordings of a term, one a line, folded."""
    words = [*lines(f"{term.zh}\n{term.synonyms}"), term.kk_arab, term.kk, *lines(term.variants)]
    return "\n".join(dict.fromkeys(filter(None, map(folded, words))))


def same_kazakh(one: str, other: str) -> bool:
    """Whether two Kazakh wordings, of whichever scripts, read the same."""
    return folded(one) == folded(other)
