"""人数: how many different readers there were, as far as the site's own measuring can tell.

Persons never add up: a reader of two days, channels or regions is one person, so figures are
unions of sketches (HyperLogLog, 0.6 % standard error). Readers are tokens under a salt of the
edition (campaigns.reach.salts), so nothing tells whether two editions, or two months of everyday
education, had a reader in common: there is no figure for them together. A reader is a browser at
an address; two people behind one are one, and one person with two devices is two.
"""

# datasketches is imported where it is used: it brings numpy along, which most processes never need.
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from campaigns.reach import sums
from campaigns.reach.models import EVERYDAY_ID, PersonSketch
from campaigns.reach.salts import EVERYDAY_PREFIX, TOKEN_LENGTH, edition_scope
from campaigns.regions.models import Region

__all__ = [
    "EVENTS",
    "NAME_LENGTH",
    "TOKEN_LENGTH",
    "Estimate",
    "estimate",
    "keep",
    "persons",
    "where_tokens_begin",
]

LG_K = 15
# Whom these come from was reached; a click on a short link goes on to a view.
EVENTS = frozenset({"view", "play"})
_METRICS = frozenset({"views", "plays"})
# Characters of a salt's name.
NAME_LENGTH = 8

# As salts writes them.
_NAME = re.compile(rf"[0-9a-f]{{{NAME_LENGTH}}}".encode())
_TOKEN = re.compile(rf"[0-9a-f]{{{TOKEN_LENGTH}}}".encode())

# Edition (0: everyday), channel, region, day, name of the salt.
Key = tuple[int, int, int, date, bytes]
Readers = defaultdict[Key, set[bytes]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many readers, and between which numbers the truth lies with 95 % certainty."""

    count: int
    low: int
    high: int


# Standard errors on either side.
_CERTAINTY = 2


def persons(cut: sums.Cut) -> int | None:
    """The estimate by itself."""
    found = estimate(cut)
    return None if found is None else found.count


def estimate(cut: sums.Cut) -> Estimate | None:
    """The readers of the cut's figures, each once. None where that is not known.

    Known is what the site's own measuring saw in one edition, or in one month of everyday
    education. Not known: two editions together; a piece, a language, a metric or a basis by itself
    (metrics that include views and plays are all right, so are bases that include "measured");
    an edition of before there were sketches; one whose salt was lost half way.
    """
    if len(set(cut.editions)) != 1 or cut.content or cut.languages:
        return None
    if (cut.metrics and not set(cut.metrics) >= _METRICS) or (
        cut.bases and "measured" not in cut.bases
    ):
        return None
    import datasketches

    union, salts = datasketches.hll_union(LG_K), set()
    for salt, sketch in _sketches(cut).values_list("salt", "sketch").iterator():
        salts.add(salt)
        if len(salts) > 1:
            return None
        union.update(datasketches.hll_sketch.deserialize(bytes(sketch)))
    if not salts:
        return None
    return Estimate(
        round(union.get_estimate()),
        math.floor(union.get_lower_bound(_CERTAINTY)),
        math.ceil(union.get_upper_bound(_CERTAINTY)),
    )


def _sketches(cut: sums.Cut) -> QuerySet[PersonSketch]:
    below = Q(pk__in=[])
    for path in Region.objects.filter(pk__in=cut.nodes).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    sketches = PersonSketch.objects.filter(
        edition_id__in=cut.editions, region_id__in=Region.objects.filter(below).values("pk")
    )
    if cut.channels:
        sketches = sketches.filter(channel_id__in=cut.channels)
    if cut.first:
        sketches = sketches.filter(day__gte=cut.first)
    return sketches.filter(day__lte=cut.last) if cut.last else sketches


def where_tokens_begin(edition_id: int) -> tuple[bytes, int]:
    """What the edition's token in a line begins with, and how far behind that the salt's name is.

    Such as `e17.` in `e17.0a1b2c3d=0123456789abcdef`; of everyday education also year and month.
    """
    if edition_id == EVERYDAY_ID:
        return EVERYDAY_PREFIX.encode("ascii"), len(EVERYDAY_PREFIX) + len("202603.")
    prefix = f"{edition_scope(edition_id)}.".encode("ascii")
    return prefix, len(prefix)


def keep(readers: Readers) -> None:
    """Unite the sketches with these readers; in the transaction of the entries they belong to."""
    import datasketches

    held: dict[tuple, PersonSketch] = {}
    for edition_id, days in _days_by_edition(readers).items():
        for row in PersonSketch.objects.filter(edition_id=edition_id, day__in=days):
            held[row.edition_id, row.channel_id, row.region_id, row.day, row.salt] = row
    new, changed = [], []
    for (edition_id, channel_id, region_id, day, name), tokens in readers.items():
        known = [number for token in tokens if (number := _number(token)) is not None]
        if not known or not _NAME.fullmatch(name):
            continue
        salt = name.decode("ascii")
        row = held.get((edition_id, channel_id, region_id, day, salt))
        if row is None:
            row = PersonSketch(
                edition_id=edition_id,
                channel_id=channel_id,
                region_id=region_id,
                day=day,
                salt=salt,
            )
            sketch = datasketches.hll_sketch(LG_K, datasketches.tgt_hll_type.HLL_4)
            new.append(row)
        else:
            sketch = datasketches.hll_sketch.deserialize(bytes(row.sketch))
            changed.append(row)
        for number in known:
            sketch.update(number)
        row.sketch = sketch.serialize_compact()
    PersonSketch.objects.bulk_create(new, batch_size=100)
    PersonSketch.objects.bulk_update(changed, ["sketch"], batch_size=100)


def _days_by_edition(keys: Iterable[Key]) -> dict[int, set[date]]:
    days: dict[int, set[date]] = defaultdict(set)
    for edition_id, _channel, _region, day, _salt in keys:
        days[edition_id].add(day)
    return days


def _number(token: bytes) -> int | None:
    """64 bits, signed as the sketch takes them."""
    return int(token, 16) - (1 << 63) if _TOKEN.fullmatch(token) else None
