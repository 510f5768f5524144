"""The same event, told by a region and by the one above it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from campaigns.reach.importing.duplicates.told import TOLD, Span, Suspect, Told
from campaigns.reach.importing.figures import Figure
from campaigns.reach.metrics import Basis
from campaigns.reach.models import HeldEntry, ReachEntry
from campaigns.regions.models import Region

# Below, two offices may well have had the same number of people, or one activity each.
LEAST_TO_MATCH = 20


def told_twice_along_the_tree(told: list[Told], span: Span) -> Iterator[Suspect]:
    paths = {region.path: pk for pk, region in span.regions.items()}
    entries = span.entries().filter(basis__in=TOLD)
    if not _is_related(paths) and not _has_relatives(entries, paths):
        return
    groups: dict[tuple, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    columns = ("edition", "day", "channel", "content", "language", "metric", "region__path")
    for *key, path, count in entries.values_list(*columns).annotate(Sum("count")):
        groups[tuple(key)][path] += count
    mine = defaultdict(list)
    for one in told:
        figure = one.figure
        if figure.basis == Basis.MEASURED:
            continue
        key = (
            figure.edition and figure.edition.pk,
            figure.day,
            figure.place.channel.pk,
            figure.content,
            figure.language,
            figure.metric,
        )
        groups[key][figure.region.path] += one.added
        if one.is_new and figure.count >= LEAST_TO_MATCH:
            mine[key].append(figure)
    names = _Names()
    for key, figures in mine.items():
        if len(groups[key]) > 1:
            yield from _in_group(figures, groups[key], names)


def _in_group(figures: list[Figure], counts: dict[str, int], names: "_Names") -> Iterator[Suspect]:
    """What is held is the office above; where that stands already, what came in below it."""
    told_above = {}
    for path, count in counts.items():
        below = _topmost_below(path, counts)
        if below and count >= LEAST_TO_MATCH and sum(counts[one] for one in below) == count:
            told_above[path] = below
    fresh = {figure.region.path for figure in figures}
    for figure in figures:
        own = figure.region.path
        if own in told_above:
            yield Suspect(
                figure,
                HeldEntry.Kind.PARENT_CHILD,
                _("the same count as %(regions)s together, on the same day")
                % {"regions": names.of(told_above[own])},
                figure.count,
            )
            continue
        for above, below in told_above.items():
            if above not in fresh and own in below:
                yield Suspect(
                    figure,
                    HeldEntry.Kind.PARENT_CHILD,
                    _(
                        "%(region)s has told for that day already what the offices below it come "
                        "to, this one among them"
                    )
                    % {"region": names.of([above])},
                    # Its own part of what the office above has told, and no other's.
                    figure.count,
                )
                break


def _topmost_below(path: str, counts: dict[str, int]) -> list[str]:
    below = sorted(
        one for one, count in counts.items() if count and one != path and one.startswith(path)
    )
    return [
        one for one in below if not any(one != other and one.startswith(other) for other in below)
    ]


class _Names:
    """Names of regions by tree path, read once and only where a rule has something to say."""

    def __init__(self) -> None:
        self.by_path: dict[str, str] = {}

    def of(self, paths: list[str]) -> str:
        if not self.by_path:
            self.by_path = dict(Region.objects.order_by().values_list("path", "name"))
        named = "、".join(self.by_path.get(path, path) for path in paths[:3])
        return named if len(paths) <= 3 else _("%(some)s and others") % {"some": named}


def _is_related(paths: Iterable[str]) -> bool:
    """Whether one of the tree paths lies above another."""
    known = set(paths)
    step = Region.steplen
    return any(path[:length] in known for path in known for length in range(step, len(path), step))


def _has_relatives(entries: QuerySet[ReachEntry], paths: Iterable[str]) -> bool:
    """Whether the ledger has figures of a region above or below one of these."""
    regions = entries.values_list("region__path", flat=True).distinct()
    there = set(regions)
    both = there | set(paths)
    return bool(there) and _is_related(both)
