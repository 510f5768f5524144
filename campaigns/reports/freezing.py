"""Figures and all that explains them as plain data, and back as a report.

What is frozen of a period:

- `selection`: campaigns, days, region with its place in the tree, and what it was narrowed to;
- `channels`, `metrics`: what they were called, and how they were defined, that day;
- `regions`: which regions each row by region stood for, and the newest region there was;
- `figures`: the total, online and offline, every way of breaking it down, and the outputs,
  and beside them `persons`: the estimate, its margin and what it means; None where not known;
- `high_water`: the newest entry of the ledger; `closed`: when and by whom.

Rows hold whole numbers only, so that the same content always gives the same text.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils import timezone

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.reach import metrics
from campaigns.reach.models import Metric
from campaigns.regions.models import Region
from campaigns.regions.naming import person_name
from campaigns.reports import figures
from campaigns.reports.figures.persons import Persons

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from campaigns.reports.models import Snapshot

# The first one knew no persons.
VERSION = 2
_NARROWING = ("channels", "metrics", "bases", "languages")


def freeze(selection: figures.Selection) -> dict[str, Any]:
    """The selection's figures as they stand, with what they mean; the selection names a region.

    Without who, when and how far the ledger went, which the caller adds.
    """
    report = figures.report(selection, "channel")
    rows = {by: of(selection) for by, of in figures.BY.items()}
    return {
        "version": VERSION,
        "selection": _selection(selection),
        "channels": list(Channel.objects.values("id", "code", "name", "kind").order_by("pk")),
        "metrics": [_metric(metric) for metric in metrics.known().values()],
        "regions": {
            "newest": Region.objects.aggregate(newest=Max("pk"))["newest"],
            "of_row": _regions_of_rows(selection.region),
        },
        "figures": {
            "total": _figure(report.total),
            "kinds": [_figure(row) for row in report.kinds],
            "rows": {
                by: [_figure(row) for row in found if row.known_bases()]
                for by, found in rows.items()
            },
            "outputs": [_figure(row) for row in report.outputs],
            "persons": report.persons and asdict(report.persons),
        },
    }


def closed_by(user: "AbstractBaseUser", at: datetime) -> dict[str, Any]:
    """Who and when, in words that stay when the account's name changes."""
    return {
        "at": at.isoformat(timespec="seconds"),
        "by": user.get_username(),
        "name": person_name(user),
    }


def canonical(content: dict[str, Any]) -> str:
    """One text for one content: keys in order, no blanks, Chinese as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def checksum(text: str) -> str:
    """SHA-256 of the text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def report_of(snapshot: "Snapshot", by: str) -> figures.Report:
    """The frozen figures as a report, with the definitions of their day, for every export."""
    frozen = snapshot.content["figures"]
    return figures.Report(
        as_of=timezone.localtime(snapshot.closed_at),
        selection=selection_of(snapshot),
        by=by,
        total=figure_of(frozen["total"]),
        kinds=[figure_of(row) for row in frozen["kinds"]],
        rows=[figure_of(row) for row in frozen["rows"][by]],
        outputs=[figure_of(row) for row in frozen["outputs"]],
        definitions=[Metric(**one) for one in snapshot.content["metrics"]],
        channels={one["code"]: one["name"] for one in snapshot.content["channels"]},
        high_water=snapshot.high_water,
        persons=persons_of(snapshot.content),
        first=snapshot.first,
        last=snapshot.last,
    )


def persons_of(content: dict[str, Any]) -> Persons | None:
    """The frozen estimate; None where none was known, or none was frozen yet."""
    told = content["figures"].get("persons")
    return told and Persons(**told)


def selection_of(snapshot: "Snapshot") -> figures.Selection:
    """What the figures were asked for, in the words of that day. Not to be saved."""
    told = snapshot.content["selection"]
    editions = tuple(
        Edition(
            pk=one["id"],
            code=one["code"],
            name=one["name"],
            starts_on=date.fromisoformat(one["first"]),
            ends_on=date.fromisoformat(one["last"]),
        )
        for one in told["campaigns"]
    )
    region = Region(
        pk=told["region"]["id"],
        code=told["region"]["code"],
        name=told["region"]["name"],
        path=snapshot.region.path,
        depth=snapshot.region.depth,
    )
    return figures.Selection(
        editions,
        told["everyday"],
        snapshot.first,
        snapshot.last,
        None,
        region,
        **{name: tuple(told[name]) for name in _NARROWING},
    )


def figure_of(told: dict[str, Any]) -> figures.Figure:
    return figures.Figure(
        told["key"], told["label"], told["count"], dict(told["by_basis"]), told["unit"]
    )


def _figure(row: figures.Figure) -> dict[str, Any]:
    return {
        "key": row.key,
        "label": str(row.label),
        "count": row.count,
        "by_basis": row.known_bases(),
        "unit": str(row.unit),
    }


def _selection(selection: figures.Selection) -> dict[str, Any]:
    region = selection.region
    return {
        "campaigns": [
            {
                "id": edition.pk,
                "code": edition.code,
                "name": edition.name,
                "first": edition.starts_on.isoformat(),
                "last": edition.ends_on.isoformat(),
            }
            for edition in selection.editions
        ],
        "everyday": selection.everyday,
        "from": selection.first.isoformat(),
        "to": selection.last.isoformat(),
        "region": {
            "id": region.pk,
            "code": region.code,
            "name": region.name,
            "above": [node.name for node in region.get_ancestors()],
        },
        **{name: list(getattr(selection, name)) for name in _NARROWING},
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "code": metric.code,
        "name": metric.name,
        "unit": metric.unit,
        "definition": metric.definition,
        "counts_as_reach": metric.counts_as_reach,
    }


def _regions_of_rows(region: Region) -> dict[str, list[int]]:
    """Which regions (primary keys) each row by region stands for: a region below, or itself."""
    step = len(region.path) + Region.steplen
    row_at: dict[str, str] = {region.path: region.code}
    of_row: dict[str, list[int]] = defaultdict(list)
    for pk, code, path in Region.objects.at_or_below(region).values_list("pk", "code", "path"):
        if len(path) == step:
            row_at[path] = code
        of_row[row_at[path[:step]]].append(pk)
    return of_row
