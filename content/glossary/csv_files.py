"""The glossary as CSV: UTF-8 or GB18030 in, UTF-8 with a byte order mark out, for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from content.glossary import wording
from content.glossary.rows import (
    COLUMNS,
    FIELDS,
    MOST_ROWS,
    TermFile,
    TermRow,
    UnreadableFileError,
    choice_of,
    columns_of,
    label_of,
    values_of,
)
from content.models import GlossaryTerm

_BETWEEN = re.compile(r"[;；\n]")
# A spreadsheet takes a cell that begins so for a formula; the mark is taken off again on reading.
_FORMULA = re.compile(r"'?[=+\-@\t\r]")
_CHOICES = {"subject": GlossaryTerm.Subject, "status": GlossaryTerm.Status}


def read(data: bytes) -> TermFile:
    """The rows of a CSV file with a heading row, columns named in Chinese or English.

    An empty cell says nothing of its field. Raises UnreadableFileError.
    """
    rows = _cells(_text(data))
    heading = next(rows, None)
    columns = columns_of(heading[1]) if heading else []
    if "zh" not in columns:
        raise UnreadableFileError(
            _("There is no column “%(column)s” in the first row. Possible columns: %(columns)s.")
            % {"column": COLUMNS["zh"][0], "columns": ", ".join(c[0] for c in COLUMNS.values())}
        )
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        raise UnreadableFileError(
            _("Two columns say the same: %(columns)s.")
            % {"columns": ", ".join(COLUMNS[name][0] for name in sorted(twice))}
        )
    skipped = {
        cell.strip(): 0
        for cell, name in zip(heading[1], columns, strict=True)
        if name is None and cell.strip()
    }
    if skipped and not {"kk", "kk_arab"} & set(columns):
        raise UnreadableFileError(
            _(
                "No column was understood as Kazakh, so nothing was brought in. "
                "Not understood: %(unknown)s. Possible columns: %(columns)s."
            )
            % {
                "unknown": ", ".join(f"“{name[:40]}”" for name in list(skipped)[:20]),
                "columns": ", ".join(c[0] for c in COLUMNS.values()),
            }
        )
    found = []
    for number, cells in rows:
        if len(found) == MOST_ROWS:
            raise UnreadableFileError(
                _("More than %(most)d rows: split the file.") % {"most": MOST_ROWS}
            )
        found.append(_row(number, cells, columns))
        for cell, name, title in zip(cells, columns, heading[1], strict=False):
            if name is None and cell.strip() and title.strip():
                skipped[title.strip()] += 1
    return TermFile(found, {name: number for name, number in skipped.items() if number})


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UnreadableFileError(_("This is no text in UTF-8 or GB18030."))


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, with their numbers as a spreadsheet counts them."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise UnreadableFileError(
            _("Line %(line)d is no CSV: %(error)s.") % {"line": reader.line_num, "error": error}
        ) from error


def _row(number: int, cells: list[str], columns: list[str | None]) -> TermRow:
    row = TermRow(number, {})
    for cell, name in zip(cells, columns, strict=False):
        value = cell.strip()
        if not (name and value):
            continue
        if value[0] == "'" and _FORMULA.match(value):
            value = value[1:]
        row.values[name] = _value(row, name, value)
    if any(cell.strip() for cell in cells[len(columns) :]):
        row.problems.append(("zh", _("There are more cells than columns in this row.")))
    return row


def _value(row: TermRow, name: str, value: str) -> str:
    if name in wording.LISTS:
        return wording.tidy_list(_BETWEEN.sub("\n", value))
    if name in _CHOICES:
        choice = choice_of(value, _CHOICES[name])
        if choice is None:
            possible = ", ".join(str(label) for label in _CHOICES[name].labels)
            row.problems.append(
                (
                    name,
                    _("“%(value)s” is none of: %(possible)s.")
                    % {"value": value[:40], "possible": possible},
                )
            )
        return choice or ""
    return value


def write(terms: Iterable[GlossaryTerm]) -> str:
    """The terms as CSV text; `read` takes it as it is."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([COLUMNS[name][0] for name in FIELDS])
    for term in terms:
        values = values_of(term)
        for name in wording.LISTS:
            values[name] = "; ".join(wording.lines(values[name]))
        for name, choices in _CHOICES.items():
            values[name] = label_of(values[name], choices)
        writer.writerow([harmless(values[name]) for name in FIELDS])
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell, marked so that a spreadsheet does not take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
