"""Whose figures are asked for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.reach import sums
from campaigns.reach.models import EVERYDAY, EVERYDAY_ID, MonthlyReach
from campaigns.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class UnknownCampaignError(LookupError):
    """No edition has this code."""


class UnknownRegionError(LookupError):
    """No region has this code."""


@dataclass(frozen=True)
class Selection:
    """Whose figures are asked for: which campaigns, days, part of the organisation, and so on.

    `user` None is the command line, which sees everything. Of channels (codes), metrics, bases and
    languages, empty means all.
    """

    editions: tuple[Edition, ...]
    everyday: bool
    first: date | None = None
    last: date | None = None
    user: "AbstractBaseUser | None" = None
    region: Region | None = None
    channels: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def campaigns(self) -> list[str]:
        """Codes, as in files and addresses."""
        return [edition.code for edition in self.editions] + [EVERYDAY] * self.everyday

    @cached_property
    def nodes(self) -> tuple[Region, ...]:
        """The region that is asked for, or else the topmost that the user may see."""
        return sums.nodes_for(self.user, self.region)

    @cached_property
    def cut(self) -> sums.Cut:
        """All of it, person-times and outputs alike."""
        channels: tuple[int, ...] = ()
        if self.channels:
            found = Channel.objects.filter(code__in=self.channels).values_list("pk", flat=True)
            channels = tuple(found)
        return sums.Cut(
            editions=tuple(edition.pk for edition in self.editions)
            + (EVERYDAY_ID,) * self.everyday,
            nodes=tuple(node.pk for node in self.nodes),
            first=self.first,
            last=self.last,
            channels=channels,
            metrics=self.metrics,
            bases=self.bases,
            languages=self.languages,
        )

    def with_region(self, region: Region | None) -> "Selection":
        return self.with_parts(region=region)

    def with_parts(self, **changes) -> "Selection":
        """The same with other campaigns, days, channels, and so on."""
        return replace(self, **changes)


def select(
    codes: Iterable[str] | None = None,
    first: date | None = None,
    last: date | None = None,
    user: "AbstractBaseUser | None" = None,
    region: str | None = None,
) -> Selection:
    """The campaigns with these codes, or all of them and everyday education.

    Raises UnknownCampaignError or UnknownRegionError naming the code.
    """
    known = {edition.code: edition for edition in Edition.objects.order_by("starts_on", "code")}
    node = Region.objects.filter(code=region).first() if region is not None else None
    if region is not None and node is None:
        raise UnknownRegionError(region)
    if not codes:
        return Selection(tuple(known.values()), True, first, last, user, node)
    wanted = dict.fromkeys(codes)
    for code in wanted:
        if code != EVERYDAY and code not in known:
            raise UnknownCampaignError(code)
    editions = tuple(edition for code, edition in known.items() if code in wanted)
    return Selection(editions, EVERYDAY in wanted, first, last, user, node)


def default_editions(user: "AbstractBaseUser | None", today: date) -> list[Edition]:
    """The editions that are open, else the latest that has figures."""
    running = list(Edition.objects.open_on(today).order_by("starts_on", "code"))
    if running:
        return running
    nodes = [node.pk for node in sums.nodes_for(user)]
    figures = MonthlyReach.objects.filter(edition_id=OuterRef("pk"), node_id__in=nodes)
    latest = (
        Edition.objects.filter(Exists(figures), starts_on__lte=today)
        .order_by("-starts_on", "-pk")
        .first()
    )
    return [latest] if latest else []
