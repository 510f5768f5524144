"""The same article, counted by the site and by a file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.reach import metrics
from campaigns.reach.importing.duplicates.told import Suspect, Told
from campaigns.reach.importing.figures import Figure
from campaigns.reach.ledger import in_slices
from campaigns.reach.metrics import Basis
from campaigns.reach.models import EVERYDAY_ID, DailyPiece, HeldEntry, ReachEntry
from campaigns.reach.sums import nodes_for

# The channel that the site's own collector counts, and what stands for the same reading there.
SITE = "website"
SAME_READING = {"reads": "views"}
# Days, and pieces, that one statement asks for; SQLite takes 999 parameters.
_AT_ONCE = 300


def also_on_the_site(told: list[Told]) -> Iterator[Suspect]:
    mine = [
        one.figure
        for one in told
        if one.figure.content and one.is_new and one.figure.place.channel.code == SITE
    ]
    if not mine:
        return
    on_site = _counted({_what(figure) for figure in mine}, mine[0].place.channel)
    for figure in mine:
        what = _what(figure)
        counts = on_site.get(what, ())
        if sum(count for _path, count in counts) > 0:
            yield _suspect(figure, what.metric, counts)


class _What(NamedTuple):
    """A piece read on a day; named as in the ledger and in the sums."""

    day: date
    content: str
    metric: str


def _what(figure: Figure) -> _What:
    metric = SAME_READING.get(figure.metric, figure.metric)
    return _What(figure.day, figure.content, metric)


def _counted(wanted: set[_What], site: Channel) -> dict[_What, list[tuple[str, int]]]:
    """What the collector has counted of these, by tree path of the region.

    A day may have an entry for every minute of it and every piece. So the ledger is read only where
    the sums say that something was measured; by whom it was, the site or an earlier file, they do
    not know.
    """
    found: dict[_What, list[tuple[str, int]]] = defaultdict(list)
    for edition, some in _by_edition(wanted, site).items():
        entries = ReachEntry.objects.filter(
            edition=edition or None, channel=site, origin=ReachEntry.Origin.COLLECTOR
        )
        for rows in _of(entries, some):
            by_region = rows.values_list(*_What._fields, "region__path").annotate(Sum("count"))
            for *what, path, count in by_region:
                found[_What(*what)].append((path, count))
    return found


def _by_edition(wanted: set[_What], site: Channel) -> dict[int, set[_What]]:
    """Those of which there is a measured sum, by the campaign (0: everyday) that it belongs to."""
    sums = DailyPiece.objects.filter(
        edition_id__in=[EVERYDAY_ID, *Edition.objects.order_by().values_list("pk", flat=True)],
        node_id__in=[node.pk for node in nodes_for(None)],
        channel_id=site.pk,
        basis=Basis.MEASURED,
    )
    found: dict[int, set[_What]] = defaultdict(set)
    for rows in _of(sums, wanted):
        for edition, *what in rows.values_list("edition_id", *_What._fields).distinct():
            found[edition].add(_What(*what))
    return {edition: some & wanted for edition, some in found.items() if some & wanted}


def _of(rows: QuerySet, wanted: set[_What]) -> Iterator[QuerySet]:
    """The rows of these days, pieces and metrics, in a statement or a few more."""
    days, contents, codes = (sorted(set(several)) for several in zip(*wanted, strict=True))
    for some_days in in_slices(days, _AT_ONCE):
        for some in in_slices(contents, _AT_ONCE):
            yield rows.order_by().filter(day__in=some_days, content__in=some, metric__in=codes)


def _suspect(figure: Figure, metric: str, counts: Iterable[tuple[str, int]]) -> Suspect:
    """What the site counted elsewhere is reason enough to ask, but nothing to be told here.

    Views without a link of some region's count at head office.
    """
    own = max(0, sum(count for path, count in counts if path.startswith(figure.region.path)))
    if own:
        told = _(
            "this site has counted %(count)s (%(metric)s) of the same piece that day itself, "
            "in %(region)s and below"
        ) % {"count": f"{own:,}", "metric": metrics.name_of(metric), "region": figure.region.name}
    else:
        told = _("this site counts the same piece itself (%(metric)s), and did so that day") % {
            "metric": metrics.name_of(metric)
        }
    return Suspect(figure, HeldEntry.Kind.SITE_AND_IMPORT, told, own)
