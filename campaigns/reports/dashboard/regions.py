"""Where it reaches: the regions below, ranked, with the way down along the tree."""

from dataclasses import replace

from django.utils.translation import gettext as _

from campaigns.reach.display import format_person_times
from campaigns.reports import charts, figures
from campaigns.reports.dashboard import tiles
from campaigns.reports.dashboard.look import Line, Look, bases_in_words

MOST_BARS = 12


def shown(look: Look) -> dict:
    total = figures.total_of(figures.by_kind(look.selection))
    region = look.region
    below = list(region.get_children()) if region else look.here
    found = figures.over_nodes(look.selection, below)
    lines = {
        child.code: look.line(
            found[child.code],
            total.count,
            region=child.code,
            link=look.here_with(region=child.code),
        )
        for child in below
        if found[child.code].by_basis
    }
    ranked = sorted(lines.values(), key=lambda line: -line.amount.exact)
    # The chart compares like with like; what stands for the region itself is in the table.
    bars = [charts.Bar(line.label, line.amount.exact) for line in ranked[:MOST_BARS]]
    return {
        "is_empty": not total.by_basis,
        "total": look.reached(total.count),
        "total_shown": format_person_times(total.count),
        "total_bases": bases_in_words(total),
        "regions": ranked + _itself(look, total, [found[code] for code in lines]),
        "region_chart": charts.ranked_bars(_("Person-times by region"), bars),
        "regions_without": len(below) - len(lines),
        "without": [child.name for child in below if child.code not in lines],
        **tiles.grid(below, lines),
    }


def _itself(look: Look, total: figures.Figure, below: list[figures.Figure]) -> list[Line]:
    """What stands for the region and for none below it."""
    if look.region is None:
        return []
    own = replace(total.less(below), label=_("%(region)s itself") % {"region": look.region.name})
    if not own.known_bases():
        return []
    return [look.line(own, total.count, region=None, only_region=look.region.code)]


def trail(look: Look) -> list[dict]:
    """From the viewer's own region down to the one that is shown; nothing at the top of it."""
    region = look.region
    if region is None or look.selection.region is None:
        return []
    above = [
        *(
            node
            for node in region.get_ancestors()
            if any(node.path.startswith(top.path) for top in look.tops)
        ),
        region,
    ]
    return [{"name": node.name, "link": look.here_with(region=node.code)} for node in above]
