"""The ledger summed up, along the tree as well: always recomputed from it, never added to.

All of it is SQL from table to table: no row travels here and back.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from campaigns.channels.models import Channel
from campaigns.reach.models import (
    EVERYDAY,
    EVERYDAY_ID,
    TOTALS_DEPTH,
    DailyPiece,
    DailyPieceTotal,
    DailyReach,
    DailyTotal,
    MonthlyPiece,
    MonthlyReach,
    ReachEntry,
)
from campaigns.regions.models import Region

_DAYS_AT_ONCE = 300
_LEDGER = ReachEntry._meta.db_table  # noqa: SLF001
_REGIONS = Region._meta.db_table  # noqa: SLF001
_CHANNELS = Channel._meta.db_table  # noqa: SLF001

# (edition or 0 for everyday, Beijing day, channel), by primary key
Slice = tuple[int, date, int]


@dataclass(frozen=True)
class _Table:
    """One of them, in the words of SQL."""

    model: type
    period: str
    has_content: bool = False
    has_channel: bool = True

    @property
    def name(self) -> str:
        return self.model._meta.db_table  # noqa: SLF001

    @property
    def parts(self) -> tuple[str, ...]:
        """What rows are kept apart by, beside edition and region; named as in the ledger."""
        channel = ("channel_id",) if self.has_channel else ()
        content = ("content",) if self.has_content else ()
        return (*channel, self.period, *content, "metric", "basis", "language")

    @property
    def key(self) -> tuple[str, ...]:
        return ("edition_id", "node_id", *self.parts)


_DAYS = (_Table(DailyReach, "day"), _Table(DailyPiece, "day", has_content=True))
_MONTHS = (_Table(MonthlyReach, "month"), _Table(MonthlyPiece, "month", has_content=True))
_TOTALS = (
    _Table(DailyTotal, "day", has_channel=False),
    _Table(DailyPieceTotal, "day", has_content=True, has_channel=False),
)
_TABLES = (*_DAYS, *_MONTHS, *_TOTALS)


@dataclass(frozen=True)
class Difference:
    """A sum that a rollup holds (None: not at all) beside what the ledger says."""

    table: str
    key: dict[str, object]
    in_rollup: int | None
    in_ledger: int | None

    def __str__(self) -> str:
        told = {**self.key, "edition_id": self.key["edition_id"] or EVERYDAY}
        where = " ".join(f"{name.removesuffix('_id')} {value}" for name, value in told.items())
        return (
            f"{self.table} {where}: rollup {_or_none(self.in_rollup)}, "
            f"ledger {_or_none(self.in_ledger)}"
        )


def refresh(slices: Iterable[Slice]) -> None:
    """Recompute exactly these slices, and the months and totals they lie in.

    In the writer's transaction.
    """
    days_in: dict[tuple[int, int], set[date]] = defaultdict(set)
    days_of: dict[int, set[date]] = defaultdict(set)
    for edition_id, day, channel_id in slices:
        days_in[edition_id, channel_id].add(day)
        days_of[edition_id].add(day)
    with transaction.atomic(), connection.cursor() as cursor:
        nodes, upper = _nodes(), upper_nodes()
        for (edition_id, channel_id), days in days_in.items():
            _refresh_days(cursor, edition_id, channel_id, sorted(days), nodes)
            for month in sorted({day.replace(day=1) for day in days}):
                _refresh_month(cursor, edition_id, channel_id, month, nodes)
        for edition_id, days in days_of.items():
            _refresh_totals(cursor, edition_id, sorted(days), upper)


def rebuild() -> int:
    """Throw all rollups away and sum the whole ledger again; returns how many rows that gave.

    Needed as well after a region has been moved to another place in the tree.
    """
    from campaigns.reach.ledger import take_turn

    with transaction.atomic(), connection.cursor() as cursor:
        take_turn()
        for table in _TABLES:
            cursor.execute(f"DELETE FROM {table.name}")  # noqa: S608
        upper = upper_nodes()
        for edition_id in _editions():
            where, params = _of_edition(edition_id)
            for table in _DAYS:
                cursor.execute(_insert(table, _summed(table, where)), params)
            for days, months, totals in zip(_DAYS, _MONTHS, _TOTALS, strict=True):
                sql = _insert(months, _out_of(days, months, "edition_id = %s"))
                cursor.execute(sql, [edition_id])
                cursor.execute(_insert(totals, _out_of(days, totals, _at(edition_id, upper))))
        return sum(table.model.objects.count() for table in _TABLES)


def differences() -> Iterator[Difference]:
    """Every sum in which rollups and ledger do not agree. All of it is compared in the database."""
    for table in _TABLES:
        known = _editions()
        known |= set(table.model.objects.values_list("edition_id", flat=True).distinct())
        for edition_id in sorted(known):
            yield from _differences(table, edition_id)


def _refresh_days(
    cursor, edition_id: int, channel_id: int, days: list[date], nodes: list[int]
) -> None:
    for some in _some(days):
        in_days = f"channel_id = %s AND {_on(some)}"
        where, params = _of_edition(edition_id)
        for table in _DAYS:
            cursor.execute(
                f"DELETE FROM {table.name} "  # noqa: S608
                f"WHERE {_at(edition_id, nodes)} AND {in_days}",
                [channel_id, *some],
            )
            sql = _insert(table, _summed(table, f"{where} AND {in_days}"))
            cursor.execute(sql, [*params, channel_id, *some])


def _refresh_month(cursor, edition_id: int, channel_id: int, month: date, nodes: list[int]) -> None:
    """A month out of its days, which have been summed already."""
    here = f"{_at(edition_id, nodes)} AND channel_id = %s"
    for days, months in zip(_DAYS, _MONTHS, strict=True):
        cursor.execute(
            f"DELETE FROM {months.name} WHERE {here} AND month = %s",  # noqa: S608
            [channel_id, month],
        )
        cursor.execute(
            _insert(months, _out_of(days, months, f"{here} AND day >= %s AND day <= %s")),
            [channel_id, month, last_day(month)],
        )


def _refresh_totals(cursor, edition_id: int, all_days: list[date], upper: list[int]) -> None:
    """Days with all channels together, out of the channels' days."""
    here = _at(edition_id, upper)
    # Named, each channel's days are one step away in the key.
    channels = f"channel_id IN (SELECT id FROM {_CHANNELS})"  # noqa: S608
    for some in _some(all_days):
        for days, totals in zip(_DAYS, _TOTALS, strict=True):
            cursor.execute(f"DELETE FROM {totals.name} WHERE {here} AND {_on(some)}", some)  # noqa: S608
            found = _out_of(days, totals, f"{here} AND {channels} AND {_on(some)}")
            cursor.execute(_insert(totals, found), some)


