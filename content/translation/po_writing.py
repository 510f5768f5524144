"""Translations as PO files, for those who work with a CAT tool."""

import io
import zipfile
from collections.abc import Iterable

import polib
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail_localize.models import StringTranslation, Translation

from content.languages import language_of
from content.translation.segments import Segment, segments_of

# Stock wagtail-localize reads and writes the same name.
ID_HEADER = "X-WagtailLocalize-TranslationID"
TIME_HEADER = "X-Exported-At"
FUZZY = "fuzzy"


def po_of(translation: Translation) -> polib.POFile:
    """Every segment once, in the order of the page, with what there is of a translation.

    The context is the place on the page. Converted and not yet read, and what was translated from
    an earlier Chinese text, is fuzzy; the latter with the earlier text as previous msgid, as
    gettext does it.
    """
    language = language_of(translation.target_locale.language_code)
    po = polib.POFile(wrapwidth=0)
    po.metadata = {
        "Project-Id-Version": " ".join(translation.source.object_repr.split()),
        "PO-Revision-Date": f"{timezone.now():%Y-%m-%d %H:%M%z}",
        "Language": language.babel,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        ID_HEADER: str(translation.uuid),
        TIME_HEADER: timezone.now().isoformat(),
    }
    for segment in segments_of(translation):
        entry = polib.POEntry(
            msgctxt=segment.path,
            msgid=segment.source,
            comment=_comment(segment, language.code),
        )
        _fill(entry, segment.translation, segment.earlier)
        po.append(entry)
    return po


def _comment(segment: Segment, language: str) -> str:
    terms = [
        _("Term: %(zh)s = %(agreed)s") % {"zh": term.zh, "agreed": agreed}
        for term in segment.terms
        if (agreed := term.translation(language))
    ]
    return "\n".join(dict.fromkeys([segment.place.name, *terms]))


def _fill(
    entry: polib.POEntry, now: StringTranslation | None, before: StringTranslation | None
) -> None:
    if now is not None:
        entry.msgstr = now.data
        if now.has_error or now.translation_type == StringTranslation.TRANSLATION_TYPE_MACHINE:
            entry.flags.append(FUZZY)
    elif before is not None:
        entry.msgstr = before.data
        entry.previous_msgctxt = entry.msgctxt
        entry.previous_msgid = before.translation_of.data
        entry.flags.append(FUZZY)


def file_name(code: str, language: str) -> str:
    """Codes are ASCII letters, digits and a few signs."""
    return f"{code}.{language}.po"


def zip_of(files: Iterable[tuple[str, polib.POFile]]) -> bytes:
    """One archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, po in files:
            archive.writestr(name, text_of(po))
    return out.getvalue()


def text_of(po: polib.POFile) -> bytes:
    return f"{po}\n".encode()
