"""Terms out of a TBX file, ours or from elsewhere.

TBX 2 (martif, termEntry, langSet, tig or ntig) and TBX 3 (tbx, conceptEntry, langSec, termSec), in
either style: a category is the attribute `type`, or the name of the element. What has no place
here is counted and left out. A DOCTYPE may stand there, as it does in most TBX 2 files; it is never
looked up, and one that declares entities is refused.
"""

import io
from collections import Counter
from collections.abc import Iterator

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from content.glossary import wording
from content.glossary.rows import MOST_ROWS, TermFile, TermRow, UnreadableFileError, choice_of
from content.models import GlossaryTerm

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ROOTS = {"martif", "tbx"}
_ENTRIES = {"termEntry", "conceptEntry"}
_LANGUAGES = {"langSet", "langSec"}
_TERMS = {"tig", "ntig", "termSec"}
# What holds other things and says nothing itself.
_FRAMES = {"descripGrp", "adminGrp", "termNoteGrp", "termGrp", "transacGrp"} | _LANGUAGES | _TERMS
_NOTES = {"note", "definition", "explanation"}
_UNWANTED = ("deprecated", "superseded")
# No entry in earnest is deeper or larger.
_MOST_DEEP = 30
_MOST_ELEMENTS = 200_000
_MOST_IN_ENTRY = 2_000


def read(data: bytes) -> TermFile:
    """The entries of a TBX file that have a Chinese term, each a row.

    Raises UnreadableFileError, which names the line where the XML is wrong.
    """
    skipped: Counter[str] = Counter()
    rows: list[TermRow] = []
    for number, entry in enumerate(_entries(data), start=1):
        if number > MOST_ROWS:
            raise UnreadableFileError(
                _("More than %(most)d rows: split the file.") % {"most": MOST_ROWS}
            )
        rows.append(_Entry(number, entry, skipped).row())
    if not rows:
        raise UnreadableFileError(_("There is no term entry in this file."))
    return TermFile(rows, dict(skipped.most_common(30)))


def _entries(data: bytes) -> Iterator:
    try:
        yield from _walk(data)
    except ElementTree.ParseError as error:
        raise UnreadableFileError(
            _("Line %(line)d is no well-formed XML: %(error)s.")
            % {"line": error.position[0], "error": error.msg}
        ) from error
    except DefusedXmlException as error:
        raise UnreadableFileError(
            _("The file declares entities, which are not taken. Take the declaration out.")
        ) from error
    except (LookupError, ValueError) as error:
        raise UnreadableFileError(_("The encoding of this XML is not known here.")) from error


def _walk(data: bytes) -> Iterator:
    events = ElementTree.iterparse(io.BytesIO(data), ("start", "end"))
    depth = elements = began_at = 0
    for event, element in events:
        name = _name(element)
        if event == "end":
            depth -= 1
            if name in _ENTRIES:
                yield element
                element.clear()
            continue
        depth, elements = depth + 1, elements + 1
        if depth == 1 and name not in _ROOTS:
            raise UnreadableFileError(_("This is no TBX file: it begins with “%s”.") % name[:40])
        if name in _ENTRIES:
            began_at = elements
        if depth > _MOST_DEEP or elements > _MOST_ELEMENTS or elements - began_at > _MOST_IN_ENTRY:
            raise UnreadableFileError(_("There is more in this file than a glossary can hold."))


def _name(element) -> str:
    return element.tag.rpartition("}")[2]


def _category(element) -> str:
    return element.get("type") or _name(element)


def _text(element) -> str:
    return wording.tidy_line("".join(element.itertext()))


class _Entry:
    """One entry, read into a row."""

    def __init__(self, number: int, entry, skipped: Counter) -> None:
        self._entry = entry
        self._row = TermRow(number, {}, adds=True)
        self._skipped = skipped
        # Wordings in their order, preferred ones first.
        self._words: dict[str, list[tuple[int, str]]] = {"zh": [], "kk_arab": [], "kk": []}
        self._notes: list[str] = []

    def row(self) -> TermRow:
        for part in self._entry:
            if _name(part) in _LANGUAGES:
                self._language(part)
            else:
                self._about(part)
        words = {
            name: list(dict.fromkeys(word for _rank, word in sorted(found, key=lambda one: one[0])))
            for name, found in self._words.items()
        }
        values = {
            **{name: found[0] for name, found in words.items() if found},
            "synonyms": "\n".join(words["zh"][1:]),
            "variants": "\n".join(words["kk"][1:] + words["kk_arab"][1:]),
            "notes": "\n".join(dict.fromkeys(self._notes)),
        }
        self._row.values |= {name: value for name, value in values.items() if value}
        return self._row

    def _language(self, section) -> None:
        language = section.get(_XML_LANG) or section.get("lang") or ""
        kind = _kind_of(language)
        if kind is None:
            self._skipped[language or "xml:lang"] += 1
            return
        for part in section:
            if _name(part) in _TERMS:
                self._term(part, kind)
            else:
                self._about(part)

    def _term(self, group, kind: str) -> None:
        words, rank = [], 1
        for part in group.iter():
            name, category = _name(part), _category(part)
            if name == "term":
                words.append(_text(part))
            elif category == "administrativeStatus":
                status = _text(part)
                rank = 0 if status.startswith("preferred") else rank
                if status.startswith(_UNWANTED):
                    self._skipped[status] += 1
                    return
            elif name not in _FRAMES:
                self._about(part)
        for word in filter(None, words):
            script = ("kk_arab" if wording.is_arabic(word) else "kk") if kind == "kk" else kind
            self._words[script].append((rank, word))

    def _about(self, part) -> None:
        category, name = _category(part), _name(part)
        if name in _FRAMES:
            for below in part:
                self._about(below)
        elif category in _NOTES:
            self._notes.append(_text(part))
        elif category == "source":
            self._row.values.setdefault("source", _text(part))
        elif category == "subjectField" and (
            subject := choice_of(_text(part), GlossaryTerm.Subject)
        ):
            self._row.values["subject"] = subject
        else:
            self._skipped[category] += 1


def _kind_of(language: str) -> str | None:
    """zh, or kk whichever its script: that shows in the words. None: a language not ours."""
    parts = language.lower().replace("_", "-").split("-")
    if parts[0] in {"zh", "zho", "chi", "cmn"} and not {"hant", "tw", "hk", "mo"} & set(parts):
        return "zh"
    return "kk" if parts[0] in {"kk", "kaz"} and "latn" not in parts else None