def last_day(month: date) -> date:
    """The last day of the month that the day lies in."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def _summed(table: _Table, where: str) -> str:
    """The ledger's entries that meet a condition, summed for their region and all above it.

    First within each region, so that only sums and not entries are multiplied along the tree.
    """
    own = ", ".join(
        f"{_first_of_month('day')} AS month" if part == "month" else part for part in table.parts
    )
    if table.has_content:
        where += " AND content <> ''"
    numbers = ", ".join(str(n) for n in range(1, len(table.parts) + 2))
    parts = ", ".join(f"e.{part}" for part in table.parts)
    edition = f"CAST(COALESCE(e.edition_id, {EVERYDAY_ID}) AS BIGINT)"
    steps = f"SUBSTR(r.path, 1, d.depth * {Region.steplen})"
    upper = "" if table.has_channel else f"AND d.depth <= {TOTALS_DEPTH}"
    return f"""
        SELECT {edition} AS edition_id, n.id AS node_id, {parts},
            CAST(SUM(e.count) AS BIGINT) AS count, MAX(e.newest_id) AS newest_id,
            MIN(e.oldest_id) AS oldest_id
        FROM (
            SELECT region_id, {own}, MAX(edition_id) AS edition_id,
                SUM(count) AS count, MAX(id) AS newest_id, MIN(id) AS oldest_id
            FROM {_LEDGER} WHERE {where} GROUP BY {numbers}
        ) e
        JOIN {_REGIONS} r ON r.id = e.region_id
        JOIN (SELECT DISTINCT depth FROM {_REGIONS}) d ON d.depth <= r.depth {upper}
        JOIN {_REGIONS} n ON n.path = {steps}
        GROUP BY {edition}, n.id, {parts}
    """  # noqa: S608


def _out_of(days: _Table, table: _Table, where: str) -> str:
    """Days summed to what the table keeps apart: to months, or to all channels together."""
    month = _first_of_month("day")
    columns = ", ".join(f"{month} AS month" if part == "month" else part for part in table.key)
    numbers = ", ".join(str(n) for n in range(1, len(table.key) + 1))
    return (
        f"SELECT {columns}, CAST(SUM(count) AS BIGINT), MAX(newest_id), MIN(oldest_id) "  # noqa: S608
        f"FROM {days.name} WHERE {where} GROUP BY {numbers}"
    )


def _insert(table: _Table, select: str) -> str:
    columns = ", ".join((*table.key, "count", "newest_id", "oldest_id"))
    return f"INSERT INTO {table.name} ({columns}) {select}"


def _differences(table: _Table, edition_id: int) -> Iterator[Difference]:
    where, params = _of_edition(edition_id)
    key = ", ".join(table.key)
    sql = f"""
        SELECT {key}, MAX(held), MAX(told) FROM (
            SELECT {key}, count AS held, NULL AS told FROM {table.name} WHERE edition_id = %s
            UNION ALL
            SELECT {key}, NULL AS held, count AS told FROM ({_summed(table, where)}) summed
        ) both_sides
        GROUP BY {key}
        HAVING COUNT(held) <> COUNT(told) OR MAX(held) <> MAX(told)
        ORDER BY {key}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [edition_id, *params])
        for *values, held, told in cursor:
            named = dict(zip(table.key, values, strict=True))
            yield Difference(table.model.__name__, named, held, told)


