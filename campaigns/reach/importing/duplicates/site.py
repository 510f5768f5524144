"""The same article, counted by the site and by a file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Sum
from django.utils.translation import gettext as _

from campaigns.reach import metrics
from campaigns.reach.importing.duplicates.told import Span, Suspect, Told
from campaigns.reach.importing.figures import Figure
from campaigns.reach.models import HeldEntry, ReachEntry

# The channel that the site's own collector counts, and what stands for the same reading there.
SITE = "website"
SAME_READING = {"reads": "views"}


def also_on_the_site(told: list[Told], span: Span) -> Iterator[Suspect]:
    mine = [
        one.figure
        for one in told
        if one.figure.content and one.is_new and one.figure.place.channel.code == SITE
    ]
    if not mine:
        return
    first, last = span.days
    counted = ReachEntry.objects.order_by().filter(
        origin=ReachEntry.Origin.COLLECTOR, day__gte=first, day__lte=last, channel__code=SITE
    )
    on_site: dict[tuple, list[tuple[str, int]]] = defaultdict(list)
    columns = ("day", "content", "metric", "region__path")
    for *key, path, count in (
        counted.exclude(content="").values_list(*columns).annotate(Sum("count"))
    ):
        on_site[tuple(key)].append((path, count))
    for figure in mine:
        metric = SAME_READING.get(figure.metric, figure.metric)
        counts = on_site.get((figure.day, figure.content, metric), ())
        if sum(count for _path, count in counts) > 0:
            yield _suspect(figure, metric, counts)


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
