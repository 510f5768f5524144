"""A report as a file: CSV and JSON for programs, a spreadsheet, a PDF to be signed."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.reports.exports.pdf import NoPdfError, as_pdf
from campaigns.reports.exports.spreadsheet import as_xlsx
from campaigns.reports.exports.texts import as_csv, as_json, harmless
from campaigns.reports.figures import Report

__all__ = ["FORMATS", "Format", "NoPdfError", "Rendered", "harmless", "render"]


@dataclass(frozen=True)
class Format:
    """How a report becomes such a file."""

    mime: str
    write: Callable[[Report], bytes]


FORMATS = {
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "pdf": Format("application/pdf", as_pdf),
    "csv": Format("text/csv; charset=utf-8", lambda report: as_csv(report).encode()),
    "json": Format("application/json", lambda report: as_json(report).encode()),
}


@dataclass(frozen=True)
class Rendered:
    """A file: what it holds, its media type, and what it may be called."""

    data: bytes
    mime: str
    name: str


def render(report: Report, format: str) -> Rendered:  # noqa: A002
    """The report in one of FORMATS; KeyError for another.

    Raises NoPdfError where this machine lacks what a PDF is made with.
    """
    kind = FORMATS[format]
    name = f"reach-by-{report.by}-{report.as_of:%Y%m%d}.{format}"
    return Rendered(kind.write(report), kind.mime, name)
