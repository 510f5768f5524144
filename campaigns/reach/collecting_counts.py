"""Hits that were not counted, counted: nothing is lost in silence.

Each process keeps its running totals of a day in a small file of its own that is mapped into
memory, so a count survives `kill -9` and a full disk (the file is as long as it will ever be from
the start). The tick on each machine brings the totals into the database, where storing one again
changes nothing; a file whose process is gone is removed after that.
"""

import contextlib
import fcntl
import mmap
import os
import struct
import threading
import time
import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from campaigns.calendar.windows import beijing_day
from campaigns.reach.models import CollectorCount

Reason = CollectorCount.Reason

SUFFIX = ".counts"
# One number each, in this order; new ones go to the end.
_REASONS = (
    Reason.LIMITED,
    Reason.FULL,
    Reason.LOST,
    Reason.LIMITED_CLICK,
    Reason.FULL_CLICK,
    Reason.LOST_CLICK,
)
_TOTALS = struct.Struct("<8Q")
_ONE = struct.Struct("<Q")
_MICROSECONDS_A_DAY = 86_400_000_000
_BEIJING = 8 * 3_600_000_000
_EPOCH = date(1970, 1, 1)


class Counter:
    """This process's totals of the day. Safe between threads; a forked child begins its own."""

    def __init__(self) -> None:
        self.forget()
        os.register_at_fork(after_in_child=self.forget)

    def add(self, reason: str) -> None:
        """One more. Where not even the file could be made, it is kept for the next time."""
        number = _REASONS.index(reason)
        with self._lock:
            self._waiting[number] += 1
            try:
                totals = self._open()
            except OSError:
                return
            for place, more in self._waiting.items():
                at = place * _ONE.size
                _ONE.pack_into(totals, at, _ONE.unpack_from(totals, at)[0] + more)
            self._waiting.clear()

    def close(self) -> None:
        """Let go of the file, so that it can be removed once its totals are stored."""
        with self._lock:
            self._close()

    def _open(self) -> mmap.mmap:
        while True:
            totals = self._opened()
            if os.fstat(self._file).st_nlink:
                return totals
            self._close()  # tidied away between making and locking it

    def _opened(self) -> mmap.mmap:
        number = (time.time_ns() // 1000 + _BEIJING) // _MICROSECONDS_A_DAY
        wanted = (os.fspath(settings.HIT_SPOOL_DIR), number)
        if self._file is not None and wanted == self._kept and os.fstat(self._file).st_nlink:
            return self._totals
        self._close()
        folder = Path(wanted[0])
        folder.mkdir(parents=True, exist_ok=True)
        day = _EPOCH + timedelta(days=number)
        path = folder / f"{day:%Y%m%d}-{uuid.uuid4().hex}{SUFFIX}"
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_SH)
            os.posix_fallocate(file, 0, _TOTALS.size)
            totals = mmap.mmap(file, _TOTALS.size)
        except OSError:
            os.close(file)
            raise
        self._file, self._totals, self._kept = file, totals, wanted
        return totals

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            self._totals.close()
            os.close(file)

    def forget(self) -> None:
        """Begin anew, as a forked child does and each test; what waits is dropped."""
        self._lock = threading.Lock()
        file = getattr(self, "_file", None)
        if file is not None:
            with contextlib.suppress(OSError):
                os.close(file)
        self._file: int | None = None
        self._totals: mmap.mmap | None = None
        self._kept: tuple[str, int] | None = None
        self._waiting: dict[int, int] = defaultdict(int)


def gather() -> dict[str, int]:
    """Store this machine's totals; the tick does it. Returns how many hits they come to."""
    total = 0
    for path in sorted(Path(settings.HIT_SPOOL_DIR).glob(f"*{SUFFIX}")):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        with file:
            # Asked first: what is counted after the answer cannot be missed.
            finished = _is_finished(file)
            told = file.read(_TOTALS.size)
            if len(told) == _TOTALS.size:
                total += _store(path, _TOTALS.unpack(told))
            if finished:
                path.unlink(missing_ok=True)
    return {"turned_away": total}


def _store(path: Path, totals: tuple[int, ...]) -> int:
    try:
        day = datetime.strptime(path.name[:8], "%Y%m%d").date()  # noqa: DTZ007 a day
    except ValueError:
        return 0
    rows = [
        CollectorCount(source=path.name[:64], day=day, reason=reason, count=count)
        for reason, count in zip(_REASONS, totals, strict=False)
        if count
    ]
    with transaction.atomic():
        CollectorCount.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["day", "source", "reason"],
            update_fields=["count"],
        )
    return sum(row.count for row in rows)


def _is_finished(file) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def add_dropped(dropped: int, now: datetime) -> None:
    """Lines that folding could make nothing of; in its transaction, so that each counts once."""
    if not dropped:
        return
    key = {
        "day": beijing_day(now),
        "source": CollectorCount.FOLDING,
        "reason": Reason.DROPPED,
    }
    if not CollectorCount.objects.filter(**key).update(count=F("count") + dropped):
        CollectorCount.objects.create(**key, count=dropped)


def turned_away(first: date, last: date) -> dict[date, dict[str, int]]:
    """By Beijing day and reason (CollectorCount.Reason, whose labels say it in words).

    Days on which nothing was turned away are left out.
    """
    rows = (
        CollectorCount.objects.filter(day__gte=first, day__lte=last)
        .order_by("day", "reason")
        .values_list("day", "reason")
        .annotate(Sum("count"))
    )
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for day, reason, count in rows:
        found[day][reason] = count
    return dict(found)


def turned_away_today(now: datetime | None = None) -> dict[str, int]:
    """By reason, as far as the last tick knew."""
    today = beijing_day(now or timezone.now())
    return turned_away(today, today).get(today, {})


counter = Counter()
