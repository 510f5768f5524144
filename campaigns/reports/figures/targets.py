"""What was aimed at."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from campaigns.channels.models import Channel
from campaigns.reach import metrics
from campaigns.reach.models import Target
from campaigns.regions.models import Region
from campaigns.reports.figures.rows import cube
from campaigns.reports.figures.selection import Selection


@dataclass
class Aim:
    """What was aimed at and what was reached of it, in person-times; of which editions (codes)."""

    target: int | None = None
    reached: int = 0
    editions: list[str] = field(default_factory=list)


def against_targets(selection: Selection, regions: Sequence[Region]) -> dict[str | None, Aim]:
    """Targets of the selected editions for these regions, by channel code; None is all channels.

    Held against them is only what was reached for editions that have such a target. No target says
    how much of it a metric, a basis or a language should bring; and where only some channels are
    asked for, only their own targets count.
    """
    if selection.metrics or selection.bases or selection.languages:
        return {}
    aims: dict[str | None, Aim] = defaultdict(Aim)
    editions_of: dict[str | None, set[int]] = defaultdict(set)
    told = {edition.pk: edition.code for edition in selection.editions}
    targets = Target.objects.filter(
        edition__in=[edition.pk for edition in selection.editions],
        region__in=[region.pk for region in regions],
        metric=Target.PERSON_TIMES,
    )
    for channel, edition, value in targets.order_by().values_list(
        "channel__code", "edition", "value"
    ):
        aims[channel].target = (aims[channel].target or 0) + value
        if edition not in editions_of[channel]:
            aims[channel].editions.append(told[edition])
        editions_of[channel].add(edition)
    codes = dict(Channel.objects.values_list("pk", "code"))
    for edition, channel, count in cube(selection, metrics.reach_codes(), "edition", "channel"):
        for key in (codes[channel], None):
            if edition in editions_of[key]:
                aims[key].reached += count
    if selection.channels:
        aims = {key: aim for key, aim in aims.items() if key in selection.channels}
    return {key: aim for key, aim in aims.items() if aim.target is not None}
