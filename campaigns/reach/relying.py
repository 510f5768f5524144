"""Files that told a figure again and wrote nothing, since an earlier one had brought it already.

Nothing in the ledger says that they told it: only their rows do. When the earlier import is taken
back the figure goes, and whoever sent the later file would not know.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection

from campaigns.reach.importing import words
from campaigns.reach.models import ImportBatch, ImportRow, ReachEntry
from campaigns.reach.reversing import SINCE, TOUCHED

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

_LEDGER, _ROWS, _BATCHES = (
    model._meta.db_table  # noqa: SLF001
    for model in (ReachEntry, ImportRow, ImportBatch)
)
_KEY_AT = list(words.COLUMNS).index("source_key")


@dataclass
class Relying:
    """How many figures a later file told again, and by how much they would change, by metric."""

    figures: int = 0
    changes: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Relying") -> None:
        self.figures += other.figures
        for metric, change in other.changes.items():
            self.changes[metric] = self.changes.get(metric, 0) + change


def relying_on(batch: ImportBatch) -> dict[int, Relying]:
    """By later batch (primary key) that stands: what taking this one back would change of it."""
    found: dict[int, Relying] = {}
    with connection.cursor() as cursor:
        at = connection.ops.adapt_datetimefield_value(batch.committed_at)
        cursor.execute(_statement(), [batch.pk, at, at, batch.pk])
        for pk, metric, figures, change in cursor:
            found.setdefault(pk, Relying()).add(Relying(figures, {metric: int(change)}))
    return found


def named_to(
    user: "AbstractBaseUser | None", batches: Iterable[int]
) -> tuple[list[ImportBatch], list[int]]:
    """Those of the batches (primary keys) that the user may hear of, and the keys of the others.

    None is the command line, which sees everything.
    """
    wanted = set(batches)
    seen = ImportBatch.objects.filter(pk__in=wanted).order_by("pk")
    if user is not None:
        seen = seen.visible_to(user)
    return list(seen), sorted(wanted - {one.pk for one in seen})


def _statement() -> str:
    """The figures that would change, by the number their sender gave them; then who told it."""
    colon = "strpos" if connection.vendor == "postgresql" else "instr"
    cell = f"i.cells ->> {_KEY_AT}"
    return f"""
        {TOUCHED},
        changing AS MATERIALIZED (
            SELECT substr(r.source_key, {colon}(r.source_key, ':') + 1) AS number, r.metric,
                -{SINCE} AS change
            FROM touched t JOIN {_LEDGER} r ON r.id = t.root_id
        )
        SELECT i.batch_id, c.metric, COUNT(*), SUM(c.change)
        FROM {_ROWS} i CROSS JOIN changing c
        WHERE i.batch_id IN (
                SELECT b.id FROM {_BATCHES} b
                WHERE b.state = '{ImportBatch.State.COMMITTED.value}' AND b.rows_unchanged > 0
                    AND (b.committed_at > %s OR (b.committed_at = %s AND b.id > %s))
            )
            AND i.outcome = '{ImportRow.Outcome.UNCHANGED.value}' AND c.change <> 0
            -- An apostrophe is put before what looks like a formula in a file that is given back.
            AND c.number = CASE WHEN substr({cell}, 1, 2) IN ('''=', '''+', '''-', '''@')
                THEN substr({cell}, 2) ELSE {cell} END
        GROUP BY i.batch_id, c.metric
        ORDER BY i.batch_id, c.metric
    """  # noqa: S608
