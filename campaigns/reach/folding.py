"""From hits to ledger entries, each exactly once.

A file's position and the entries made of what lies before it move in one transaction. Two folders
at once both read, but only one of them finds the position where it left it.

How hits count: a click on a short link is no person-time; a view with a link counts on the link's
campaign, channel, account and region; whatever comes without a link counts on the website, at head
office, for the edition that has the page in its place on the home page at that time, else for none.
"""

import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel, ChannelAccount, Placement
from campaigns.reach import ledger, spool
from campaigns.reach.collector import CLICK, METRIC_OF
from campaigns.reach.metrics import Basis
from campaigns.reach.models import ReachEntry, SpoolPosition, TrackedLink
from campaigns.regions.models import HEAD_OFFICE, Region
from content.models import EducationPage

CHUNK_BYTES = 4 * 1024 * 1024

_DAY = 86_400_000_000  # microseconds, as all times here
_BEIJING = 8 * 3_600_000_000
_EPOCH = date(1970, 1, 1)
# Before it there was no collector; anything older is a torn or tampered line.
_EARLIEST = 1_577_836_800_000_000


@dataclass(frozen=True)
class FoldResult:
    """What a folding came to: hits counted, hits dropped, entries made of them, files removed."""

    hits: int = 0
    dropped: int = 0
    entries: int = 0
    removed: int = 0

    def __add__(self, other: "FoldResult") -> "FoldResult":
        return FoldResult(
            self.hits + other.hits,
            self.dropped + other.dropped,
            self.entries + other.entries,
            self.removed + other.removed,
        )


@dataclass(frozen=True, slots=True)
class _Group:
    """Where a number of hits goes in the ledger."""

    edition: Edition | None
    channel: Channel
    account: ChannelAccount | None
    region: Region
    content: str
    language: str
    metric: str
    day: date

    def name(self) -> str:
        """The same hits make the same name, whoever folds them."""
        told = (
            self.edition and self.edition.pk,
            self.channel.pk,
            self.account and self.account.pk,
            self.region.pk,
            self.content,
            self.metric,
            self.day.isoformat(),
        )
        return hashlib.blake2s(repr(told).encode(), digest_size=8).hexdigest()


def fold_spools(now: datetime | None = None) -> FoldResult:
    """Bring every hit that lies in a spool into the ledger, and clear away what is done with.

    Safe to be run by several processes at once and to be killed at any instant.
    """
    now = now or timezone.now()
    result = FoldResult()
    for path in spool.spools():
        with spool.opened(path) as lines:
            if lines is not None:
                result += _fold(path, lines, now)
    return result


def _fold(path: Path, lines: BinaryIO, now: datetime) -> FoldResult:
    # Asked before the end is looked for: what is written after the answer cannot be missed.
    finished = spool.finished(lines)
    if os.fstat(lines.fileno()).st_size:
        result, stump = _fold_lines(path.name, lines, now)
        if stump is None:
            return result  # another process is at this file
        if finished and stump:  # a line that was never acknowledged, and never will be whole
            at = lines.tell() - stump
            if not _advance(path.name, at, at + stump, dropped=1):
                return result
            result += FoldResult(dropped=1)
    else:
        result = FoldResult()
    if finished:
        path.unlink(missing_ok=True)
        result += FoldResult(removed=1)
    return result


def _fold_lines(name: str, lines: BinaryIO, now: datetime) -> tuple[FoldResult, int | None]:
    """Fold all whole lines; returns how many bytes of an unfinished one are left.

    None in their place when another process has moved the position.
    """
    start = SpoolPosition.objects.get_or_create(name=name)[0].offset
    result = FoldResult()
    while True:
        lines.seek(start)
        chunk = lines.read(CHUNK_BYTES)
        whole = chunk.rfind(b"\n") + 1
        if not whole and len(chunk) == CHUNK_BYTES:
            whole = CHUNK_BYTES  # no line of ours is that long
        if not whole:
            return result, len(chunk)
        folded = _fold_chunk(name, start, chunk[:whole], now)
        if folded is None:
            return result, None
        result += folded
        start += whole


def _fold_chunk(name: str, start: int, chunk: bytes, now: datetime) -> FoldResult | None:
    """Fold whole lines that begin at `start`; None when somebody else already has."""
    times, dropped = _read(chunk, now)
    groups, unknown = _group(times)
    end = start + len(chunk)
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
            source_key=f"hit:{name}:{start}-{end}:{group.name()}",
        )
        for group, count in groups.items()
    ]
    with transaction.atomic():
        if not _advance(name, start, end, dropped=dropped + unknown):
            return None
        ledger.record(entries)
    return FoldResult(sum(groups.values()), dropped + unknown, len(entries))


def _advance(name: str, start: int, end: int, dropped: int) -> bool:
    """Move the position on, unless it is no longer where this process found it."""
    moved = SpoolPosition.objects.filter(name=name, offset=start).update(
        offset=end, dropped=F("dropped") + dropped
    )
    return bool(moved)


