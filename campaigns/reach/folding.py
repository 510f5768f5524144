"""From hits to ledger entries, each exactly once.

Hits are folded in batches: some lines of every spool, so that they go along by time, or some
entries of the stream. How far it has come, the entries, the sketches of readers and what the next
batch has to know of this one move in one transaction. Two foldings at once both read, but only one
of them finds everything where it left it.
"""

import os
from bisect import bisect_right
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from campaigns.reach import collecting_counts, ledger, lines, persons, placing, spool, stream
from campaigns.reach.collector import METRIC_OF
from campaigns.reach.metrics import Basis
from campaigns.reach.models import FoldingState, ReachEntry, SpoolPosition
from campaigns.reach.repeats import RecentViews

# Of all spools together.
CHUNK_BYTES = 8 * 1024 * 1024
_LEAST_BYTES = 64 * 1024
# Open at the same time; the rest is the next tick's.
_MOST_FILES = 256
# So long is known of a file that is gone that it was folded: no backup is put back after that.
_REMEMBERED = timedelta(days=400)
STREAM_ENTRIES = 20_000


@dataclass(frozen=True)
class FoldResult:
    """What a folding came to: hits counted, repeats of views, hits dropped, entries, files gone."""

    hits: int = 0
    repeats: int = 0
    dropped: int = 0
    entries: int = 0
    removed: int = 0

    def __add__(self, other: "FoldResult") -> "FoldResult":
        return FoldResult(
            self.hits + other.hits,
            self.repeats + other.repeats,
            self.dropped + other.dropped,
            self.entries + other.entries,
            self.removed + other.removed,
        )


class _OvertakenError(Exception):
    """Another process has folded this meanwhile."""


class OlderSpoolError(Exception):
    """Files of hits that are shorter than what was folded of them.

    A backup has been put back, or the machine lost power before the disk had their end.
    """

    def __init__(self, files: Iterable["_Spool"]) -> None:
        told = "; ".join(f"{one.path} has {one.length()} bytes of {one.start}" for one in files)
        super().__init__(
            "files of hits are shorter than what was folded of them, as after a backup was put "
            f"back or power was lost: {told}. Every hit in them is counted: remove these files. "
            "All others were folded."
        )


# --- One batch ------------------------------------------------------------------------------------


def _fold(
    told: Iterable[bytes], name: str, now: datetime, advance: Callable[[], dict]
) -> FoldResult:
    """Fold the lines as a batch of that name, which is unique for ever.

    `advance` moves on, within the transaction, how far this source has been folded, and gives what
    else of the state changes. Raises _OvertakenError.
    """
    state = _state()
    latest = _microseconds(now + timedelta(days=1))
    hits, dropped = lines.read(told, METRIC_OF, latest)
    recent = RecentViews(state.recent_views)
    views = {what: hits.pop(what) for what in list(hits) if what.event == "view"}
    first_ones, repeats = recent.first_ones(views, _microseconds(now))
    placed = placing.place({**first_ones, **hits})
    entries = [
        ledger.NewEntry(
            edition=group.edition,
            channel=group.channel,
            account=group.account,
            region=group.region,
            content=group.content,
            language=group.language,
            metric=group.metric,
            basis=Basis.MEASURED,
            day=group.day,
            count=count,
            origin=ReachEntry.Origin.COLLECTOR,
            source_key=f"hit:{name}:{group.name()}",
        )
        for group, count in placed.groups.items()
        if count
    ]
    dropped += placed.dropped
    with transaction.atomic():
        # First of all: whoever else folds waits here and then finds it changed.
        moved = FoldingState.objects.filter(pk=state.pk, version=state.version).update(
            version=F("version") + 1, recent_views=recent.packed()
        )
        if not moved:
            raise _OvertakenError
        if changes := advance():
            FoldingState.objects.filter(pk=state.pk).update(**changes)
        collecting_counts.add_dropped(dropped, now)
        persons.keep(placed.readers)
        ledger.record(entries)
    return FoldResult(sum(placed.groups.values()), repeats, dropped, len(entries))


def _microseconds(at: datetime) -> int:
    """Since 1970, as a line tells its time."""
    return int(at.timestamp() * 1_000_000)


def _state() -> FoldingState:
    return FoldingState.objects.get_or_create(pk=FoldingState.THE_ONE)[0]


# --- Spools ---------------------------------------------------------------------------------------


@dataclass
class _Spool:
    """An open file of hits, how far it has been folded and what of it comes next."""

    path: Path
    file: BinaryIO
    finished: bool
    start: int = 0
    # Whole lines without their ends, the bytes they take, and whether there is more behind them.
    lines: list[bytes] = field(default_factory=list)
    size: int = 0
    more: bool = False
    stump: int = 0

    def length(self) -> int:
        return os.fstat(self.file.fileno()).st_size

    @property
    def is_older(self) -> bool:
        """Whether it is a copy from before it was folded; nothing is ever taken out of a file."""
        return self.length() < self.start

    def read(self, most: int) -> None:
        """Take the next lines up."""
        self.file.seek(self.start)
        chunk = self.file.read(most)
        self.more = len(chunk) == most
        whole = chunk.rfind(b"\n") + 1
        if not whole and self.more:
            whole = len(chunk)  # no line of ours is that long
        self.size, self.stump = whole, len(chunk) - whole
        self.lines = chunk[:whole].split(b"\n")
        if not self.lines[-1]:
            self.lines.pop()
        if not self.more and self.stump and self.finished:
            # A line that was never acknowledged, and never will be whole.
            # Nor is it believed: cut in the link, it would read like another hit.
            self.lines.append(b"")
            self.size, self.stump = len(chunk), 0

    def last_time(self) -> int:
        return max((lines.time_of(line) for line in self.lines[-3:]), default=0)

    def cut_at(self, limit: int) -> None:
        """Leave what is later than the limit for the next batch."""
        end = bisect_right(self.lines, limit, key=lines.time_of)
        if end < len(self.lines):
            self.lines, self.more = self.lines[:end], True
            self.size = sum(len(line) + 1 for line in self.lines)


