"""Fills a form: known names get their values, formulas and formatting stay, gaps are listed."""

import io
from dataclasses import dataclass

from campaigns.reports.regulator.names import Value, Values
from campaigns.reports.regulator.template import Place, Template, opened, read

# What Excel takes in one cell.
_MOST_LETTERS = 32_000


@dataclass(frozen=True)
class Line:
    """A cell of the form: what it got, or why it stays empty; a remark on where it comes from."""

    place: Place
    value: Value | None
    why: str = ""
    remark: str = ""

    @property
    def shown(self) -> str:
        """The value as people read it, with its unit."""
        if self.value is None:
            return ""
        unit = self.place.known.unit
        number = f"{self.value:,}" if unit else str(self.value)
        return f"{number} {unit}".strip()


@dataclass(frozen=True)
class Seen:
    """The form as it was read, and its cells one by one."""

    template: Template
    lines: list[Line]

    @property
    def gaps(self) -> list[Line]:
        return [line for line in self.lines if line.value is None]


@dataclass(frozen=True)
class Filled(Seen):
    """The same with the workbook."""

    data: bytes


def look(data: bytes, values: Values) -> Seen:
    """What would be filled. Raises UnreadableFormError for what is no form."""
    template = read(data)
    return Seen(template, lines(template, values))


def lines(template: Template, values: Values) -> list[Line]:
    """What each named cell would get."""
    return [
        Line(
            place,
            values.found.get(place.known.name),
            values.missing.get(place.known.name, ""),
            values.remarks.get(place.known.name, ""),
        )
        for place in template.places
    ]


def fill(data: bytes, values: Values) -> Filled:
    """The form with these values. Raises UnreadableFormError for what is no form."""
    book, template = opened(data)
    told = lines(template, values)
    for line in told:
        if line.value is not None:
            _put(book[line.place.sheet][line.place.cell], line.value)
    # Excel works its formulas out anew: the results that were stored are of an empty form.
    book.calculation.fullCalcOnLoad = True
    out = io.BytesIO()
    book.save(out)
    book.close()
    return Filled(template, told, out.getvalue())


def _put(cell, value: Value) -> None:
    if isinstance(value, str):
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        # A line break of Word's, say, cannot stand in a workbook.
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)[:_MOST_LETTERS]
        # Text stays text, whatever it begins with.
        cell.data_type = "s"
        return
    cell.value = value