def _read(chunk: bytes, now: datetime) -> tuple[dict[tuple[str, str, str], list[int]], int]:
    """The times of the hits by (event, page, link), and how many lines made no sense."""
    latest = int((now + timedelta(days=1)).timestamp() * 1_000_000)
    by_rest: dict[bytes, list[int]] = defaultdict(list)
    dropped = 0
    lines = chunk.split(b"\n")
    if not lines[-1]:
        lines.pop()
    for line in lines:
        told, _tab, rest = line.partition(b"\t")
        try:
            by_rest[rest].append(int(told))
        except ValueError:
            dropped += 1
    times = {}
    for rest, told in by_rest.items():
        parts = rest.decode("ascii", errors="replace").split("\t")
        if len(parts) != 3 or parts[0] not in METRIC_OF:
            dropped += len(told)
            continue
        sane = [time for time in told if _EARLIEST <= time <= latest]
        dropped += len(told) - len(sane)
        if sane:
            times[tuple(parts)] = sane
    return times, dropped


def _group(
    times: dict[tuple[str, str, str], list[int]],
) -> tuple[Counter[_Group], int]:
    """Hits by where they count, and how many belong to nothing that is known."""
    pages = _pages({page for _event, page, _link in times})
    links = _links({link for _event, _page, link in times if link})
    groups: Counter[_Group] = Counter()
    dropped = 0
    unlinked: dict[tuple[str, str], list[int]] = defaultdict(list)
    for (event, page, link), told in times.items():
        if page not in pages or (event == CLICK and link not in links):
            dropped += len(told)
        elif link in links:
            there = links[link]
            group = _Group(
                there.edition,
                there.channel,
                there.account,
                there.region,
                page,
                pages[page].language,
                METRIC_OF[event],
                _EPOCH,
            )
            groups.update(_by_day(group, told))
        else:
            unlinked[event, page].extend(told)
    if unlinked:
        groups.update(_on_the_website(unlinked, pages))
    return groups, dropped


def _on_the_website(
    unlinked: dict[tuple[str, str], list[int]], pages: dict[str, EducationPage]
) -> Counter[_Group]:
    """Hits without a link: on the website, at head office, for whoever features the page then."""
    website = Channel.objects.get(code="website")
    head_office = Region.objects.get(code=HEAD_OFFICE)
    spans = _featured({pages[page].pk for _event, page in unlinked}, unlinked.values())
    groups: Counter[_Group] = Counter()
    for (event, page), told in unlinked.items():
        by_edition: dict[Edition | None, list[int]] = {None: told}
        if pages[page].pk in spans:
            by_edition = defaultdict(list)
            for time in told:
                by_edition[_edition_at(time, spans[pages[page].pk])].append(time)
        for edition, some in by_edition.items():
            group = _Group(
                edition,
                website,
                None,
                head_office,
                page,
                pages[page].language,
                METRIC_OF[event],
                _EPOCH,
            )
            groups.update(_by_day(group, some))
    return groups


def _by_day(group: _Group, times: list[int]) -> dict[_Group, int]:
    days = Counter((time + _BEIJING) // _DAY for time in times)
    return {replace(group, day=_EPOCH + timedelta(days=day)): count for day, count in days.items()}


def _pages(codes: set[str]) -> dict[str, EducationPage]:
    return {
        page.code: page
        for some in ledger.in_slices(sorted(codes))
        for page in EducationPage.objects.filter(code__in=some)
        .select_related("locale")
        .only("code", "locale__language_code")
    }


def _links(codes: set[str]) -> dict[str, TrackedLink]:
    return {
        link.code: link
        for some in ledger.in_slices(sorted(codes))
        for link in TrackedLink.objects.filter(code__in=some).select_related(
            "edition", "channel", "account", "region"
        )
    }


_Span = tuple[int, int, Edition]


def _featured(pages: set[int], times: Iterable[list[int]]) -> dict[int, list[_Span]]:
    """The places that the pages had within those times; of each page the latest started first."""
    first = min(min(told) for told in times)
    last = max(max(told) for told in times)
    spans: dict[int, list[_Span]] = defaultdict(list)
    for some in ledger.in_slices(sorted(pages)):
        places = (
            Placement.objects.filter(
                page__in=some,
                starts_at__lte=_instant(last),
                ends_at__gt=_instant(first),
            )
            .select_related("edition")
            .order_by("-starts_at", "-pk")
        )
        for place in places:
            spans[place.page_id].append(
                (_microseconds(place.starts_at), _microseconds(place.ends_at), place.edition)
            )
    return spans


def _edition_at(time: int, spans: list[_Span]) -> Edition | None:
    return next((edition for start, end, edition in spans if start <= time < end), None)


def _instant(time: int) -> datetime:
    return datetime.fromtimestamp(0, tz=timezone.get_default_timezone()) + timedelta(
        microseconds=time
    )


def _microseconds(instant: datetime) -> int:
    return (instant - datetime.fromtimestamp(0, tz=instant.tzinfo)) // timedelta(microseconds=1)
