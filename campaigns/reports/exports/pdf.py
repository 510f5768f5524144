"""A report as a PDF to be signed: figures, charts, definitions, and a page for signatures."""

from datetime import date

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from PIL import ImageFile

from campaigns.reach.display import format_person_times, percent
from campaigns.reach.metrics import Basis
from campaigns.reports import charts
from campaigns.reports.exports import told
from campaigns.reports.figures import Figure, Report

NEEDED = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
MOST_BARS = 20


class NoPdfError(RuntimeError):
    """This machine lacks what a PDF is made with; the message says what to install."""


def as_pdf(report: Report) -> bytes:
    """An A4 report in Chinese.

    Raises NoPdfError without Debian's pango: the rest of the site runs without it.
    """
    try:
        from weasyprint import HTML
    except OSError as error:
        raise NoPdfError(
            _("No PDF can be made here: pango is missing (Debian: apt-get install %(packages)s)")
            % {"packages": NEEDED}
        ) from error
    # WeasyPrint lets half a picture pass, and does so for the whole process: what people send to
    # the site is refused as before.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    page = render_to_string("campaigns/reports/report_pdf.html", _context(report))
    return HTML(string=page, url_fetcher=_fetch_nothing).write_pdf()


def _fetch_nothing(url: str, *_args, **_kwargs):
    """All that the page needs stands in it."""
    raise ValueError(f"a report fetches nothing: {url[:80]}")


def _context(report: Report) -> dict:
    total = report.total
    return {
        "title": _("Report of reach"),
        "names": told.campaign_names(report.selection),
        "total": format_person_times(total.count),
        "exact": f"{total.count:,}",
        "filters": told.filters(report),
        "kinds": [_line(row, total) for row in report.kinds],
        "bases": [
            {
                "label": Basis(basis).label,
                "meaning": told.BASIS_MEANINGS[Basis(basis)],
                "count": f"{count:,}",
                "share": percent(count, total.count),
            }
            for basis, count in total.known_bases().items()
        ],
        "cut": told.CUTS[report.by],
        "is_by_region": report.by == "region",
        "basis_labels": [basis.label for basis in Basis],
        "rows": [_line(row, total) for row in report.rows],
        "chart": _chart(report),
        "is_cut_short": report.by != "day" and len(report.rows) > MOST_BARS,
        "most_bars": MOST_BARS,
        "total_line": _line(total, total),
        "outputs": [
            {"label": row.label, "count": f"{row.count:,}", "unit": row.unit}
            for row in report.outputs
        ],
        "persons": report.persons,
        "metrics": report.definitions,
        "signers": [_("Prepared by"), _("Checked by"), _("Approved by")],
    }


def _line(row: Figure, total: Figure) -> dict:
    return {
        "label": row.label,
        "count": f"{row.count:,}",
        "shown": format_person_times(row.count),
        "share": percent(row.count, total.count),
        "by_basis": [f"{row.by_basis.get(basis, 0):,}" for basis in Basis.values],
    }


def _chart(report: Report) -> str:
    title = _("Person-times")
    if report.by == "day":
        return charts.days(title, {date.fromisoformat(row.key): row.count for row in report.rows})
    ranked = sorted(report.rows, key=lambda row: -row.count)[:MOST_BARS]
    return charts.ranked_bars(title, [charts.Bar(row.label, row.count) for row in ranked])
