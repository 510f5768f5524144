"""What is wrong with a file of figures, said so that its sender can put it right."""

from collections.abc import Container
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from campaigns.reach.models import ImportBatch

# A file whose every row is wrong is not worth a message a row beyond this.
MOST_PROBLEMS = 100_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake, or something to look at: the row as a spreadsheet counts it, from 1."""

    file: str
    row: int | None
    field: str
    message: str
    # A kind of BatchWarning; empty for a mistake.
    warning: str = ""

    def __str__(self) -> str:
        where = self.file if self.row is None else f"{self.file}:row {self.row}: {self.field}"
        kind = _("warning: ") if self.warning else ""
        return f"{where}: {kind}{self.message}"


class UnreadableFileError(Exception):
    """The file as a whole cannot be used: not a table, or not this kind of table."""


@dataclass
class ImportReport:
    """What an import did, or would do."""

    file: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    # Rows that wait for a decision because they may count something twice.
    held: int = 0
    warnings: int = 0
    errors: int = 0
    problems: list[Problem] = field(default_factory=list)
    # What is odd about rows, as long as it is not known whether anything comes of them.
    postponed: list[Problem] = field(default_factory=list)
    # What is held anew, and why; the batch that came of it; an earlier one of the very same file.
    suspects: list = field(default_factory=list)
    batch: "ImportBatch | None" = None
    twin: "ImportBatch | None" = None

    def note(self, row: int | None, column: str, message: str, *, warning: str = "") -> None:
        """Take a problem down. Beyond the most that are printed, it is only counted."""
        if warning:
            self.warnings += 1
        else:
            self.errors += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(self.file, row, column, message, str(warning)))
        elif len(self.problems) == MOST_PROBLEMS:
            self.problems.append(
                Problem(self.file, None, "", _("too many problems to print them all"))
            )

    def postpone(self, row: int, column: str, message: str, *, warning: str) -> None:
        """Leave a warning to `note_postponed`."""
        self.postponed.append(Problem(self.file, row, column, message, str(warning)))

    def note_postponed(self, idle: Container[int]) -> None:
        """Note the warnings that were left, but for those about idle rows, which change nothing."""
        for one in self.postponed:
            if one.row not in idle:
                self.note(one.row, one.field, one.message, warning=one.warning)
        self.postponed = []

    @property
    def summary(self) -> str:
        return (
            f"new={self.new} changed={self.changed} unchanged={self.unchanged} "
            f"warnings={self.warnings} errors={self.errors}"
        )
