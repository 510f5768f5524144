"""Which risks reach whom: pieces' person-times by what they warn of and whom they are for.

A piece has one risk category and any number of audience groups. Its figures stand in the column of
each group it is for: columns are not added up.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from campaigns.reach.pieces import NONE, Places
from campaigns.reports.figures.rows import Figure
from content.models import Audience, Category


@dataclass
class Risk:
    """Person-times of the pieces of one risk category: in all, and by audience group's slug."""

    slug: str
    total: Figure
    pieces: int = 0
    audiences: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class Matrix:
    """Risks, the farthest-reaching first; audience groups (slug, name) that any of them reaches."""

    risks: list[Risk]
    audiences: list[tuple[str, str]]


def matrix(by_piece: Sequence[Figure]) -> Matrix:
    """Out of the figures by piece. The slug NONE: no category, or no audience group."""
    figures = {figure.key: figure for figure in by_piece if figure.key}
    categories = {**dict(Category.objects.values_list("slug", "name")), NONE: _("No risk category")}
    groups = {**dict(Audience.objects.values_list("slug", "name")), NONE: _("No audience group")}
    places = Places(figures)
    risks: dict[str, Risk] = {}
    for code, figure in figures.items():
        place = places.of(code)
        if place.risk not in risks:
            risks[place.risk] = Risk(place.risk, Figure(place.risk, categories[place.risk]))
        risk = risks[place.risk]
        risk.pieces += 1
        for basis, count in figure.by_basis.items():
            risk.total.add(basis, count)
        for slug in place.audiences:
            risk.audiences[slug] += figure.count
    reached = {slug for risk in risks.values() for slug, count in risk.audiences.items() if count}
    columns = [(slug, name) for slug, name in groups.items() if slug in reached]
    return Matrix(sorted(risks.values(), key=lambda risk: -risk.total.count), columns)
