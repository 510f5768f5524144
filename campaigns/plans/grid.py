"""Targets as a grid: regions down, channels across, one metric at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.plans.telling import figure
from campaigns.reach.models import Target
from campaigns.regions.models import Region

# What a Chinese keyboard types: full-width digits and commas.
_FULL_WIDTH = str.maketrans("０１２３４５６７８９，", "0123456789,")
# Eighteen digits: fits every database, and is more than there are people.
MOST = 10**18 - 1
Key = tuple[int, int | None]


@dataclass
class Cell:
    """One input: what it holds, what was typed, and what is wrong with that."""

    name: str
    label: str
    value: str
    error: str = ""
    # The figure with its unit, as it is printed.
    shown: str = ""


@dataclass
class Row:
    region: Region
    cells: list[Cell] = field(default_factory=list)
    # What the channels' own targets come to, printed and exact; empty where there are none.
    total: tuple[str, str] = ("", "")


@dataclass
class Saved:
    """What saving came to; with problems nothing was saved."""

    changed: int = 0
    removed: int = 0
    problems: dict[str, str] = field(default_factory=dict)


def name_of(key: Key) -> str:
    """What the input of that region and channel is called; nought stands for all channels."""
    return f"t-{key[0]}-{key[1] or 0}"


def rows(
    edition: Edition,
    metric: str,
    regions: Iterable[Region],
    channels: list[Channel | None],
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> list[Row]:
    """The grid as it stands, or as it was typed with what is wrong beside it."""
    regions = list(regions)
    there = _there(edition, metric, regions)
    grid = []
    for region in regions:
        row = Row(region)
        for channel in channels:
            key = (region.pk, channel.pk if channel else None)
            name = name_of(key)
            value = str(there.get(key, ""))
            where = channel.name if channel else _("all channels")
            row.cells.append(
                Cell(
                    name,
                    f"{region.name} · {where}",
                    typed.get(name, value) if typed is not None else value,
                    (problems or {}).get(name, ""),
                    figure(there[key], metric)[0] if key in there else "",
                )
            )
        own = [there.get((region.pk, channel.pk)) for channel in channels if channel]
        row.total = _sum(own, metric)
        grid.append(row)
    return grid


def totals(
    edition: Edition, metric: str, regions: Iterable[Region], channels: list[Channel | None]
) -> list[tuple[str, str]]:
    """What the regions' targets come to on each channel, then over the channels: to compare.

    Printed and exact; empty where there are none.
    """
    regions = list(regions)
    there = _there(edition, metric, regions)
    columns = [
        [there.get((region.pk, channel.pk if channel else None)) for region in regions]
        for channel in channels
    ]
    own = [
        value
        for channel, column in zip(channels, columns, strict=True)
        if channel
        for value in column
    ]
    return [_sum(column, metric) for column in [*columns, own]]


def _sum(values: Iterable[int | None], metric: str) -> tuple[str, str]:
    found = [value for value in values if value is not None]
    return figure(sum(found), metric) if found else ("", "")


def whole_number(text: str) -> int | None:
    """The number, None for an empty text. Raises ValueError, with words for people."""
    text = text.strip().translate(_FULL_WIDTH).replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(_("a whole number, not “%(text)s”") % {"text": text[:40]})
    if len(text) > 18 or int(text) > MOST:
        raise ValueError(_("too large"))
    return int(text)


@transaction.atomic
def save(
    edition: Edition,
    metric: str,
    regions: Iterable[Region],
    channels: list[Channel | None],
    typed: Mapping[str, str],
    *,
    may_remove: bool,
) -> Saved:
    """Take over what was typed: all of it or, with any problem, nothing.

    Whatever is not in `typed` stays as it is; an emptied field removes its target.
    """
    regions = list(regions)
    told = Saved()
    keys = [(row.pk, channel.pk if channel else None) for row in regions for channel in channels]
    wanted = _read(keys, typed, told.problems)
    there = _there(edition, metric, regions)
    gone = [key for key, value in wanted.items() if value is None and key in there]
    if gone and not may_remove:
        for key in gone:
            told.problems[name_of(key)] = _("You may change targets but not remove them.")
    if told.problems:
        return told
    rows_of = Target.objects.filter(edition=edition, metric=metric)
    for region_id, channel_id in gone:
        rows_of.filter(region=region_id, channel=channel_id).delete()
    told.removed = len(gone)
    for key, value in wanted.items():
        if value is not None and there.get(key) != value:
            Target.objects.update_or_create(
                edition=edition,
                metric=metric,
                region_id=key[0],
                channel_id=key[1],
                defaults={"value": value},
            )
            told.changed += 1
    return told


def _read(
    keys: Iterable[Key], typed: Mapping[str, str], problems: dict[str, str]
) -> dict[Key, int | None]:
    """What was typed, as numbers; what is none is told to the problems."""
    wanted = {}
    for key in keys:
        name = name_of(key)
        if name not in typed:
            continue
        try:
            wanted[key] = whole_number(typed[name])
        except ValueError as error:
            problems[name] = str(error)
    return wanted


def _there(edition: Edition, metric: str, regions: list[Region]) -> dict[Key, int]:
    found = Target.objects.filter(edition=edition, metric=metric, region__in=regions)
    return {(row.region_id, row.channel_id): row.value for row in found}
