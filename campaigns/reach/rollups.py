"""The ledger summed by day: always recomputed from it, never added to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum

from campaigns.reach.models import EVERYDAY, DailyReach, ReachEntry

_KEY = ("edition_id", "day", "channel_id", "region_id", "metric", "basis")
_DAYS_AT_ONCE = 300

Pair = tuple[int | None, date]


@dataclass(frozen=True)
class Difference:
    """A sum that the rollups hold (None: not at all) beside what the ledger says."""

    key: tuple
    in_rollup: int | None
    in_ledger: int | None

    def __str__(self) -> str:
        edition, day, channel, region, metric, basis = self.key
        return (
            f"edition {edition or EVERYDAY} day {day} channel {channel} region {region} "
            f"{metric} {basis}: rollup {_or_none(self.in_rollup)}, "
            f"ledger {_or_none(self.in_ledger)}"
        )


def refresh(pairs: Iterable[Pair]) -> None:
    """Recompute exactly these (edition id, Beijing day) pairs, in the writer's transaction."""
    days_of: dict[int | None, list[date]] = defaultdict(list)
    for edition_id, day in set(pairs):
        days_of[edition_id].append(day)
    with transaction.atomic():
        for edition_id, days in days_of.items():
            for start in range(0, len(days), _DAYS_AT_ONCE):
                some = _of(edition_id) & Q(day__in=days[start : start + _DAYS_AT_ONCE])
                DailyReach.objects.filter(some).delete()
                _store(ReachEntry.objects.filter(some))


def rebuild() -> int:
    """Throw all rollups away and sum the whole ledger again; returns how many rows that gave."""
    from campaigns.reach.ledger import take_turn

    with transaction.atomic():
        take_turn()
        DailyReach.objects.all().delete()
        for edition_id in _editions(ReachEntry.objects.all()):
            _store(ReachEntry.objects.filter(_of(edition_id)))
        return DailyReach.objects.count()


def differences() -> Iterator[Difference]:
    """Every sum in which rollups and ledger do not agree. An edition at a time fits in memory."""
    editions = _editions(ReachEntry.objects.all()) | _editions(DailyReach.objects.all())
    for edition_id in sorted(editions, key=lambda pk: pk or 0):
        ledger = {row[:-1]: row[-1] for row in _summed(ReachEntry.objects.filter(_of(edition_id)))}
        held = {
            row[:-1]: row[-1]
            for row in DailyReach.objects.filter(_of(edition_id)).values_list(*_KEY, "count")
        }
        for key in sorted(ledger.keys() | held.keys(), key=lambda key: key[1:]):
            if ledger.get(key) != held.get(key):
                yield Difference(key, held.get(key), ledger.get(key))


def _of(edition_id: int | None) -> Q:
    return Q(edition__isnull=True) if edition_id is None else Q(edition=edition_id)


def _editions(rows: QuerySet) -> set[int | None]:
    return set(rows.order_by().values_list("edition_id", flat=True).distinct())


def _summed(entries: QuerySet) -> QuerySet:
    return entries.order_by().values_list(*_KEY).annotate(Sum("count"))


def _store(entries: QuerySet) -> None:
    """Sum in the database: no row travels here and back."""
    sql, params = _summed(entries).query.sql_with_params()
    table, columns = DailyReach._meta.db_table, ", ".join((*_KEY, "count"))  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {sql}", params)


def _or_none(count: int | None) -> str:
    return "none" if count is None else str(count)
