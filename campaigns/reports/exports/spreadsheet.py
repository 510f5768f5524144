"""A report as a workbook: typed cells, frozen headers, and a sheet that says what it all means."""

import io
from datetime import date

from django.utils.translation import gettext as _

from campaigns.reach.display import format_person_times
from campaigns.reach.metrics import Basis
from campaigns.reports.exports import told
from campaigns.reports.figures import Figure, Report

# A spreadsheet's numbers hold fifteen digits; a longer one goes as text.
_MOST = 10**15


def as_xlsx(report: Report) -> bytes:
    """Sheets: total, rows, outputs, definitions; persons where they are known.

    Text is written as text, never a formula.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": told.campaign_names(report.selection)})
    writer = _Writer(book)
    _total(writer, report)
    _rows(writer, report)
    _outputs(writer, report)
    _definitions(writer, report)
    _persons(writer, report)
    book.close()
    return out.getvalue()


class _Writer:
    """Writes sheet after sheet, row after row, each cell by what it is."""

    def __init__(self, book) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.share = book.add_format({"num_format": "0.0%"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.sheet, self.row = None, 0

    def begin(self, name: str, widths: tuple[int, ...], header: list[str], columns: int) -> None:
        """A sheet whose header row, and so many columns, stay in sight."""
        self.sheet, self.row = self.book.add_worksheet(name), 0
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.freeze_panes(1, columns)
        self.sheet.repeat_rows(0)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.add(*header, form=self.bold)

    def add(self, *cells: str | int | float | date | None, form=None) -> None:
        for column, cell in enumerate(cells):
            self._write(column, cell, form)
        self.row += 1

    def _write(self, column: int, cell, form) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, float):
            self.sheet.write_number(self.row, column, cell, form or self.share)
        elif isinstance(cell, int) and abs(cell) < _MOST:
            self.sheet.write_number(self.row, column, cell, form or self.whole)
        elif isinstance(cell, date):
            self.sheet.write_datetime(self.row, column, cell, form or self.day)
        else:
            self.sheet.write_string(self.row, column, str(cell), form or self.text)


def _total(writer: _Writer, report: Report) -> None:
    writer.begin(
        _("Total"),
        (30, 20, 24, *[16] * len(Basis.values)),
        ["", _("Person-times"), _("As printed"), *(str(basis.label) for basis in Basis)],
        1,
    )
    for row in [*report.kinds, report.total]:
        writer.add(row.label, row.count, format_person_times(row.count), *_by_basis(row))
    writer.add()
    for label, value in told.filters(report):
        writer.add(label, value)


def _rows(writer: _Writer, report: Report) -> None:
    cut = str(told.CUTS[report.by])
    writer.begin(
        _("By %(cut)s") % {"cut": cut},
        (20, 36, 20, 10, *[16] * len(Basis.values)),
        [
            _("Code"), cut, _("Person-times"), _("Share"), *(str(basis.label) for basis in Basis),
        ],
        2,
    )  # fmt: skip
    for row in report.rows:
        writer.add(
            _key(report.by, row), row.label, row.count, _share(row, report.total), *_by_basis(row)
        )
    writer.add("", report.total.label, report.total.count, None, *_by_basis(report.total))


def _outputs(writer: _Writer, report: Report) -> None:
    writer.begin(
        _("Not person-times"),
        (22, 30, 18, 10, *[16] * len(Basis.values)),
        [
            _("Code"), _("Metric"), _("Count"), _("Unit"), *(str(basis.label) for basis in Basis),
        ],
        2,
    )  # fmt: skip
    for row in report.outputs:
        writer.add(row.key, row.label, row.count, row.unit, *_by_basis(row))


def _definitions(writer: _Writer, report: Report) -> None:
    writer.begin(
        _("Definitions"),
        (22, 24, 12, 22, 90),
        [_("Code"), _("What"), _("Unit"), _("Counts as person-times"), _("Definition")],
        2,
    )
    for metric in report.definitions:
        counts = _("yes") if metric.counts_as_reach else _("no")
        writer.add(metric.code, metric.name, metric.unit, counts, metric.definition)
    for basis, meaning in told.BASIS_MEANINGS.items():
        writer.add(str(basis), f"{_('Basis')}: {basis.label}", "", "", str(meaning))


def _persons(writer: _Writer, report: Report) -> None:
    """A sheet of their own: beside person-times somebody would add them up."""
    told = report.persons
    if told is None:
        return
    writer.begin(
        _("Persons"),
        (18, 18, 18, 90),
        [_("Persons, estimated"), _("At least (95 %)"), _("At most (95 %)"), _("Definition")],
        0,
    )
    writer.add(told.count, told.low, told.high, told.definition)


def _key(by: str, row: Figure) -> str | date:
    return date.fromisoformat(row.key) if by == "day" else row.key


def _share(row: Figure, total: Figure) -> float | None:
    return row.count / total.count if total.count else None


def _by_basis(row: Figure) -> list[int]:
    return [row.by_basis.get(basis, 0) for basis in Basis.values]
