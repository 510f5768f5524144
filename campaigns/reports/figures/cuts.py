"""The same person-times, by whatever one wants to see them apart."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from campaigns.channels.models import Channel
from campaigns.reach import languages, metrics
from campaigns.reach.metrics import Basis
from campaigns.reach.pieces import titles_of
from campaigns.regions.models import Region
from campaigns.reports.figures.rows import Figure, cube, cube_of, person_times, rows_of, total_of
from campaigns.reports.figures.selection import Selection


def by_kind(selection: Selection) -> list[Figure]:
    """Online and offline, whether or not there is anything."""
    kinds = dict(Channel.objects.values_list("pk", "kind"))
    rows = {kind: Figure(kind, str(label)) for kind, label in Channel.Kind.choices}
    for channel, basis, count in person_times(selection, "channel"):
        rows[kinds[channel]].add(basis, count)
    return list(rows.values())


def by_channel(selection: Selection) -> list[Figure]:
    """In the channels' own order."""
    channels = {channel.pk: channel for channel in Channel.objects.all()}
    found = [
        (channels[pk].code, basis, count) for pk, basis, count in person_times(selection, "channel")
    ]
    names = {channel.code: channel.name for channel in channels.values()}
    return rows_of(found, names, order=list(names))


def by_region(selection: Selection) -> list[Figure]:
    """The regions right below, each with all that lies below it, and what is the region's own.

    First the region's own row, then those below in the order of the tree that have figures. Who
    sees several parts of the organisation gets a row for each.
    """
    nodes = selection.nodes
    below = list(nodes[0].get_children()) if len(nodes) == 1 else list(nodes)
    rows = [row for row in over_nodes(selection, below).values() if row.by_basis]
    if len(nodes) != 1:
        return rows
    own = over_nodes(selection, nodes)[nodes[0].code].less(rows)
    if not own.by_basis:
        return rows
    own.label = _("%(region)s itself") % {"region": nodes[0].name}
    return [own, *rows]


def by_day(selection: Selection) -> list[Figure]:
    """Beijing days that have figures, oldest first; keys are ISO dates."""
    found = [
        (day.isoformat(), basis, count) for day, basis, count in person_times(selection, "day")
    ]
    days = sorted({day for day, _basis, _count in found})
    return rows_of(found, {day: day for day in days}, order=days)


def by_metric(selection: Selection) -> list[Figure]:
    """Only metrics that are person-times."""
    names = dict(metrics.choices())
    return rows_of(person_times(selection, "metric"), names, order=metrics.reach_codes())


def by_content(selection: Selection) -> list[Figure]:
    """Pieces by code, the farthest-reaching first; last, with an empty key, what is of no piece."""
    found = person_times(selection, "content")
    codes = {code for code, _basis, _count in found}
    rows = rows_of(found, titles_of(codes), order=sorted(codes))
    rows.sort(key=lambda row: -row.count)
    rest = total_of(rows_of(person_times(selection, "metric"), {}, order=metrics.reach_codes()))
    rest = replace(rest, key="", label=_("Of no single piece")).less(rows)
    return [*rows, rest] if rest.known_bases() else rows


def by_language(selection: Selection) -> list[Figure]:
    """In the order of the interface's languages; last, with an empty key, where none is told."""
    names = dict(languages.choices())
    found = person_times(selection, "language")
    others = sorted({code for code, _basis, _count in found} - set(names) - {""})
    return rows_of(found, {**names, "": _("No language given")}, order=[*names, *others, ""])


def by_basis(selection: Selection) -> list[Figure]:
    """How the figures came about, in the order in which bases are always shown."""
    names = {basis.value: str(basis.label) for basis in Basis}
    found = [(basis, basis, count) for basis, count in person_times(selection)]
    return rows_of(found, names, order=list(names))


BY = {
    "channel": by_channel,
    "region": by_region,
    "day": by_day,
    "metric": by_metric,
    "content": by_content,
    "language": by_language,
    "basis": by_basis,
}


def outputs(selection: Selection) -> list[Figure]:
    """Interactions and outputs, each in its own unit."""
    found = cube(selection, metrics.output_codes(), "metric", "basis")
    rows = rows_of(found, dict(metrics.choices()), order=list(metrics.known()))
    for row in rows:
        row.unit = metrics.known()[row.key].unit
    return rows


def over_nodes(selection: Selection, nodes: Sequence[Region]) -> dict[str, Figure]:
    """Person-times of each of these regions with all that lies below it, by region code.

    The regions lie within the selection's and not below one another.
    """
    by_pk = {node.pk: Figure(node.code, node.name) for node in nodes}
    if by_pk:
        cut = selection.cut.of(nodes=tuple(by_pk))
        for pk, basis, count in cube_of(cut, metrics.reach_codes(), "node", "basis"):
            by_pk[pk].add(basis, count)
    return {figure.key: figure for figure in by_pk.values()}