def _at(edition_id: int, nodes: list[int]) -> str:
    """One edition, all nodes: spelled out, the primary key leads to each of them."""
    return f"edition_id = {int(edition_id)} AND node_id IN ({', '.join(str(pk) for pk in nodes)})"


def _some(days: list[date]) -> Iterator[list[date]]:
    """So many at a time that a database takes them as parameters."""
    for start in range(0, len(days), _DAYS_AT_ONCE):
        yield days[start : start + _DAYS_AT_ONCE]


def _on(days: list[date]) -> str:
    return f"day IN ({', '.join(['%s'] * len(days))})"


def _of_edition(edition_id: int) -> tuple[str, list[int]]:
    """The condition on the ledger."""
    return ("edition_id = %s", [edition_id]) if edition_id else ("edition_id IS NULL", [])


def _first_of_month(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"CAST(DATE_TRUNC('month', {column}) AS date)"
    return f"DATE({column}, 'start of month')"


def _editions() -> set[int]:
    entries = ReachEntry.objects.order_by().values_list("edition_id", flat=True).distinct()
    return {edition_id or EVERYDAY_ID for edition_id in entries}


def _nodes() -> list[int]:
    return list(Region.objects.order_by().values_list("pk", flat=True))


def upper_nodes() -> list[int]:
    """The regions (primary keys) of which days are kept with all channels together."""
    upper = Region.objects.filter(depth__lte=TOTALS_DEPTH)
    return list(upper.order_by().values_list("pk", flat=True))


def _or_none(count: int | None) -> str:
    return "none" if count is None else str(count)
