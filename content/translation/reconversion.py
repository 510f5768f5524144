"""Bringing texts that were converted earlier in line with a changed entry of the lexicon.

A text is touched where the other Kazakh version of the same segment holds the entry's word. Only
such words are exchanged: what a person wrote around them stays.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from wagtail_localize.models import StringTranslation

from content.kazakh import Profile, Script, convert, tokens
from content.kazakh.tables import HAMZA, HIGH_HAMZA
from content.languages import LANGUAGES
from content.models import SpellingException
from content.translation.comparing import Compared, Part
from content.translation.spelling import profile

TOOL = "kazakh-script"
# The version that is converted, and the one that it is converted from.
_SOURCES = {"kk-arab": "kk", "kk": "kk-arab"}
_SCRIPTS = {"kk-arab": Script.ARAB, "kk": Script.CYRL}
_WORDS = {Script.ARAB: tokens.ARABIC_TOKEN, Script.CYRL: tokens.TOKEN}

PAGE = 25
# Texts read for one page of changes: most that hold the letters of a short word do not change.
SCANNED = 500
# Digits of a key that every database takes for a number of a row.
_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Change:
    """A text as it stands and as it would be; parts for display."""

    row: StringTranslation
    new: str
    parts: Compared

    @property
    def key(self) -> str:
        """Names the row and the text that the person saw."""
        return f"{self.row.pk}-{_digest(self.row.data)}"

    @property
    def tag(self) -> str:
        """The language for HTML."""
        return LANGUAGES[self.row.locale.language_code].tag

    @property
    def direction(self) -> str:
        return LANGUAGES[self.row.locale.language_code].direction

    @property
    def is_confirmed(self) -> bool:
        return self.row.translation_type == StringTranslation.TRANSLATION_TYPE_MANUAL


@dataclass(frozen=True)
class Found:
    """Changes in the order of the rows; ``next_after`` continues, None at the end."""

    changes: list[Change]
    next_after: int | None


def touched(entry: SpellingException, *, confirmed: bool = False) -> QuerySet[StringTranslation]:
    """Converted texts whose other Kazakh version holds the entry's word, by their keys.

    ``confirmed``: also those that a person has read and confirmed, or written.
    """
    other = StringTranslation.objects.filter(
        translation_of=OuterRef("translation_of"), context=OuterRef("context"), has_error=False
    )
    cyrillic = {entry.lower, entry.lower.capitalize(), entry.lower.upper()}
    arabic = {entry.arabic, entry.arabic.replace(HAMZA, HIGH_HAMZA)}
    found = Q()
    for language, words in (("kk-arab", cyrillic), ("kk", arabic)):
        holds = Q()
        for word in words:
            holds |= Q(data__contains=word)
        source = other.filter(locale__language_code=_SOURCES[language])
        found |= Q(locale__language_code=language) & Exists(source.filter(holds))
    rows = StringTranslation.objects.filter(found)
    if not confirmed:
        rows = rows.filter(translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE)
        rows = rows.filter(tool_name=TOOL)
    sources = {
        code: Subquery(other.filter(locale__language_code=source).values("data")[:1])
        for code, source in _SOURCES.items()
    }
    return (
        rows.annotate(from_cyrillic=sources["kk-arab"], from_arabic=sources["kk"])
        .select_related("locale", "context", "translation_of")
        .order_by("pk")
    )


def changes(
    entry: SpellingException, *, confirmed: bool = False, after: int = 0, size: int = PAGE
) -> Found:
    """The next texts that the entry changes; reads at most ``SCANNED`` of them in one query."""
    found: list[Change] = []
    profiles = profile(), profile(without=entry)
    rows = list(touched(entry, confirmed=confirmed).filter(pk__gt=after)[: SCANNED + 1])
    for row in rows[:SCANNED]:
        if len(found) == size:
            return Found(found, found[-1].row.pk)
        if change := _change(row, entry, profiles):
            found.append(change)
    return Found(found, rows[SCANNED - 1].pk if len(rows) > SCANNED else None)


@transaction.atomic
def apply(entry: SpellingException, keys: Iterable[str]) -> tuple[int, int]:
    """Take the changes named by their keys; how many were taken, and how many were not.

    Not taken is what somebody changed since the person saw it, or what no longer changes. A taken
    one is "converted, not yet read", also where it had been confirmed.
    """
    wanted = {}
    for key in keys:
        number, _, digest = key.partition("-")
        if number.isdecimal() and len(number) <= _LONGEST_NUMBER:
            wanted[int(number)] = digest
    locked = StringTranslation.objects.select_for_update().filter(pk__in=wanted)
    as_it_stands = dict(locked.values_list("pk", "data"))
    profiles = profile(), profile(without=entry)
    taken = 0
    for row in touched(entry, confirmed=True).filter(pk__in=as_it_stands):
        change = _change(row, entry, profiles)
        if change is None or _digest(as_it_stands[row.pk]) != wanted[row.pk]:
            continue
        row.data = change.new
        row.translation_type = StringTranslation.TRANSLATION_TYPE_MACHINE
        row.tool_name = TOOL
        row.last_translated_by = None
        row.has_error, row.field_error = False, ""
        row.save()
        taken += 1
    return taken, len(wanted) - taken


def _change(
    row: StringTranslation, entry: SpellingException, profiles: tuple[Profile, Profile]
) -> Change | None:
    """What the entry changes in this text, by the profile now and that without the entry.

    Where a person has added or left out words, they no longer stand side by side: then only the
    spelling that the rules had given is exchanged.
    """
    code = row.locale.language_code
    source = row.from_cyrillic if code == "kk-arab" else row.from_arabic
    script = _SCRIPTS[code]
    new, old = (convert(source or "", script, one).words for one in profiles)
    standing = [m for m in _WORDS[script].finditer(row.data) if m.lastindex == tokens.WORD]
    word = entry.lower if script == Script.ARAB else entry.arabic.replace(HAMZA, "")
    if len(standing) == len(new):
        pairs = zip(standing, new, strict=True)
        exchanged = {m.start(): w.text for m, w in pairs if word in w.source.lower()}
    else:
        spelt = {
            before.text: after.text
            for before, after in zip(old, new, strict=False)
            if before.source == after.source and word in after.source.lower()
        }
        exchanged = {m.start(): spelt[m[0]] for m in standing if m[0] in spelt}
    return _exchange(row, standing, exchanged)


def _exchange(row: StringTranslation, standing: list, exchanged: dict[int, str]) -> Change | None:
    before, after, at = [], [], 0
    for match in standing:
        text = exchanged.get(match.start(), match[0])
        if text == match[0]:
            continue
        between = Part(row.data[at : match.start()])
        before += [between, Part(match[0], is_changed=True)]
        after += [between, Part(text, is_changed=True)]
        at = match.end()
    if not before:
        return None
    rest = Part(row.data[at:])
    parts = Compared((*before, rest), (*after, rest))
    return Change(row, "".join(part.text for part in parts.after), parts)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
