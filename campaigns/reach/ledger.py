"""The only door into the ledger. Entries go in; nothing is ever changed or taken out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.reach import bulk, rollups
from campaigns.reach.metrics import Basis, known
from campaigns.reach.models import EVERYDAY_ID, ImportBatch, ReachEntry
from campaigns.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# Any number that no other advisory lock of this product uses.
_LOCK = 0x5EAC4
_LOOK_UP = 900  # SQLite takes 999 parameters a statement

# What an entry is written with.
COLUMNS = (
    "edition_id",
    "channel_id",
    "account_id",
    "region_id",
    "content",
    "language",
    "metric",
    "basis",
    "day",
    "count",
    "origin",
    "source_key",
    "batch_id",
    "batch_row",
    "corrects_id",
    "reason",
    "recorded_at",
    "recorded_by_id",
)


class AlreadyRecordedError(ValueError):
    """An entry with one of these source keys stands in the ledger already."""


class CorrectedMeanwhileError(ValueError):
    """The entry no longer stands where whoever corrects it saw it; `standing` is where it does."""

    def __init__(self, standing: int) -> None:
        super().__init__(f"corrected meanwhile: it stands at {standing}")
        self.standing = standing


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What one entry says. `count` is signed, in the metric's unit; `day` is a day in Beijing.

    The source key names where the figure came from, once: recording it again is refused.
    """

    channel: Channel
    region: Region
    metric: str
    basis: str
    day: date
    count: int
    origin: str
    source_key: str
    edition: Edition | None = None
    account: ChannelAccount | None = None
    content: str = ""
    language: str = ""
    batch: ImportBatch | None = None
    batch_row: int | None = None
    corrects_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an entry and its corrections come to, and how many corrections there are."""

    count: int
    corrections: int


def take_turn() -> None:
    """Let one writer at a time at the ledger, until the transaction ends.

    Rollups are recomputed from what the ledger holds, so two writers must not overlap. SQLite's
    IMMEDIATE transactions see to that by themselves.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def high_water() -> int:
    """The newest entry's primary key, 0 for an empty ledger: all that stands lies at or below it.

    Call it within a transaction: it takes the ledger's turn, so that no entry with a smaller key
    can still be on its way.
    """
    take_turn()
    return ReachEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0


def record(entries: Iterable[NewEntry], by: "AbstractBaseUser | None" = None) -> list[ReachEntry]:
    """Put entries into the ledger and recompute the sums they touch, all or nothing.

    Raises AlreadyRecordedError when a source key is there already, ValueError for a metric or a
    basis that does not exist; nothing is recorded then.
    """
    entries = list(entries)
    now = timezone.now()
    rows = [
        ReachEntry(**dict(zip(COLUMNS, _values(entry, by, now), strict=True))) for entry in entries
    ]
    _append(entries, lambda: ReachEntry.objects.bulk_create(rows))
    return rows


def record_many(
    entries: list[NewEntry],
    by: "AbstractBaseUser | None" = None,
    *,
    at: datetime | None = None,
) -> None:
    """As `record`, for hundreds of thousands of entries; gives none of them back.

    `at` is for loading history: when the figures were told first, somewhere else.
    """
    now = bulk.adapted(at or timezone.now())
    days = {day: bulk.adapted(day) for day in {entry.day for entry in entries}}
    rows = (_values(entry, by, now, days[entry.day]) for entry in entries)
    _append(entries, lambda: bulk.insert(ReachEntry, COLUMNS, rows))


def _values(entry: NewEntry, by, now, day=None) -> tuple:
    """What COLUMNS names."""
    return (
        entry.edition and entry.edition.pk,
        entry.channel.pk,
        entry.account and entry.account.pk,
        entry.region.pk,
        entry.content,
        entry.language,
        entry.metric,
        entry.basis,
        day or entry.day,
        entry.count,
        str(entry.origin),
        entry.source_key,
        entry.batch and entry.batch.pk,
        entry.batch_row,
        entry.corrects_id,
        entry.reason,
        now,
        by and by.pk,
    )


