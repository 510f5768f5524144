"""What each entry of a PO file would do, weighed against the translation as it stands now."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

import polib
from django.db.models import TextChoices
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail_localize.models import StringTranslation, Translation

from content.languages import language_of
from content.translation import markup, sibling
from content.translation.po_reading import PoText, UnreadablePo
from content.translation.po_writing import FUZZY, ID_HEADER, TIME_HEADER
from content.translation.remarks import remarks_on
from content.translation.rights import locales_of
from content.translation.segments import Segment, segments_of


class Verdict(TextChoices):
    """What becomes of an entry."""

    CONFLICT = "conflict", gettext_lazy("Edited here since the export")
    NEW = "new", gettext_lazy("New translation")
    CHANGED = "changed", gettext_lazy("Changed translation")
    CONFIRMED = "confirmed", gettext_lazy("Converted text confirmed")
    BROKEN = "broken", gettext_lazy("Broken marks: not imported")
    TOO_LONG = "too_long", gettext_lazy("Too long for its place: not imported")
    UNKNOWN = "unknown", gettext_lazy("No such Chinese text any more: not imported")
    MISPLACED = "misplaced", gettext_lazy("Not at this place: not imported")
    TWICE = "twice", gettext_lazy("Stands in the file twice: not imported")
    FUZZY = "fuzzy", gettext_lazy("Marked fuzzy: not imported")
    EMPTY = "empty", gettext_lazy("Empty: not imported")
    UNCHANGED = "unchanged", gettext_lazy("As it is already")


IMPORTED = frozenset({Verdict.NEW, Verdict.CHANGED, Verdict.CONFIRMED})


@dataclass(slots=True)
class Entry:
    """An entry and its verdict, in a shape that is kept as JSON.

    `before` is the translation that stands there: what `snapshot` says, or None.
    """

    file: str
    line: int
    translation: int
    place: str
    source: str
    text: str
    verdict: str
    remarks: list[str] = field(default_factory=list)
    string: int | None = None
    context: int | None = None
    before: dict | None = None

    def as_json(self) -> dict:
        return asdict(self)


def snapshot(row: StringTranslation | None) -> dict | None:
    """What a translation says, by which a later edit is noticed."""
    if row is None:
        return None
    return {
        "data": row.data,
        "type": row.translation_type,
        "tool": row.tool_name,
        "by": row.last_translated_by_id,
        "error": row.has_error,
        "field_error": row.field_error,
    }


def check(files: Iterable[PoText], user, only: Translation | None = None) -> list[Entry]:
    """The verdict on every entry of these files.

    `only`: the translation that they have to belong to. Raises UnreadablePo for a file of another
    translation, of one that is not there, or of a language that is not the user's.
    """
    own = {locale.pk for locale in locales_of(user)}
    entries: list[Entry] = []
    seen: dict[int, str] = {}
    for file in files:
        translation = _translation_of(file, own, only)
        if translation.pk in seen:
            said = _("%(name)s and %(other)s are of the same translation: send one of them.")
            raise UnreadablePo(said % {"name": file.name, "other": seen[translation.pk]})
        seen[translation.pk] = file.name
        entries += _Checker(file, translation).entries()
    return entries


def _translation_of(file: PoText, own: set[int], only: Translation | None) -> Translation:
    told = file.po.metadata.get(ID_HEADER, "").strip()
    if not told:
        said = _("%(name)s does not say which translation it is of (header %(header)s).")
        raise UnreadablePo(said % {"name": file.name, "header": ID_HEADER})
    try:
        rows = Translation.objects.filter(uuid=UUID(told), enabled=True)
    except ValueError:
        rows = Translation.objects.none()
    found = rows.select_related("source__specific_content_type", "target_locale").first()
    if found is None or found.target_locale_id not in own:
        said = _("%(name)s is of a translation that is not here, or not in your languages: %(id)s")
        raise UnreadablePo(said % {"name": file.name, "id": told[:60]})
    if only and found.pk != only.pk:
        said = _("%(name)s is of another translation: “%(title)s”, %(language)s.") % {
            "name": file.name,
            "title": found.source.object_repr,
            "language": language_of(found.target_locale.language_code).name,
        }
        raise UnreadablePo(said)
    return found


class _Checker:
    """One file against its translation."""

    def __init__(self, file: PoText, translation: Translation) -> None:
        self.file = file
        self.translation = translation
        segments = segments_of(translation)
        self.segments = {(one.path, one.source): one for one in segments}
        self.texts = {one.source for one in segments}
        self.exported_at = _time(file.po.metadata.get(TIME_HEADER, ""))

    def entries(self) -> list[Entry]:
        seen: set[tuple] = set()
        found = []
        for entry in self.file.po:
            if entry.obsolete:
                continue
            one = self._entry(entry)
            if (key := (entry.msgctxt, entry.msgid)) in seen:
                one.verdict = Verdict.TWICE
            seen.add(key)
            found.append(one)
        return found

    def _entry(self, entry: polib.POEntry) -> Entry:
        one = Entry(
            file=self.file.name,
            line=entry.linenum or 0,
            translation=self.translation.pk,
            place=entry.msgctxt or "",
            source=entry.msgid,
            text=entry.msgstr,
            verdict=Verdict.UNKNOWN,
        )
        segment = self.segments.get((entry.msgctxt, entry.msgid))
        if segment is None:
            if entry.msgid in self.texts:
                one.verdict = Verdict.MISPLACED
            return one
        one.place = segment.place.name
        one.string, one.context = segment.string_id, segment.context_id
        one.before = snapshot(segment.translation)
        one.verdict = self._verdict(entry, segment, one)
        return one

    def _verdict(self, entry: polib.POEntry, segment: Segment, one: Entry) -> Verdict:
        row = segment.translation
        is_empty = not entry.msgstr.strip()
        broken = [] if is_empty else markup.problems(entry.msgid, entry.msgstr)
        one.remarks = broken or ([] if is_empty else self._remarks(entry))
        is_long = not sibling.fits(segment.path, entry.msgstr)
        if is_long:
            said = _("%(length)s characters are too many: the place holds %(limit)s")
            told = {"length": len(entry.msgstr), "limit": sibling.TITLE_LENGTH}
            one.remarks.insert(0, said % told)
        is_same = row is not None and row.data == entry.msgstr
        is_good = row is not None and not row.has_error and row.translation_type == "manual"
        is_newer = row is not None and (
            self.exported_at is None or row.updated_at > self.exported_at
        )
        steps = (
            (is_empty, Verdict.EMPTY),
            (FUZZY in entry.flags, Verdict.FUZZY),
            (is_same and is_good, Verdict.UNCHANGED),
            (is_long, Verdict.TOO_LONG),
            (bool(broken), Verdict.BROKEN),
            (row is None, Verdict.NEW),
            (is_same, Verdict.CONFIRMED),
            (is_newer, Verdict.CONFLICT),
        )
        return next((verdict for is_so, verdict in steps if is_so), Verdict.CHANGED)

    def _remarks(self, entry: polib.POEntry) -> list[str]:
        plain = (markup.to_box(data, is_rich=False) for data in (entry.msgid, entry.msgstr))
        return remarks_on(*plain, self.translation.target_locale.language_code)


def _time(text: str) -> datetime | None:
    """When the file was exported; None where it does not say: then every edit may be newer."""
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        return None
    return found if found and found.tzinfo else None
