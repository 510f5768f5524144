"""One reader's rapid repeats of one page are one view.

Of a reader's views of a page (over the same link) no two that count lie within HIT_REPEAT_SECONDS
of each other, and each that does not count lies that near to one that does. That holds across
chunks, files and foldings, since views that later ones may repeat are handed on; where files come
out of order, whichever was folded first stands. A machine whose clock is ahead has last seconds of
its own, beside those of the others.

The reader is known by the token of the month, so a repeat over midnight of the first is not seen.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from hashlib import blake2b

from django.conf import settings

from campaigns.reach.lines import Hit, What
from campaigns.reach.salts import EVERYDAY_PREFIX, TOKEN_LENGTH

_SECOND = 1_000_000
# How far out of order two processes' lines may come to be folded; foldings go along by time.
_DISORDER = 10 * _SECOND
_PREFIX = EVERYDAY_PREFIX.encode("ascii")
# The prefix, year and month, a dot, the salt's name, an equals sign and the token.
_LENGTH = len(_PREFIX) + 6 + 1 + 8 + 1 + TOKEN_LENGTH


class RecentViews:
    """Views that count, by reader and page, from the last seconds that were folded."""

    def __init__(self, packed: bytes = b"") -> None:
        numbers = array("Q")
        numbers.frombytes(bytes(packed))
        self._times: dict[int, list[int]] = defaultdict(list)
        self._latest = 0
        for key, time in zip(numbers[::2], numbers[1::2], strict=True):
            self._times[key].append(time)
            self._latest = max(self._latest, time)

    def first_ones(
        self, views: Mapping[What, list[Hit]], now: int
    ) -> tuple[dict[What, list[Hit]], int]:
        """The views without those that repeat one, and how many these are.

        Those that may be repeated later are remembered: the last seconds until `now`, in
        microseconds, and where views come from later than that, the last seconds of these.
        """
        apart = round(settings.HIT_REPEAT_SECONDS * _SECOND)
        if apart <= 0 or not views:
            return dict(views), 0
        known_until = self._latest + apart
        latest = max(self._latest, *(max(hits)[0] for hits in views.values()))
        until = min(latest, now)
        kept_from = until - apart - _DISORDER
        ahead_from = latest - apart - _DISORDER
        kept: dict[int, list[int]] = defaultdict(list)
        counting: dict[What, list[Hit]] = {}
        repeats = 0
        for what, hits in views.items():
            some: list[Hit] = []
            last: dict[bytes, int] = {}
            for hit in sorted(hits):
                time, tokens = hit
                at = tokens.find(_PREFIX)
                if at < 0:  # a reader of whom nothing is known
                    some.append(hit)
                    continue
                reader = tokens[at : at + _LENGTH]
                if time - last.get(reader, 0) < apart or (
                    time < known_until and self._is_near(_key(what, reader), time, apart)
                ):
                    repeats += 1
                    continue
                last[reader] = time
                some.append(hit)
                if time >= kept_from and not until < time < ahead_from:
                    kept[_key(what, reader)].append(time)
            if some:
                counting[what] = some
        for key, times in self._times.items():
            kept[key].extend(
                time for time in times if time >= kept_from and not until < time < ahead_from
            )
        self._times, self._latest = kept, latest
        return counting, repeats

    def packed(self) -> bytes:
        """To be handed on: keys and times, eight bytes each."""
        return array(
            "Q", (n for key, times in self._times.items() for time in times for n in (key, time))
        ).tobytes()

    def _is_near(self, key: int, time: int, apart: int) -> bool:
        times = self._times.get(key)
        if not times:
            return False
        times.sort()
        at = bisect_left(times, time)
        near = times[max(at - 1, 0) : at + 1]
        return any(abs(time - one) < apart for one in near)


def _key(what: What, reader: bytes) -> int:
    told = f"{what.page}\t{what.link}\t".encode("ascii", errors="replace") + reader
    return int.from_bytes(blake2b(told, digest_size=8).digest(), "big")
