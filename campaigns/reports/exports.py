"""The same figures as files."""

import csv
import io
import json

from campaigns.reach.display import format_person_times
from campaigns.reach.metrics import Basis
from campaigns.reports.figures import Report

BOM = "\ufeff"
# What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(report: Report) -> str:
    """For programs. `person_times` and counts are whole numbers, days are Beijing days."""
    return json.dumps(
        {
            "as_of": report.as_of.isoformat(timespec="seconds"),
            "campaigns": report.selection.campaigns,
            "total": {
                "person_times": report.total.count,
                "display": format_person_times(report.total.count),
            },
            "rows": [
                {
                    "key": row.key,
                    "label": row.label,
                    "person_times": row.count,
                    "by_basis": row.known_bases(),
                }
                for row in report.rows
            ],
            "outputs": [
                {
                    "key": row.key,
                    "label": row.label,
                    "count": row.count,
                    "unit": row.unit,
                    "by_basis": row.known_bases(),
                }
                for row in report.outputs
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def as_csv(report: Report) -> str:
    """For spreadsheets: the rows of person-times; begins with a byte order mark for Excel."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["key", "label", "person_times", *Basis.values])
    for row in report.rows:
        bases = (row.by_basis.get(basis, 0) for basis in Basis.values)
        writer.writerow([harmless(row.key), harmless(row.label), row.count, *bases])
    return BOM + out.getvalue()


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
