"""The demo's organisation tree."""

from collections import defaultdict
from collections.abc import Iterator

from django.db import transaction

from campaigns.demo.given import DemoError, rows
from campaigns.regions.models import HEAD_OFFICE, Region


@transaction.atomic
def load_regions() -> int:
    """The organisation tree. A parent without children gets all of them in one statement."""
    known = {region.code: region for region in Region.objects.all()}
    if HEAD_OFFICE not in known:
        raise DemoError("there is no head office: run `manage.py migrate` first")
    missing: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows("regions"):
        if row["code"] not in known:
            missing[row["parent"]].append(row)
    before = len(known)
    parents = [code for code in missing if code in known]
    while parents:
        below = [(known[code], sorted(missing[code], key=lambda r: r["code"])) for code in parents]
        fresh = [
            child
            for parent, group in below
            if not parent.numchild
            for child in _children(parent, group)
        ]
        Region.objects.bulk_create(fresh)
        for parent, group in below:
            if parent.numchild:
                # Siblings that people made: let treebeard find each its place among them.
                fresh += [_add_among(parent, row) for row in group]
            else:
                Region.objects.filter(pk=parent.pk).update(numchild=len(group))
        known |= {region.code: region for region in fresh}
        parents = [region.code for region in fresh if region.code in missing]
    return len(known) - before


def _children(parent: Region, group: list[dict[str, str]]) -> Iterator[Region]:
    for step, row in enumerate(group, start=1):
        path = Region._get_path(parent.path, parent.depth + 1, step)  # noqa: SLF001
        yield Region(path=path, depth=parent.depth + 1, numchild=0, **_region_fields(row))


def _add_among(parent: Region, row: dict[str, str]) -> Region:
    return Region.objects.get(pk=parent.pk).add_child(**_region_fields(row))


def _region_fields(row: dict[str, str]) -> dict[str, str]:
    # A short row ends before the informal time: it has none of its own.
    names = ("code", "level", "name", "name_kk", "informal_zone")
    return {name: row[name] or "" for name in names}
