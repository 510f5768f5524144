"""A file's figures beside what stands in the ledger under the same keys."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from campaigns.reach import ledger
from campaigns.reach.importing.checking import Figure
from campaigns.reach.importing.problems import ImportReport
from campaigns.reach.importing.words import COLUMNS
from campaigns.reach.models import HeldEntry, ReachEntry
from campaigns.regions.models import Region
from campaigns.regions.scope import sees_everything

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# So that a sender's number never meets the key of a hit or of a session.
KEY_PREFIX = "import:"

# What a source key stands for, by the column that says it: only the count may differ later.
_MEANING = {
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
_FIELDS = ", ".join("CAST(e.day AS TEXT)" if name == "day" else f"e.{name}" for name in _MEANING)
_LEDGER, _HELD = ReachEntry._meta.db_table, HeldEntry._meta.db_table  # noqa: SLF001


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

    @property
    def region(self) -> int:
        """The primary key of the region that it belongs to."""
        return self.meaning[3]


@dataclass
class Changes:
    """What a file asks of the ledger. Rows that are in none of the lists are conflicts."""

    new: list[Figure] = field(default_factory=list)
    changed: list[tuple[Figure, Known]] = field(default_factory=list)
    unchanged: list[Figure] = field(default_factory=list)
    # Held by an earlier import, and told once more with the same count.
    waiting: list[tuple[Figure, Known]] = field(default_factory=list)
    # Held by an earlier import and told with another count: to be decided (again).
    reopened: list[tuple[Figure, Known]] = field(default_factory=list)
    conflicts: set[int] = field(default_factory=set)


def compare(
    figures: list[Figure], report: ImportReport, by: "AbstractBaseUser | None" = None
) -> Changes:
    """Sort the figures by what is known under their keys; another meaning is noted as a mistake."""
    changes = Changes()
    keys = [KEY_PREFIX + figure.key for figure in figures]
    standing = {row[0]: row for row in _in_ledger(keys)}
    held = _held(keys, standing)
    if not standing and not held:
        changes.new = list(figures)
        return changes
    days = {day: day.isoformat() for day in {figure.day for figure in figures}}
    hidden: set[int] | None = None
    for figure, key in zip(figures, keys, strict=True):
        row = standing.get(key)
        if row is None and key not in held:
            changes.new.append(figure)
            continue
        meaning = _meaning_of(figure, days[figure.day])
        if (
            key not in held
            and row[_COUNT] + (row[_DIFFERENCE] or 0) == figure.count
            and row[1:_ID] == meaning
        ):
            changes.unchanged.append(figure)
            continue
        found = held.get(key) or _known(row)
        if meaning != found.meaning:
            changes.conflicts.add(figure.row)
            if hidden is None:
                regions = {one[_REGION] for one in standing.values()}
                hidden = _hidden_from(by, regions | {one.region for one in held.values()})
            _note_conflict(figure, meaning, found, report, is_hidden=found.region in hidden)
        elif figure.count == found.told:
            if found.decision == HeldEntry.Decision.PENDING:
                changes.waiting.append((figure, found))
            else:
                changes.unchanged.append(figure)
        elif found.decision in (HeldEntry.Decision.PENDING, HeldEntry.Decision.DROPPED):
            changes.reopened.append((figure, found))
        else:
            changes.changed.append((figure, found))
    return changes


def look_up(keys: list[str]) -> dict[str, Known]:
    """What stands under these source keys, in two statements, however many there are."""
    standing = {row[0]: row for row in _in_ledger(keys)}
    return {key: _known(row) for key, row in standing.items()} | _held(keys, standing)


def _meaning_of(figure: Figure, day: str) -> tuple:
    """All of a figure but its count, in the order of the ledger's columns."""
    place, edition = figure.place, figure.edition
    return (
        day,
        place.channel.pk,
        place.account.pk if place.account else None,
        figure.region.pk,
        edition.pk if edition else None,
        figure.content,
        figure.language,
        figure.metric,
        figure.basis,
    )


# Where things stand in a row of _in_ledger: its key, its meaning, then these.
_REGION = 4
_ID = 1 + len(_MEANING)
_COUNT, _DIFFERENCE, _CORRECTIONS = _ID + 1, _ID + 2, _ID + 3


def _in_ledger(keys: list[str]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT e.source_key, {_FIELDS}, e.id, e.count,
                (SELECT CAST(SUM(c.count) AS BIGINT) FROM {_LEDGER} c WHERE c.corrects_id = e.id),
                (SELECT COUNT(*) FROM {_LEDGER} c WHERE c.corrects_id = e.id)
            FROM {_among("e", _LEDGER)}
            """,  # noqa: S608
            [_listed(keys)],
        )
        return cursor.fetchall()


def _known(row: tuple) -> Known:
    standing = ledger.Standing(row[_COUNT] + (row[_DIFFERENCE] or 0), row[_CORRECTIONS])
    return Known(row[1:_ID], row[_ID], standing, standing.count)


def _held(keys: list[str], in_ledger: dict[str, tuple]) -> dict[str, Known]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.source_key, {_FIELDS}, e.id, e.count, e.against_count, e.decision "  # noqa: S608
            f"FROM {_among('e', _HELD)} WHERE e.decision <> 'withdrawn'",
            [_listed(keys)],
        )
        rows = cursor.fetchall()
    found = {}
    for key, *meaning, held, count, against, decision in rows:
        there = _known(in_ledger[key]) if key in in_ledger else None
        pk, standing = (there.pk, there.standing) if there else (None, ledger.Standing(0, 0))
        # What was counted may have been put right since: the ledger knows.
        told = {
            HeldEntry.Decision.COUNTED: standing.count,
            HeldEntry.Decision.AS_DIFFERENCE: standing.count + against,
        }.get(decision, count)
        found[key] = Known(tuple(meaning), pk, standing, told, held, decision)
    return found


def _among(alias: str, table: str) -> str:
    """The keys first, each leading to its row by the index: that is what CROSS JOIN is for."""
    if connection.vendor == "postgresql":
        return f"UNNEST(%s::text[]) k(value) JOIN {table} {alias} ON {alias}.source_key = k.value"
    return f"json_each(%s) k CROSS JOIN {table} {alias} ON {alias}.source_key = k.value"


def _listed(keys: list[str]) -> str | list[str]:
    return keys if connection.vendor == "postgresql" else json.dumps(keys)


def _hidden_from(by: "AbstractBaseUser | None", regions: set[int]) -> set[int]:
    """Those of the regions (primary keys) that the user is not to hear of."""
    if by is None or sees_everything(by):
        return set()
    return regions - set(Region.objects.visible_to(by).order_by().values_list("pk", flat=True))


def _note_conflict(
    figure: Figure, meaning: tuple, found: Known, report: ImportReport, *, is_hidden: bool
) -> None:
    if is_hidden:
        message = _("“%(key)s” cannot be used: give the row another number")
        report.note(figure.row, "source_key", message % {"key": figure.key})
        return
    told = zip(_MEANING.values(), meaning, found.meaning, strict=True)
    for column in {column: None for column, new, old in told if new != old}:
        report.note(
            figure.row,
            column,
            _("“%(key)s” was imported with another %(column)s before")
            % {"key": figure.key, "column": COLUMNS[column]},
        )
