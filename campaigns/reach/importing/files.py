"""Where files of figures are kept, and how they are given back with the reasons written in.

By checksum: the same file is there once, however often it was sent, and a file that lost its batch
when a process died lies where the next upload of it would put it anyway.
"""

import csv
import io
import os
import uuid
from datetime import date, datetime
from pathlib import Path, PurePath

from django.conf import settings

from campaigns.reach.importing import words
from campaigns.reach.importing.reading import Cell, Table, text_of_csv

FOLDER = "reach-imports"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP = b"PK\x03\x04"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def keep(data: bytes, sha256: str, name: str) -> str:
    """Bring the file to the disk, whole or not at all; its name below PRIVATE_DIR."""
    ending = ".xlsx" if data.startswith(_ZIP) else PurePath(name).suffix.lower()[:8] or ".csv"
    kept = f"{FOLDER}/{sha256}{ending if ending.isascii() else '.csv'}"
    path = Path(settings.PRIVATE_DIR) / kept
    if path.is_file() and path.stat().st_size == len(data):
        return kept
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        with half.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return kept


def with_reasons(table: Table, reasons: dict[int, str]) -> tuple[bytes, str]:
    """The same file with a column of reasons at its end, by row number; and its media type.

    A workbook stays a workbook, and text stays text in its own encoding. Formulas come out as text.
    Raises UnreadableFileError, as reading it does.
    """
    width = len(table.header)
    reason_at = next(
        (n for n, cell in enumerate(table.header) if str(cell).strip() == words.REASON), width
    )
    lines = [(table.header_number, [*table.header[:reason_at], words.REASON])]
    for number, cells in table.rows:
        row = [*cells[:reason_at], *[None] * (reason_at - len(cells))]
        lines.append((number, [*row, reasons.get(number, "")]))
    if table.data.startswith(_ZIP):
        return _xlsx(lines), XLSX
    _text, encoding = text_of_csv(table.data)
    return _csv(lines, encoding), "text/csv"


def _csv(lines: list[tuple[int, list[Cell]]], encoding: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for _number, row in lines:
        writer.writerow([_harmless(cell) for cell in row])
    # With its mark, so that a spreadsheet takes it for what it is.
    return out.getvalue().encode(encoding, "replace")


def _harmless(cell: Cell) -> str:
    word = "" if cell is None else str(cell)
    if word.startswith(_FORMULA) and not word.lstrip("+-").replace(".", "", 1).isdigit():
        return f"'{word}"
    return word


def _xlsx(lines: list[tuple[int, list[Cell]]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(lines[0][0], 0)
    sheet.set_column(0, len(lines[0][1]) - 2, 14)
    sheet.set_column(len(lines[0][1]) - 1, len(lines[0][1]) - 1, 60)
    for number, row in lines:
        for column, cell in enumerate(row):
            _write(sheet, (number - 1, column), cell, bold if number == lines[0][0] else None, day)
    book.close()
    return out.getvalue()


def _write(sheet, at: tuple[int, int], cell: Cell, form, day) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(*at, cell, form)
    elif isinstance(cell, (int, float)) and abs(cell) < 10**15:
        sheet.write_number(*at, cell, form)
    elif isinstance(cell, (datetime, date)) and cell.year >= 1900:
        sheet.write_datetime(*at, cell, day)
    else:
        sheet.write_string(*at, str(cell)[:32_000], form)


def path_of(kept: str) -> Path:
    """Where a kept file lies."""
    return Path(settings.PRIVATE_DIR) / kept
