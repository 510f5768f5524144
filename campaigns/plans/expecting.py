"""Whose reports an approved plan lets one expect. From then on the denominator of completeness.

Expected is every active region right below the plan's own, and every region below it that the plan
sets a target or gives a task; a plan without either expects its own region alone. Due is the
report so many days after the last day of the region's window as the series says.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q

from campaigns.calendar.models import Edition, RegionalWindow
from campaigns.plans.models import ExpectedReporter, PlanVersion, Task
from campaigns.reach.models import Target
from campaigns.regions.models import Region


def fix(version: PlanVersion, at: datetime) -> int:
    """Note whom this version, approved just now, lets one expect; returns how many are new.

    Nobody who was expected already is taken away, nor is their due date changed: what was fixed
    stays. Call it within the transaction of the approval.
    """
    edition = version.plan.edition
    regions = expected_of(version)
    due = due_dates(edition, regions)
    known = set(
        ExpectedReporter.objects.filter(edition=edition).values_list("region_id", flat=True)
    )
    new = [
        ExpectedReporter(
            edition=edition, region=region, due_on=due[region.pk], fixed_at=at, version=version
        )
        for region in regions
        if region.pk not in known
    ]
    ExpectedReporter.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def expected_of(version: PlanVersion) -> list[Region]:
    """The regions in the order of the tree."""
    plan = version.plan
    below = Region.objects.active().at_or_below(plan.region).exclude(pk=plan.region_id)
    asked = {"edition": plan.edition, "region__path__startswith": plan.region.path}
    tasks = Task.objects.filter(**asked).exclude(state=Task.State.DROPPED)
    targets = Target.objects.filter(**asked)
    found = below.filter(
        Q(depth=plan.region.depth + 1)
        | Q(pk__in=tasks.order_by().values("region"))
        | Q(pk__in=targets.order_by().values("region"))
    )
    return list(found) or [plan.region]


def due_dates(edition: Edition, regions: Iterable[Region]) -> dict[int, date]:
    """The last day in time, by region's primary key."""
    windows = list(
        RegionalWindow.objects.filter(edition=edition).values_list("region__path", "ends_on")
    )
    grace = timedelta(days=edition.series.reporting_days)
    return {
        region.pk: max(
            [edition.ends_on, *(last for path, last in windows if region.path.startswith(path))]
        )
        + grace
        for region in regions
    }
