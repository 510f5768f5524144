"""A row of a report, and how rows are made out of sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from campaigns.reach import metrics, sums
from campaigns.reach.metrics import Basis
from campaigns.reports.figures.selection import Selection


@dataclass
class Figure:
    """One row of a report, in person-times or in the unit of one metric."""

    key: str
    label: str
    count: int = 0
    by_basis: dict[str, int] = field(default_factory=dict)
    unit: str = ""

    def add(self, basis: str, count: int) -> None:
        self.count += count
        self.by_basis[basis] = self.by_basis.get(basis, 0) + count

    def less(self, others: Iterable["Figure"]) -> "Figure":
        """What is left of this one without the others."""
        rest = replace(self, by_basis=dict(self.by_basis))
        for other in others:
            for basis, count in other.by_basis.items():
                rest.add(basis, -count)
        return rest

    def known_bases(self) -> dict[str, int]:
        """What each basis contributes, in the order in which they are always shown."""
        return {basis: self.by_basis[basis] for basis in Basis.values if self.by_basis.get(basis)}


def total_of(rows: Iterable[Figure]) -> Figure:
    """All rows in one."""
    total = Figure("total", _("Total"))
    for row in rows:
        for basis, count in row.by_basis.items():
            total.add(basis, count)
    return total


def person_times(selection: Selection, *keys: str) -> list[tuple]:
    return cube(selection, metrics.reach_codes(), *keys, "basis")


def cube(selection: Selection, metrics: Sequence[str], *keys: str) -> list[tuple]:
    return cube_of(selection.cut, metrics, *keys)


def cube_of(cut: sums.Cut, metrics: Sequence[str], *keys: str) -> list[tuple]:
    """Those of the metrics that are asked for."""
    asked = tuple(code for code in metrics if not cut.metrics or code in cut.metrics)
    return sums.cube(cut.of(metrics=asked), keys) if asked and cut.editions else []


def rows_of(
    found: Iterable[tuple[str, str, int]], names: dict[str, str], order: Sequence[str]
) -> list[Figure]:
    rows: dict[str, Figure] = {}
    for key, basis, count in found:
        rows.setdefault(key, Figure(key, names.get(key, key))).add(basis, count)
    return [rows[key] for key in order if key in rows]
