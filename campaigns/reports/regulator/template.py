"""Reads a form: is it a plain workbook, which of its cells ask for something, and for what.

Whatever the bytes are, all that happens is an UnreadableFormError with words for its sender.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from campaigns.reports.regulator.names import Known, by_word

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_BYTES = 5 * 1024 * 1024
# A form is a page or two: what unpacks to more is a table of data, or a bomb.
MOST_UNPACKED_BYTES = 12 * 1024 * 1024
MOST_PARTS = 300
MOST_NAMES = 2000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
# Names that Excel makes for itself.
_OWN = ("_xlnm", "_xlfn", "_xlws", "_filterdatabase", "print_area", "print_titles")
# Parts that run, or that fetch something from elsewhere.
_ACTIVE = re.compile(
    r"vbaproject|macrosheets/|activex/|externallinks/|embeddings/|connections\.xml|querytables/"
    r"|customui/|ctrlprops/",
    re.IGNORECASE,
)
# What openpyxl does not write back.
_LOST = re.compile(r"xl/(charts|diagrams|drawings/(?!vml|_rels))", re.IGNORECASE)
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MACRO_TYPE = re.compile(rb"macroEnabled|intlmacrosheet", re.IGNORECASE)


class UnreadableFormError(ValueError):
    """The bytes are no form; the message says why to whoever sent them."""


@dataclass(frozen=True)
class Place:
    """A named cell: the name as it stands in the file, what it asks for, where it is."""

    word: str
    known: Known
    sheet: str
    cell: str

    @property
    def where(self) -> str:
        return f"{self.sheet}!{self.cell}"


@dataclass
class Template:
    """What a form asks for, which names nobody knows, and what else is to be told of it.

    `unknown` and `unusable` are pairs of a name with where it points, or why it cannot be filled.
    """

    places: list[Place] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    unusable: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read(data: bytes) -> Template:
    """The form's names. Raises UnreadableFormError for what is no plain .xlsx workbook."""
    book, told = opened(data)
    book.close()
    return told


def opened(data: bytes) -> "tuple[Workbook, Template]":
    """The workbook and its names. Raises UnreadableFormError as read does."""
    book, told = open_book(data), Template()
    if _has_lost_parts(data):
        told.remarks.append(
            _("Charts and drawn shapes of the form get lost when it is filled; pictures stay.")
        )
    _read_names(book, told)
    return book, told


def open_book(data: bytes) -> "Workbook":
    """The workbook. Raises UnreadableFormError, with all checks, for what is none."""
    _check(data)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), keep_links=False)
    except Exception as error:  # openpyxl has many ways to stumble over what others wrote
        raise UnreadableFormError(
            _("a damaged XLSX file, or none: open it in Excel and save it anew")
        ) from error
    if not book.worksheets:
        raise UnreadableFormError(_("a workbook without a sheet"))
    return book


def _check(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise UnreadableFormError(
            _("larger than %(size)s MB: that is no form") % {"size": MOST_BYTES // 1024**2}
        )
    if data.startswith(_OLE):
        raise UnreadableFormError(
            _("an old or password-protected Excel file: save it as .xlsx without a password")
        )
    if not data.startswith(_ZIP):
        raise UnreadableFormError(_("not a spreadsheet: send an .xlsx file"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive)
    except UnreadableFormError:
        raise
    except Exception as error:  # zipfile, too
        raise UnreadableFormError(
            _("a damaged XLSX file, or none: open it in Excel and save it anew")
        ) from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise UnreadableFormError(_("an XLSX file that unpacks to an absurd size"))
    active = [part.filename for part in parts if _ACTIVE.search(part.filename)]
    if active:
        raise UnreadableFormError(
            _(
                "it holds macros, links to other files or embedded objects (%(part)s):"
                " save it as a plain .xlsx without them"
            )
            % {"part": active[0][:80]}
        )
    for part in parts:
        # Reading ends at the size that the part declares, and fails where it is another.
        if part.filename.lower().endswith((".xml", ".rels")):
            words = archive.read(part)
            if _DECLARES.search(words) or (
                part.filename.lower() == "[content_types].xml" and _MACRO_TYPE.search(words)
            ):
                raise UnreadableFormError(
                    _("it holds macros or entities: save it as a plain .xlsx without them")
                )


def _has_lost_parts(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(_LOST.match(name) for name in archive.namelist())


def _read_names(book: "Workbook", told: Template) -> None:
    words = by_word()
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    defined = [(name, book.defined_names[name]) for name in book.defined_names]
    for sheet in book.worksheets:
        defined += [(name, sheet.defined_names[name]) for name in sheet.defined_names]
    if len(defined) > MOST_NAMES:
        raise UnreadableFormError(_("more than %(n)s named cells") % {"n": MOST_NAMES})
    for word, definition in defined:
        if word.lower().startswith(_OWN):
            continue
        known = words.get(word.lower())
        where = (definition.attr_text or "")[:80]
        if known is None:
            told.unknown.append((word[:80], where))
            continue
        found, why = _cell(definition, sheets)
        if why:
            told.unusable.append((word[:80], why))
        else:
            told.places.append(Place(word, known, *found))
    if not told.places:
        told.remarks.append(_("No cell of it has a name that is known: nothing would be filled."))


def _cell(definition, sheets: dict) -> tuple[tuple[str, str], str]:
    """The sheet and cell that a name points to; or why it cannot be filled."""
    nowhere = ("", "")
    try:
        places = list(definition.destinations)
    except Exception:  # noqa: BLE001 a formula, or what is left of a deleted cell
        places = []
    if len(places) != 1 or places[0][0] not in sheets:
        return nowhere, _("it points to no cell of this file")
    title, area = places[0]
    sheet, cell = sheets[title], area.replace("$", "")
    if ":" in cell:
        merged = {str(area) for area in sheet.merged_cells.ranges}
        if cell not in merged:
            return nowhere, _("it points to more than one cell")
        cell = cell.split(":")[0]
    if not re.fullmatch(r"[A-Z]{1,3}[1-9]\d{0,6}", cell):
        return nowhere, _("it points to no cell of this file")
    told = sheet[cell]
    if type(told).__name__ == "MergedCell":
        return nowhere, _("it points into merged cells, and not at their first")
    if told.data_type == "f":
        return nowhere, _("the cell holds a formula, which stays")
    return (title, cell), ""
