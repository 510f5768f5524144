"""What reaches: the pieces, the risks they warn of and whom they are for, and the languages."""

from django.utils.translation import gettext as _

from campaigns.reach.display import format_person_times, percent
from campaigns.reach.pieces import BEHIND, NONE
from campaigns.reports import charts, figures
from campaigns.reports.dashboard.look import Line, Look, bases_in_words
from campaigns.reports.figures.pieces import matrix

MOST_PIECES = 30
MOST_BARS = 10


def shown(look: Look) -> dict:
    by_piece = figures.by_content(look.selection)
    languages = figures.by_language(look.selection)
    total = figures.total_of(languages)
    pieces = [row for row in by_piece if row.key]
    return {
        "is_empty": not total.by_basis,
        "total": look.reached(total.count),
        "total_shown": format_person_times(total.count),
        "total_bases": bases_in_words(total),
        # Last, what is of no piece.
        "pieces": [
            look.line(row, total.count, content=row.key or NONE)
            for row in [*pieces[:MOST_PIECES], *(row for row in by_piece if not row.key)]
        ],
        "pieces_more": max(0, len(pieces) - MOST_PIECES),
        "piece_chart": charts.ranked_bars(
            _("Person-times by piece"),
            [charts.Bar(_shortened(row.label), row.count) for row in pieces[:MOST_BARS]],
        ),
        "languages": [look.line(row, total.count, language=[row.key or NONE]) for row in languages],
        "language_chart": charts.ranked_bars(
            _("Person-times by language"),
            [charts.Bar(row.label, row.count) for row in languages],
        ),
        **_risks(look, pieces),
    }


def _risks(look: Look, pieces: list[figures.Figure]) -> dict:
    found = matrix(pieces)
    whole = sum(row.count for row in pieces)
    return {
        "audiences": [name for _slug, name in found.audiences],
        "risks": [
            Line(
                risk.total.label,
                look.reached(risk.total.count, risk=risk.slug),
                percent(risk.total.count, whole),
                unit=str(risk.pieces),
                bases=bases_in_words(risk.total),
                parts=[
                    look.reached(risk.audiences.get(slug, 0), risk=risk.slug, audience=slug)
                    for slug, _name in found.audiences
                ],
            )
            for risk in found.risks
        ],
    }


def _shortened(label: str) -> str:
    """A title as long as a chart has room for, with the beginning of its language's name."""
    title, behind, language = label.partition(BEHIND)
    if behind:
        return f"{title[:5]}…{BEHIND}{language.split('（')[0][:4]}"
    return label if len(label) <= 11 else f"{label[:10]}…"
