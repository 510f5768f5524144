"""What is known under the numbers that senders give their figures, in the ledger and held.

An undone import's numbers are free again. The entries that it brought keep their source keys, since
the ledger only grows; whoever uses the number next gets the next key of its row: import:7,
import2:7, import3:7. The last of them is the one that counts.
"""

import json
from typing import NamedTuple

from django.db import connection

from campaigns.reach import ledger
from campaigns.reach.models import HeldEntry, ImportBatch, ReachEntry

# So that a sender's number never meets the key of a hit or of a session.
KEY_PREFIX = "import:"

# What a source key stands for, by the column that says it: only the count may differ later.
MEANING = {
    "day": "date",
    "channel_id": "channel",
    "account_id": "channel",
    "region_id": "region",
    "edition_id": "campaign",
    "content": "content",
    "language": "language",
    "metric": "metric",
    "basis": "basis",
}
# The day as text: that is how a file's days are compared quickest, on either database.
_FIELDS = ", ".join("CAST(e.day AS TEXT)" if name == "day" else f"e.{name}" for name in MEANING)
_LEDGER, _HELD, _BATCHES = (
    model._meta.db_table  # noqa: SLF001
    for model in (ReachEntry, HeldEntry, ImportBatch)
)
# Where things stand in a row of _rows: its key, its meaning, then these. The last is None unless
# the entry's import was taken back, and then the origin of its latest correction.
_REGION = 4
_ID = 1 + len(MEANING)
_COUNT, _DIFFERENCE, _CORRECTIONS, _LEFT_BY = _ID + 1, _ID + 2, _ID + 3, _ID + 4
_UNDO = ReachEntry.Origin.UNDO.value


class Known(NamedTuple):
    """What is known under a source key: what it means, and where it stands.

    `pk` is the ledger's entry, None while it is only held; `told` is what a file said last, which
    differs from where the entry stands when only a difference was counted.
    """

    meaning: tuple
    pk: int | None
    standing: ledger.Standing
    told: int
    held: int | None = None
    decision: str = ""
    # Under which its first entry would go into the ledger.
    key: str = ""

    @property
    def region(self) -> int:
        """The primary key of the region that it belongs to."""
        return self.meaning[3]


class InLedger(NamedTuple):
    """What stands under source keys: rows by key, and the keys that numbers used before go by."""

    rows: dict[str, tuple]
    free: dict[str, str]

    def is_unchanged(self, key: str, meaning: tuple, count: int) -> bool:
        """Whether just this stands there. Quick, since it is asked of every row of a file."""
        row = self.rows[key]
        return row[_COUNT] + (row[_DIFFERENCE] or 0) == count and row[1:_ID] == meaning

    def known(self, key: str) -> "Known":
        """What is known of an entry that stands there."""
        return _known(self.rows[key])

    def regions(self) -> set[int]:
        """Primary keys of all the regions that they belong to."""
        return {row[_REGION] for row in self.rows.values()}


def look_up(keys: list[str]) -> dict[str, Known]:
    """What stands under these source keys, in two statements or a few more, however many."""
    there = in_ledger(keys)
    return {key: there.known(key) for key in there.rows} | held_under(keys, there)


def in_ledger(keys: list[str]) -> InLedger:
    """What stands in the ledger under these keys; what an undone import left there does not."""
    found = {row[0]: row for row in _rows(keys)}
    free: dict[str, str] = {}
    undone = [key for key, row in found.items() if row[_LEFT_BY]]
    number = 1
    while undone:
        number += 1
        later = {_nth(key, number): key for key in undone}
        rows = {later[row[0]]: row for row in _rows(list(later))}
        for key in undone:
            # Not where somebody has put it right by hand since: then it stands for something.
            if key not in rows and _is_as_undo_left_it(found[key]):
                del found[key]
                free[key] = _nth(key, number)
        found.update(rows)
        undone = [key for key, row in rows.items() if row[_LEFT_BY]]
    return InLedger(found, free)


def held_under(keys: list[str], there: InLedger) -> dict[str, Known]:
    """What is held under these keys, or was until somebody decided."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.source_key, {_FIELDS}, e.id, e.count, e.against_count, e.decision "  # noqa: S608
            f"FROM {_among('e', _HELD)} WHERE e.decision <> 'withdrawn'",
            [_listed(keys)],
        )
        rows = cursor.fetchall()
    found = {}
    for key, *meaning, held, count, against, decision in rows:
        entry = there.known(key) if key in there.rows else None
        pk, standing = (entry.pk, entry.standing) if entry else (None, ledger.Standing(0, 0))
        # What was counted may have been put right since: the ledger knows.
        told = {
            HeldEntry.Decision.COUNTED: standing.count,
            HeldEntry.Decision.AS_DIFFERENCE: standing.count + against,
        }.get(decision, count)
        found[key] = Known(
            tuple(meaning), pk, standing, told, held, decision, there.free.get(key, key)
        )
    return found


def _is_as_undo_left_it(row: tuple) -> bool:
    return row[_LEFT_BY] == _UNDO and not _known(row).standing.count


def _nth(key: str, number: int) -> str:
    return KEY_PREFIX.replace(":", f"{number}:") + key.removeprefix(KEY_PREFIX)


def _rows(keys: list[str]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT e.source_key, {_FIELDS}, e.id, e.count,
                (SELECT CAST(SUM(c.count) AS BIGINT) FROM {_LEDGER} c WHERE c.corrects_id = e.id),
                (SELECT COUNT(*) FROM {_LEDGER} c WHERE c.corrects_id = e.id),
                CASE WHEN b.state = '{ImportBatch.State.UNDONE.value}' THEN COALESCE((
                    SELECT c.origin FROM {_LEDGER} c WHERE c.corrects_id = e.id
                    ORDER BY c.id DESC LIMIT 1
                ), '{_UNDO}') END
            FROM {_among("e", _LEDGER)} LEFT JOIN {_BATCHES} b ON b.id = e.batch_id
            """,  # noqa: S608
            [_listed(keys)],
        )
        return cursor.fetchall()


def _known(row: tuple) -> Known:
    standing = ledger.Standing(row[_COUNT] + (row[_DIFFERENCE] or 0), row[_CORRECTIONS])
    return Known(row[1:_ID], row[_ID], standing, standing.count)


def _among(alias: str, table: str) -> str:
    """The keys first, each leading to its row by the index: that is what CROSS JOIN is for."""
    if connection.vendor == "postgresql":
        return f"UNNEST(%s::text[]) k(value) JOIN {table} {alias} ON {alias}.source_key = k.value"
    return f"json_each(%s) k CROSS JOIN {table} {alias} ON {alias}.source_key = k.value"


def _listed(keys: list[str]) -> str | list[str]:
    return keys if connection.vendor == "postgresql" else json.dumps(keys)
