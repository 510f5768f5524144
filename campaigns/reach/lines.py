"""A hit as one line of text, which is how spool and stream carry it.

    microseconds TAB event TAB page TAB link TAB tokens

Tokens stand for the reader, one for each salt that was open then (campaigns.reach.salts). The first
version of the line had none; it is still read, and tells of no person.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

# What a line may say; spool and stream hold nothing else, unless a disk or a hand has spoilt it.
PAGE_CODE = re.compile(r"(?=.{1,80}\Z)[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
LINK_CODE = re.compile(r"[A-Za-z0-9_-]{1,32}")

# Before it there was no collector; anything older is a torn or tampered line.
_EARLIEST = 1_577_836_800_000_000


class What(NamedTuple):
    """What happened where."""

    event: str
    page: str
    link: str


# Microseconds since 1970 and the reader's tokens.
Hit = tuple[int, bytes]


def write(now: int, event: str, page: str, link: str, tokens: str) -> bytes:
    """The line of a hit at that time, microseconds since 1970."""
    return f"{now}\t{event}\t{page}\t{link}\t{tokens}\n".encode("ascii")


def read(
    lines: Iterable[bytes], events: Collection[str], latest: int
) -> tuple[dict[What, list[Hit]], int]:
    """The hits by what happened, and how many lines made no sense.

    Lines come without their end. Nothing after `latest` is believed.
    """
    by_rest: dict[bytes, list[Hit]] = defaultdict(list)
    dropped = 0
    for line in lines:
        told, _tab, rest = line.partition(b"\t")
        what, _tab, tokens = rest.rpartition(b"\t")
        try:
            by_rest[what].append((int(told), tokens))
        except ValueError:
            dropped += 1
    hits: dict[What, list[Hit]] = defaultdict(list)
    for rest, found in by_rest.items():
        sane = [hit for hit in found if _EARLIEST <= hit[0] <= latest]
        dropped += len(found) - len(sane)
        if not sane:
            continue
        for what, some in _by_what(rest, sane).items():
            if what is None or what.event not in events or not _is_possible(what):
                dropped += len(some)
            else:
                hits[what].extend(some)
    return hits, dropped


def _is_possible(what: What) -> bool:
    return bool(
        PAGE_CODE.fullmatch(what.page) and (not what.link or LINK_CODE.fullmatch(what.link))
    )


def time_of(line: bytes) -> int:
    """When the line's hit was; 0 if it does not say."""
    try:
        return int(line.partition(b"\t")[0])
    except ValueError:
        return 0


def _by_what(rest: bytes, hits: list[Hit]) -> Mapping[What | None, list[Hit]]:
    """The hits with the event, page and link that precede their last field; None: nonsense."""
    parts = rest.decode("ascii", errors="replace").split("\t")
    if len(parts) == 3:
        return {What(*parts): hits}
    if len(parts) != 2:
        return {None: hits}
    # The first version: what looks like tokens is the link.
    by_link: dict[What | None, list[Hit]] = defaultdict(list)
    for time, link in hits:
        by_link[What(*parts, link.decode("ascii", errors="replace"))].append((time, b""))
    return by_link
