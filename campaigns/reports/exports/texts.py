"""Figures for programs (JSON) and as plain rows (CSV)."""

import csv
import io
import json

from campaigns.reach.display import format_person_times
from campaigns.reach.metrics import Basis
from campaigns.reports.figures import Figure, Report
from campaigns.reports.figures.persons import Persons

BOM = "\ufeff"
# Every row of figures is in person-times; definitions stand in the other formats.
UNIT = "人次"
# What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(report: Report) -> str:
    """For programs. `person_times` and counts are whole numbers, days are Beijing days.

    `persons` is null where they are not known.
    """
    return json.dumps(
        {
            "as_of": report.as_of.isoformat(timespec="seconds"),
            "campaigns": report.selection.campaigns,
            "total": _in_all(report.total),
            "totals": {
                **{row.key: _in_all(row) for row in report.kinds},
                "both": _in_all(report.total),
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
            "outputs": {row.key: row.count for row in report.outputs},
            "output_details": {
                row.key: {
                    "label": row.label,
                    "unit": row.unit,
                    "by_basis": row.known_bases(),
                }
                for row in report.outputs
            },
            "persons": report.persons and _persons(report.persons),
            "definitions": {
                metric.code: {
                    "label": metric.name,
                    "unit": metric.unit,
                    "counts_as_reach": metric.counts_as_reach,
                    "definition": metric.definition,
                }
                for metric in report.definitions
            },
        },
        ensure_ascii=False,
        indent=2,
    )


def _in_all(figure: Figure) -> dict[str, object]:
    return {"person_times": figure.count, "display": format_person_times(figure.count)}


def _persons(told: Persons) -> dict[str, object]:
    return {
        "estimate": told.count,
        "low": told.low,
        "high": told.high,
        "certainty": 0.95,
        "definition": told.definition,
    }


def as_csv(report: Report) -> str:
    """For spreadsheets: the rows of person-times alone; begins with a byte order mark for Excel."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["key", "label", "person_times", *Basis.values, "unit"])
    for row in report.rows:
        bases = (row.by_basis.get(basis, 0) for basis in Basis.values)
        writer.writerow([harmless(row.key), harmless(row.label), row.count, *bases, UNIT])
    return BOM + out.getvalue()


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
