"""A whole import taken back: by entries of its own, since none is ever taken out of the ledger."""

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from campaigns.reach import ledger, rollups
from campaigns.reach.models import EVERYDAY_ID, ImportBatch, ReachEntry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

_LEDGER = ReachEntry._meta.db_table  # noqa: SLF001
_BATCHES = ImportBatch._meta.db_table  # noqa: SLF001


class BatchInUseError(ValueError):
    """Later imports have corrected figures of this one; `batches` are their primary keys."""

    def __init__(self, batches: list[int]) -> None:
        super().__init__(f"corrected by later imports: {', '.join(map(str, batches))}")
        self.batches = batches


def reverse_batch(batch: ImportBatch, reason: str, by: "AbstractBaseUser | None" = None) -> int:
    """Take a whole import back by signed entries of its own; returns how many there were.

    Every figure that it touched stands again where it stood before: at nothing, if the batch
    brought it. What was put right by hand since goes with it. Raises BatchInUseError when a later
    import has corrected one of these figures and still stands, ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("taking an import back needs a reason")
    with transaction.atomic(), connection.cursor() as cursor:
        ledger.take_turn()
        cursor.execute(_LATER_BATCHES, [batch.pk, batch.pk])
        if later := [pk for (pk,) in cursor]:
            raise BatchInUseError(sorted(later))
        slices = set(
            ReachEntry.objects.filter(batch=batch)
            .order_by()
            .values_list("edition", "day", "channel")
            .distinct()
        )
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        origin, key = ReachEntry.Origin.UNDO.value, f"undo:{batch.pk}:"
        cursor.execute(
            _REVERSAL, [batch.pk, origin, key, batch.pk, reason[:300], now, by and by.pk]
        )
        written = cursor.rowcount
        rollups.refresh({(edition or EVERYDAY_ID, *rest) for edition, *rest in slices})
    return written


# The figures that a batch brought or corrected, with its first entry at each.
TOUCHED = f"""
    WITH touched AS (
        SELECT COALESCE(corrects_id, id) AS root_id, MIN(id) AS first_id,
            MIN(batch_row) AS batch_row
        FROM {_LEDGER} WHERE batch_id = %s GROUP BY COALESCE(corrects_id, id)
    )
"""  # noqa: S608
# Its state tells whether a batch still stands. Its entries need not come to nothing once it was
# taken back: what was put right by hand meanwhile went with it.
_LATER_BATCHES = f"""
    {TOUCHED}
    SELECT DISTINCT b.id FROM touched t
    JOIN {_LEDGER} l ON l.corrects_id = t.root_id AND l.id > t.first_id
    JOIN {_BATCHES} b ON b.id = l.batch_id
    WHERE b.id <> %s AND b.state <> '{ImportBatch.State.UNDONE.value}'
"""  # noqa: S608
# One entry for each figure, and none where nothing changes.
SINCE = f"""
    (CASE WHEN r.id >= t.first_id THEN r.count ELSE 0 END + COALESCE((
        SELECT CAST(SUM(l.count) AS BIGINT) FROM {_LEDGER} l
        WHERE l.corrects_id = r.id AND l.id >= t.first_id
    ), 0))
"""  # noqa: S608
_COPIED = ledger.COLUMNS[: ledger.COLUMNS.index("count")]
_REVERSAL = f"""
    INSERT INTO {_LEDGER} ({", ".join(_COPIED)}, count, origin, source_key, batch_id, batch_row,
        corrects_id, reason, recorded_at, recorded_by_id)
    {TOUCHED}
    SELECT {", ".join(f"r.{name}" for name in _COPIED)}, -{SINCE}, %s, %s || r.id,
        CAST(%s AS BIGINT), t.batch_row, r.id, %s, %s, CAST(%s AS BIGINT)
    FROM touched t JOIN {_LEDGER} r ON r.id = t.root_id
    WHERE {SINCE} <> 0
"""  # noqa: S608
