"""Which risks reach whom: pieces' person-times by what they warn of and whom they are for.

A piece has one risk category and any number of audience groups. Its figures stand in the column of
each group it is for: columns are not added up.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from campaigns.reports.figures.rows import Figure
from content.models import Audience, Category, EducationPage


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
    """Out of the figures by piece. An empty slug: no category, or no audience group."""
    figures = {figure.key: figure for figure in by_piece if figure.key}
    categories = dict(Category.objects.values_list("pk", "name"))
    slugs = dict(Category.objects.values_list("pk", "slug"))
    groups = {
        pk: (slug, name) for pk, slug, name in Audience.objects.values_list("pk", "slug", "name")
    }
    told = EducationPage.objects.filter(code__in=figures)
    category_of = dict(told.order_by().values_list("code", "category"))
    audiences_of: dict[str, list[str]] = defaultdict(list)
    for code, pk in told.order_by().values_list("code", "audiences"):
        if pk in groups:
            audiences_of[code].append(groups[pk][0])
    risks: dict[int | None, Risk] = {}
    for code, figure in figures.items():
        pk = category_of.get(code)
        risk = risks.get(pk)
        if risk is None:
            label = categories.get(pk) or _("No risk category")
            risk = risks[pk] = Risk(slugs.get(pk, ""), Figure(slugs.get(pk, ""), label))
        risk.pieces += 1
        for basis, count in figure.by_basis.items():
            risk.total.add(basis, count)
        for slug in audiences_of.get(code) or [""]:
            risk.audiences[slug] += figure.count
    reached = {slug for risk in risks.values() for slug, count in risk.audiences.items() if count}
    columns = [(slug, name) for slug, name in groups.values() if slug in reached]
    if "" in reached:
        columns.append(("", _("No audience group")))
    return Matrix(sorted(risks.values(), key=lambda risk: -risk.total.count), columns)
