"""Splitting a whole number by weights, so that the parts add up to it exactly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.plans.rehearsal import fingerprint
from campaigns.reach.models import Target
from campaigns.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True)
class Part:
    """One region's part of a target, and what it replaces."""

    region: Region
    weight: int
    value: int
    before: int | None


@dataclass
class Split:
    """How a target was split: parents before their children."""

    total: int
    parts: list[Part] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        return fingerprint(
            [self.total, *((p.region.code, p.weight, p.value, p.before) for p in self.parts)]
        )


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Parts of the total in proportion to the weights, by the largest remainder.

    The parts add up to the total exactly; of equal remainders the first gets the rest. Raises
    ValueError for a negative number, or when no weight is above nought.
    """
    whole = sum(weights)
    if total < 0 or any(weight < 0 for weight in weights) or not whole:
        raise ValueError("weights and total are not negative, and some weight is above nought")
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    largest = sorted(range(len(weights)), key=lambda n: (-remainders[n], n))
    for n in largest[: total - sum(parts)]:
        parts[n] += 1
    return parts


@transaction.atomic
def split_target(
    edition: Edition,
    region: Region,
    *,
    channel: Channel | None,
    metric: str,
    total: int,
    weight_of: Callable[[Region], int],
    to_the_bottom: bool,
    by: "AbstractBaseUser",
) -> Split:
    """Give the region the total and each active region below its part of it.

    Raises ValidationError where nothing lies below or no weight is above nought, PermissionDenied
    for a region that is not the user's.
    """
    if not Region.objects.visible_to(by).filter(pk=region.pk).exists():
        raise PermissionDenied
    rows = Target.objects.filter(edition=edition, channel=channel, metric=metric)
    before = dict(rows.values_list("region_id", "value"))
    told = Split(total, [Part(region, 1, total, before.get(region.pk))])
    below: dict[str, list[Region]] = {}
    for child in Region.objects.active().at_or_below(region).exclude(pk=region.pk):
        below.setdefault(child.path[: -Region.steplen], []).append(child)
    if region.path not in below:
        raise ValidationError({"region": _("There is no active region below it.")})

    def go_down(parent: Region, value: int) -> None:
        children = below.get(parent.path, [])
        if not children:
            return
        weights = [weight_of(child) for child in children]
        try:
            values = split(value, weights)
        except ValueError as error:
            raise ValidationError(
                _("Nothing below “%(region)s” has a weight above nought.") % {"region": parent}
            ) from error
        for child, weight, part in zip(children, weights, values, strict=True):
            told.parts.append(Part(child, weight, part, before.get(child.pk)))
            if to_the_bottom:
                go_down(child, part)

    go_down(region, total)
    for part in told.parts:
        Target.objects.update_or_create(
            edition=edition,
            channel=channel,
            metric=metric,
            region=part.region,
            defaults={"value": part.value},
        )
    return told
