"""Rows out of a CSV or XLSX file, whatever else the bytes may be.

Every way in which a file is not a table ends in UnreadableFileError with words for its sender.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from campaigns.reach.importing.problems import UnreadableFileError
from campaigns.reach.importing.workbooks import IS_ZIP, Cell, rows_about_in, rows_of_workbook

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 500_000

Row = tuple[int, list[Cell]]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et", ".ods")
# What no text holds, but for tabs and line ends.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LOOKED_AT = 4096


@dataclass(frozen=True)
class Table:
    """The header, the other rows with their numbers (the first row is 1), the file's checksum."""

    header: list[Cell]
    rows: Iterator[Row]
    sha256: str
    data: bytes
    header_number: int = 1


def read_table(path: Path, name: str = "") -> Table:
    """The table in the file. Raises UnreadableFileError, also while its rows are read.

    `name` is what its sender calls it, where the path does not end as that does.
    """
    data = bytes_of(path)
    if data.startswith(IS_ZIP):
        rows = rows_of_workbook(data)
    elif data.startswith(_OLE):
        raise UnreadableFileError(
            _("an old or password-protected Excel file: save it as .xlsx without a password")
        )
    elif Path(name or path.name).suffix.lower() in _WORKBOOKS:
        raise UnreadableFileError(
            _("not a spreadsheet, whatever its name says: save the table as .xlsx or .csv")
        )
    else:
        rows = _csv_rows(text_of_csv(data)[0])
    sha256 = hashlib.sha256(data).hexdigest()
    numbered = enumerate(rows, start=1)
    header = next(((number, row) for number, row in numbered if not is_blank(row)), None)
    if header is None:
        raise UnreadableFileError(_("the file is empty"))
    return Table(header[1], _data_rows(numbered), sha256, data, header[0])


def rows_about(data: bytes) -> int:
    """How many rows the file has, or about so many, without reading it as a table.

    Of a workbook by what it unpacks to: its size on the disk says little of its rows.
    """
    if data.startswith(IS_ZIP):
        return rows_about_in(data)
    return max(data.count(b"\n"), data.count(b"\r"))


def is_blank(row: list[Cell]) -> bool:
    for cell in row:
        if cell not in (None, "") and not (isinstance(cell, str) and cell.isspace()):
            return False
    return True


def _data_rows(numbered: Iterator[Row]) -> Iterator[Row]:
    for number, row in numbered:
        if number > MOST_ROWS:
            raise UnreadableFileError(
                _("more than %(rows)s rows: split the file") % {"rows": f"{MOST_ROWS:,}"}
            )
        first = row[0] if row else None
        # Nearly every row is told by its first cell, without a call.
        if (first and not (type(first) is str and first.isspace())) or not is_blank(row):
            yield number, row


def bytes_of(path: Path) -> bytes:
    """What the file holds. Raises UnreadableFileError for what is unreadable, too large, empty."""
    try:
        with path.open("rb") as file:
            # One byte more than is taken tells that there is more.
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise UnreadableFileError(_("no such file")) from error
    except IsADirectoryError as error:
        raise UnreadableFileError(_("not a file")) from error
    except (OSError, ValueError) as error:
        raise UnreadableFileError(_("cannot be read: %(why)s") % {"why": error}) from error
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(
            _("larger than %(size)s MB: split the file") % {"size": MOST_BYTES // 1024**2}
        )
    if not data.strip():
        raise UnreadableFileError(_("the file is empty"))
    return data


def text_of_csv(data: bytes) -> tuple[str, str]:
    """The text and its encoding. Raises UnreadableFileError for what is none."""
    if data.startswith(_UTF16):
        raise UnreadableFileError(_("UTF-16 text: save it as UTF-8 CSV"))
    if b"\0" in data or _CONTROL.search(data[:_LOOKED_AT]):
        raise UnreadableFileError(_("neither a spreadsheet nor text: send XLSX or CSV"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(_("neither UTF-8 nor GB18030 text, and not XLSX"))


def _csv_rows(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFileError(
                _("not CSV at line %(line)s: look at its quotation marks")
                % {"line": reader.line_num}
            ) from error
        yield row