def fold_spools(now: datetime | None = None) -> FoldResult:
    """Fold the files of hits that lie on this machine, all at once, along the time.

    Raises OlderSpoolError at the end, once all others are folded.
    """
    now = now or timezone.now()
    result = FoldResult()
    with ExitStack() as stack:
        spools = []
        for path in spool.spools()[:_MOST_FILES]:
            file = stack.enter_context(spool.opened(path))
            if file is not None:
                # Asked before the end is looked for: nothing written after the answer is missed.
                spools.append(_Spool(path, file, spool.finished(file)))
        try:
            while some := _next_batch(spools):
                result += _fold_batch(some, now)
        except _OvertakenError:
            return result
        result += _clear_away(spools, now)
        if older := [one for one in spools if one.is_older]:
            raise OlderSpoolError(older)
        return result


def _next_batch(spools: list[_Spool]) -> list[_Spool]:
    """The files of which there is something to fold, each with its next lines."""
    waiting = [one for one in spools if one.length() > one.start]
    if not waiting:
        return []
    _find_positions(waiting)
    most = max(CHUNK_BYTES // len(waiting), min(_LEAST_BYTES, CHUNK_BYTES))
    for one in waiting:
        one.read(most)
    unread = [one.last_time() for one in waiting if one.more]
    if unread:
        limit = min(unread)
        for one in waiting:
            if not (one.more and one.last_time() <= limit):
                one.cut_at(limit)
    return [one for one in waiting if one.size]


def _find_positions(spools: list[_Spool]) -> None:
    """Where folding has come to in each; a file that nobody has begun with gets its row."""
    names = [one.path.name for one in spools]
    held = dict(SpoolPosition.objects.filter(name__in=names).values_list("name", "offset"))
    mine = spool.identity()
    SpoolPosition.objects.bulk_create(
        [SpoolPosition(name=name, spool=mine) for name in names if name not in held],
        ignore_conflicts=True,
    )
    for one in spools:
        one.start = held.get(one.path.name, 0)


def _fold_batch(spools: list[_Spool], now: datetime) -> FoldResult:
    def advance() -> dict:
        for one in spools:
            moved = SpoolPosition.objects.filter(name=one.path.name, offset=one.start).update(
                offset=one.start + one.size
            )
            # Gone: somebody folded it to its end and removed it.
            if not moved or not os.fstat(one.file.fileno()).st_nlink:
                raise _OvertakenError
        return {}

    told = [line for one in spools for line in one.lines]
    first = spools[0]
    name = f"{first.path.name}:{first.start}-{first.start + first.size}"
    result = _fold(told, name, now, advance)
    for one in spools:
        one.start += one.size
    return result


def _clear_away(spools: list[_Spool], now: datetime) -> FoldResult:
    """Remove the files that are done with; long after that, their positions.

    A file comes back with a backup, and must not count again.
    """
    removed = []
    for one in spools:
        if one.finished and one.length() == one.start:
            one.path.unlink(missing_ok=True)
            removed.append(one.path.name)
    # Read before looking for files: a row without one then is not one that has just been made.
    rows = SpoolPosition.objects.filter(
        spool=spool.identity(), name__lt=f"{now - _REMEMBERED:%Y%m%d}"
    )
    names = list(rows.values_list("name", flat=True))
    there = {path.name for path in spool.spools()}
    for some in ledger.in_slices(sorted(set(names) - there)):
        SpoolPosition.objects.filter(name__in=some).delete()
    return FoldResult(removed=len(removed))


# --- The stream -----------------------------------------------------------------------------------


def fold_stream(now: datetime | None = None) -> FoldResult:
    """Fold what the web processes of all machines have put into the stream."""
    now = now or timezone.now()
    result = FoldResult()
    while True:
        state = _state()
        which = stream.identity()
        # Another stream than last time: its entries have nothing to do with that one's.
        last = state.last_id if state.stream == which else ""
        taken = stream.claim(STREAM_ENTRIES)
        if not taken:
            return result
        new = [entry for entry in taken if not last or stream.order(entry.id) > stream.order(last)]
        if new:
            first, newest = new[0].id, new[-1].id
            told = [entry.line.rstrip(b"\n") for entry in new]

            def advance(expected=state, newest=newest, which=which) -> dict:
                there = FoldingState.objects.get(pk=expected.pk)
                if (there.stream, there.last_id) != (expected.stream, expected.last_id):
                    raise _OvertakenError
                return {"stream": which, "last_id": newest}

            try:
                result += _fold(told, f"stream:{which}:{first}-{newest}", now, advance)
            except _OvertakenError:
                return result
        stream.finish([entry.id for entry in taken])
