"""What a file comes to: each row's outcome, what is odd, what is held, what the channels gain.

First the file by itself (`read`), then beside the ledger (`weigh`). Only the second has to be done
while the ledger holds still.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from campaigns.reach import metrics, sums
from campaigns.reach.importing import words
from campaigns.reach.importing.cells import text_of
from campaigns.reach.importing.checking import RowChecker
from campaigns.reach.importing.comparing import compare
from campaigns.reach.importing.duplicates import Suspect, Told, suspects
from campaigns.reach.importing.figures import Figure
from campaigns.reach.importing.keys import Known
from campaigns.reach.importing.outliers import note_outliers
from campaigns.reach.importing.problems import ImportReport, UnreadableFileError
from campaigns.reach.importing.reading import Cell, Row, Table
from campaigns.reach.models import EVERYDAY, EVERYDAY_ID, HeldEntry, ImportRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Outcome = ImportRow.Outcome
Progress = Callable[[int], None]

# So often is said how far a long file has come.
_ROWS_PER_WORD = 5_000


@dataclass
class ReadFile:
    """A file's rows and those figures in it that passed every check."""

    figures: list[Figure]
    at: dict[str, int]
    rows: list[Row]


@dataclass
class Weighed:
    """Figures by what becomes of them. `held` wait for a decision, `waiting` did so before."""

    new: list[Figure] = field(default_factory=list)
    changed: list[tuple[Figure, Known]] = field(default_factory=list)
    unchanged: list[Figure] = field(default_factory=list)
    # With the primary key of what is held under the same key already, if anything is.
    held: list[tuple[Suspect, int | None]] = field(default_factory=list)
    waiting: list[tuple[Figure, Known]] = field(default_factory=list)
    conflicts: set[int] = field(default_factory=set)
    # The source keys of new figures whose numbers an undone import has used before.
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether a commit would write nothing."""
        return not (self.new or self.changed or self.held)

    def outcomes(self) -> dict[int, tuple[str, int | None]]:
        """By row: its outcome, and where the figure stood before."""
        found: dict[int, tuple[str, int | None]] = {}
        found.update((figure.row, (Outcome.NEW, None)) for figure in self.new)
        found.update((figure.row, (Outcome.CHANGED, known.told)) for figure, known in self.changed)
        found.update((figure.row, (Outcome.UNCHANGED, None)) for figure in self.unchanged)
        found.update((suspect.figure.row, (Outcome.HELD, None)) for suspect, _pk in self.held)
        found.update((figure.row, (Outcome.HELD, None)) for figure, _known in self.waiting)
        found.update((row, (Outcome.CONFLICT, None)) for row in self.conflicts)
        return found


def read(
    table: Table,
    report: ImportReport,
    by: "AbstractBaseUser | None" = None,
    *,
    keep_rows: bool = False,
    progress: Progress | None = None,
) -> ReadFile:
    """Check every row by itself. Raises UnreadableFileError for what is no such table at all."""
    checker = RowChecker(table.header, report, by)
    kept: list[Row] = []
    rows: Iterable[Row] = table.rows
    if progress:
        rows = _told(rows, progress)
    if keep_rows:
        rows = _kept(rows, kept)
    figures = list(checker.figures(rows))
    if not figures and not report.errors:
        raise UnreadableFileError(_("there are no rows below the header"))
    return ReadFile(figures, checker.at, kept)


def weigh(
    figures: list[Figure], report: ImportReport, by: "AbstractBaseUser | None" = None
) -> Weighed:
    """Hold the figures against the ledger; what is wrong or odd goes into the report."""
    changes = compare(figures, report, by)
    # Whoever brought these has taken upon themselves what is odd about them.
    idle = {figure.row for figure in changes.unchanged}
    report.note_postponed(idle | {figure.row for figure, _known in changes.waiting})
    told = [Told(figure, figure.count, is_new=True) for figure in changes.new]
    told += [
        # What was told as nothing is as good as new.
        Told(figure, figure.count - known.told, is_new=not known.standing.count and not known.held)
        for figure, known in changes.changed
    ]
    found = {suspect.figure.row: suspect for suspect in suspects(told, changes.unchanged)}
    note_outliers([one.figure for one in told], report)
    weighed = Weighed(
        new=[figure for figure in changes.new if figure.row not in found],
        changed=[pair for pair in changes.changed if pair[0].row not in found],
        unchanged=changes.unchanged,
        held=[(suspect, None) for suspect in found.values()],
        waiting=changes.waiting,
        conflicts=changes.conflicts,
        keys=changes.keys,
    )
    if changes.reopened:
        before = HeldEntry.objects.in_bulk([known.held for _figure, known in changes.reopened])
        for figure, known in changes.reopened:
            held = before[known.held]
            suspect = Suspect(figure, held.kind, held.against, held.against_count)
            weighed.held.append((suspect, held.pk))
    report.held = len(weighed.held) + len(weighed.waiting)
    report.unchanged = len(weighed.unchanged)
    if not report.errors:
        report.new, report.changed = len(weighed.new), len(weighed.changed)
    report.problems.sort(key=lambda problem: (problem.row is None, problem.row or 0))
    return weighed


def fingerprint(weighed: Weighed, report: ImportReport, sha256: str) -> str:
    """What a person agrees to: the file, and what becomes of each of its rows.

    Not what the channels stood at before: hits come in all the time, and they are not the file's.
    """
    told = hashlib.sha256(sha256.encode())

    def add(kind: str, values: Iterable[str]) -> None:
        told.update(f"\n{kind} {' '.join(values)}".encode())

    add("new", (str(figure.row) for figure in weighed.new))
    add("changed", (f"{figure.row}:{known.told}" for figure, known in weighed.changed))
    add("unchanged", (str(figure.row) for figure in weighed.unchanged))
    add("held", sorted(f"{suspect.figure.row}:{suspect.kind}" for suspect, _pk in weighed.held))
    add("waiting", (str(figure.row) for figure, _known in weighed.waiting))
    add("wrong", sorted({str(problem.row) for problem in report.problems if not problem.warning}))
    add("odd", sorted(f"{one.row}:{one.warning}" for one in report.problems if one.warning))
    return told.hexdigest()


def totals(weighed: Weighed, by: "AbstractBaseUser | None" = None) -> list[dict]:
    """Person-times by campaign and channel: what stands, and by how much the file changes it.

    Of what the user may see; what is held does not count yet.
    """
    reach = frozenset(metrics.reach_codes())
    gained: dict[tuple, int] = defaultdict(int)
    codes: dict[tuple, tuple[str, str]] = {}
    added = [(figure, figure.count) for figure in weighed.new]
    added += [(figure, figure.count - known.told) for figure, known in weighed.changed]
    added += [(figure, 0) for figure in weighed.unchanged]
    for figure, count in added:
        edition, channel = figure.edition, figure.place.channel
        key = (edition.pk if edition else EVERYDAY_ID, channel.pk)
        gained[key] += count if figure.metric in reach else 0
        if key not in codes:
            codes[key] = (edition.code if edition else EVERYDAY, channel.code)
    if not gained:
        return []
    nodes = tuple(node.pk for node in sums.nodes_for(by))
    cut = sums.Cut(
        editions=tuple({edition for edition, _channel in gained}),
        nodes=nodes,
        metrics=tuple(reach),
    )
    before = {}
    if nodes:
        cube = sums.cube(cut, ("edition", "channel"))
        before = {(edition, channel): count for edition, channel, count in cube}
    return [
        {
            "campaign": campaign,
            "channel": channel,
            "before": int(before.get(key, 0)),
            "difference": gained[key],
        }
        for key, (campaign, channel) in sorted(codes.items(), key=lambda item: item[1])
    ]


def shown_cells(cells: list[Cell], at: tuple[int, ...]) -> list[str]:
    """The cells at these places as a person reads them."""
    return [_shown(cells[index]) if index < len(cells) else "" for index in at]


def in_order(at: dict[str, int]) -> dict[str, int]:
    """Where each column stands, in the order of our columns."""
    return {name: at[name] for name in words.COLUMNS}


def _shown(cell: Cell) -> str:
    if type(cell) is str:
        word = cell.strip()
    elif isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        word = cell.date().isoformat()
    else:
        word = text_of(cell)
    return word if len(word) <= 200 else f"{word[:200]}…"


def _kept(rows: Iterable[Row], kept: list[Row]) -> Iterator[Row]:
    for row in rows:
        kept.append(row)
        yield row


def _told(rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count % _ROWS_PER_WORD == 0:
            progress(count)
        yield row
