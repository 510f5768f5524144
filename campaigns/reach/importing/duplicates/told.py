"""What the rules look at: figures that a file tells, and the part of the ledger they fall in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from campaigns.reach.importing.figures import Figure
from campaigns.reach.metrics import Basis
from campaigns.reach.models import ReachEntry
from campaigns.regions.models import Region

# What a platform counts is not what an office tells; it is told by nobody a second time.
TOLD = [basis for basis in Basis.values if basis != Basis.MEASURED]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A figure, the rule that found it, and what it stands against: in words and as a count.

    Whoever may see the figure reads both, so neither tells a count from outside the figure's own
    region and what lies below it.
    """

    figure: Figure
    kind: str
    against: str
    against_count: int


class Told(NamedTuple):
    """A figure that the file adds to the ledger: all of it, or by how much it changes."""

    figure: Figure
    added: int
    # Whether nothing of it stands yet, so that it can still be held.
    is_new: bool


@dataclass(frozen=True)
class Span:
    """What a file is about, as conditions on the ledger."""

    days: tuple
    editions: set[int | None]
    channels: set[int]
    metrics: set[str]
    regions: dict[int, Region]

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> "Span":
        figures = list(figures)
        return cls(
            (min(figure.day for figure in figures), max(figure.day for figure in figures)),
            {figure.edition and figure.edition.pk for figure in figures},
            {figure.place.channel.pk for figure in figures},
            {figure.metric for figure in figures},
            {figure.region.pk: figure.region for figure in figures},
        )

    def entries(self, days_back: int = 0) -> QuerySet[ReachEntry]:
        first, last = self.days
        entries = ReachEntry.objects.order_by().filter(
            day__gte=first - timedelta(days=days_back),
            day__lte=last,
            channel__in=self.channels,
            metric__in=self.metrics,
        )
        if None not in self.editions:
            entries = entries.filter(edition__in=self.editions)
        return entries