def _append(entries: list[NewEntry], write: Callable[[], object]) -> None:
    if not entries:
        return
    _refuse_nonsense(entries)
    with transaction.atomic():
        take_turn()
        try:
            with transaction.atomic():
                write()
        except IntegrityError as error:
            taken = sorted(_taken([entry.source_key for entry in entries]))
            if not taken:
                raise
            raise AlreadyRecordedError(
                f"already in the ledger: {', '.join(taken[:5])}"
                + (f" and {len(taken) - 5} more" if len(taken) > 5 else "")
            ) from error
        rollups.refresh(
            {
                (entry.edition.pk if entry.edition else EVERYDAY_ID, entry.day, entry.channel.pk)
                for entry in entries
            }
        )


def correct(
    entry: ReachEntry,
    new_count: int,
    reason: str,
    by: "AbstractBaseUser | None" = None,
    *,
    seen: int | None = None,
) -> ReachEntry | None:
    """Make an entry stand at `new_count` by adding the signed difference as an entry of its own.

    Returns the correction, or None when the entry stands there already. Raises ValueError without
    a reason, or when asked to correct a correction: it is the figure itself that gets corrected.
    `seen` is where the corrector saw it stand: CorrectedMeanwhileError when that no longer holds.
    """
    if not reason.strip():
        raise ValueError("a correction needs a reason")
    if entry.corrects_id:
        raise ValueError("correct the entry itself, not its correction")
    with transaction.atomic():
        take_turn()
        standing = standings({entry.pk: entry.count})[entry.pk]
        if seen is not None and standing.count != seen:
            raise CorrectedMeanwhileError(standing.count)
        if standing.count == new_count:
            return None
        correction = NewEntry(
            edition=entry.edition,
            channel=entry.channel,
            account=entry.account,
            region=entry.region,
            content=entry.content,
            language=entry.language,
            metric=entry.metric,
            basis=entry.basis,
            day=entry.day,
            count=new_count - standing.count,
            origin=ReachEntry.Origin.CORRECTION,
            source_key=correction_key(entry.pk, standing),
            corrects_id=entry.pk,
            reason=reason[:300],
        )
        return record([correction], by)[0]


def correction_key(pk: int, standing: Standing) -> str:
    """The source key of the next correction of the entry with that primary key."""
    return f"correction:{pk}:{standing.corrections + 1}"


def standings(counts: dict[int, int]) -> dict[int, Standing]:
    """Where entries, given by primary key with their own count, stand with all corrections."""
    by_pk = {pk: Standing(count, 0) for pk, count in counts.items()}
    for pks in in_slices(list(by_pk)):
        corrections = (
            ReachEntry.objects.filter(corrects__in=pks)
            .order_by()
            .values_list("corrects")
            .annotate(Sum("count"), Count("pk"))
        )
        for pk, difference, number in corrections:
            by_pk[pk] = Standing(by_pk[pk].count + difference, number)
    return by_pk


def in_slices(values: list, size: int = _LOOK_UP) -> Iterable[list]:
    """The list in pieces that fit into one statement each."""
    return (values[start : start + size] for start in range(0, len(values), size))


def _refuse_nonsense(entries: list[NewEntry]) -> None:
    metrics = known()
    for entry in entries:
        if entry.metric not in metrics:
            raise ValueError(f"no such metric: {entry.metric!r}")
        if entry.basis not in Basis.values:
            raise ValueError(f"no such basis: {entry.basis!r}")


def _taken(keys: list[str]) -> set[str]:
    return {
        key
        for some in in_slices(keys)
        for key in ReachEntry.objects.filter(source_key__in=some).values_list(
            "source_key", flat=True
        )
    } | {key for key in keys if keys.count(key) > 1 and len(keys) <= _LOOK_UP}
