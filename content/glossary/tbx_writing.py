"""The glossary as TBX 3 (ISO 30042:2019), dialect TBX-Basic, style DCA.

The translation itself is the preferred term, the other accepted wordings are admitted ones, and of
a term no longer used all are deprecated. Who approved a term is nobody else's business, and no file
can approve one here: the status of ours has no place in it. Nor has what a term does not stand
within.
"""

import io
from collections.abc import Iterable

from django.utils.xmlutils import SimplerXMLGenerator

from content.glossary import wording
from content.models import GlossaryTerm
from content.portable import xml_text

NAMESPACE = "urn:iso:std:iso:30042:ed-2"
_PREFERRED, _ADMITTED, _DEPRECATED = (
    f"{word}Term-admn-sts" for word in ("preferred", "admitted", "deprecated")
)


def write(terms: Iterable[GlossaryTerm], title: str) -> str:
    """The terms as a TBX document."""
    out = io.StringIO()
    xml = _Writer(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    root = {"type": "TBX-Basic", "style": "dca", "xml:lang": "zh-Hans", "xmlns": NAMESPACE}
    with xml.within("tbx", root):
        with xml.within("tbxHeader"), xml.within("fileDesc"):
            with xml.within("titleStmt"):
                xml.leaf("title", title)
            with xml.within("sourceDesc"):
                xml.leaf("p", title)
        with xml.within("text"), xml.within("body"):
            for term in terms:
                _entry(xml, term)
    xml.endDocument()
    return out.getvalue()


def _entry(xml: "_Writer", term: GlossaryTerm) -> None:
    arabic = [line for line in term.kazakh_variants if wording.is_arabic(line)]
    cyrillic = [line for line in term.kazakh_variants if not wording.is_arabic(line)]
    with xml.within("conceptEntry", {"id": f"c{term.pk}"}):
        xml.leaf("descrip", term.subject, {"type": "subjectField"})
        if term.source:
            xml.leaf("admin", term.source, {"type": "source"})
        if term.notes:
            xml.leaf("note", term.notes)
        for language, words in (
            ("zh-Hans", term.chinese),
            ("kk-Arab", [term.kk_arab, *arabic]),
            ("kk-Cyrl", [term.kk, *cyrillic]),
        ):
            _language(xml, language, words, term)


def _language(xml: "_Writer", language: str, words: list[str], term: GlossaryTerm) -> None:
    if not any(words):
        return
    is_gone = term.status == GlossaryTerm.Status.DEPRECATED
    with xml.within("langSec", {"xml:lang": language}):
        for number, word in enumerate(words):
            if not word:
                continue
            with xml.within("termSec"):
                xml.leaf("term", word)
                status = _DEPRECATED if is_gone else _ADMITTED if number else _PREFERRED
                xml.leaf("termNote", status, {"type": "administrativeStatus"})


class _Within:
    def __init__(self, xml: "_Writer", name: str) -> None:
        self._xml, self._name = xml, name

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error) -> None:
        self._xml.endElement(self._name)
        self._xml.ignorableWhitespace("\n")


class _Writer(SimplerXMLGenerator):
    """Elements by `with`, a line each."""

    def within(self, name: str, attributes: dict | None = None) -> _Within:
        self.startElement(name, attributes or {})
        self.ignorableWhitespace("\n")
        return _Within(self, name)

    def leaf(self, name: str, text: str, attributes: dict | None = None) -> None:
        self.addQuickElement(name, xml_text(text), attributes or {})
        self.ignorableWhitespace("\n")
