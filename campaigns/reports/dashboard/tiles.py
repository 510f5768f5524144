"""Provinces as tiles: roughly where they lie, each as large as the other, no map and no boundary.

Where each stands is told by the first two digits of its administrative code (GB/T 2260).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.regions.models import Region
from campaigns.reports.dashboard.look import Amount, Line

STEPS = 5
# Row and column by the code's first two digits.
PLACES = {
    "23": (1, 8),
    "65": (2, 1), "15": (2, 6), "11": (2, 7), "22": (2, 8),
    "62": (3, 3), "64": (3, 4), "14": (3, 5), "13": (3, 6), "12": (3, 7), "21": (3, 8),
    "54": (4, 1), "63": (4, 2), "61": (4, 4), "41": (4, 5), "37": (4, 6),
    "51": (5, 3), "50": (5, 4), "42": (5, 5), "34": (5, 6), "32": (5, 7), "31": (5, 8),
    "53": (6, 3), "52": (6, 4), "43": (6, 5), "36": (6, 6), "33": (6, 7),
    "45": (7, 4), "44": (7, 5), "81": (7, 6), "35": (7, 7), "71": (7, 8),
    "46": (8, 4), "82": (8, 5),
}  # fmt: skip
# Branches that belong to no province, or two of one: side by side below the others.
_FIRST_SPARE_ROW = 9
_COLUMNS = 8
_ENDINGS = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特别行政区", "省", "市")
_BRANCH = ("分公司", "分部", "机构")


@dataclass(frozen=True)
class Tile:
    """A province: where it stands in the grid, and in which of STEPS its figure lies (0: none)."""

    name: str
    line: Line | None
    row: int
    column: int
    step: int


@dataclass(frozen=True)
class Step:
    """One line of the legend: from and up to how many person-times."""

    number: int
    least: Amount
    most: Amount


def grid(regions: Sequence[Region], lines: dict[str, Line]) -> dict:
    """Tiles and legend for provincial branches; nothing where they are not what is looked at."""
    provinces = [region for region in regions if region.level == Region.Level.PROVINCE]
    if len(provinces) < 2:
        return {"tiles": [], "steps": []}
    ranked = sorted(
        (line.amount.exact for region in provinces if (line := lines.get(region.code))),
    )
    tiles, taken = [], set()
    for region in provinces:
        place = PLACES.get(region.code[:2])
        if place is None or place in taken:
            spare = sum(1 for row, _column in taken if row >= _FIRST_SPARE_ROW)
            place = (_FIRST_SPARE_ROW + spare // _COLUMNS, spare % _COLUMNS + 1)
        taken.add(place)
        line = lines.get(region.code)
        step = _step(line.amount.exact, ranked) if line else 0
        tiles.append(Tile(short_name(region.name), line, *place, step))
    tiles.sort(key=lambda tile: (tile.row, tile.column))
    return {"tiles": tiles, "steps": _legend(tiles)}


def short_name(name: str) -> str:
    """What fits into a tile: 新疆维吾尔自治区分公司 is 新疆."""
    for endings in (_BRANCH, _ENDINGS):
        for ending in endings:
            if name.endswith(ending) and len(name) - len(ending) >= 2:
                name = name.removesuffix(ending)
                break
    return name


def _step(count: int, ranked: Sequence[int]) -> int:
    """In which fifth of the provinces it lies, by rank: one far ahead does not pale the others."""
    below = sum(1 for other in ranked if other < count)
    return 1 + below * STEPS // len(ranked)


def _legend(tiles: Sequence[Tile]) -> list[Step]:
    steps = []
    for number in range(STEPS, 0, -1):
        counts = [tile.line.amount.exact for tile in tiles if tile.step == number and tile.line]
        if counts:
            steps.append(Step(number, Amount(min(counts)), Amount(max(counts))))
    return steps
