"""How many people were expected: for whoever checks figures of attendance from elsewhere."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from campaigns.field.models import BEIJING, FieldSession

# A session may well draw some more than were expected; twice as many is worth a look.
MARGIN = 2


def expected_people(asked: set[tuple[int, date]]) -> dict[tuple[int, date], int]:
    """The most that are plausible, where sessions were planned with a number.

    By region (primary key) and Beijing day; a region's own sessions, not those below it.
    """
    found: dict[tuple[int, date], int] = defaultdict(int)
    for region, starts_at, expected in _sessions(asked):
        found[region, starts_at.astimezone(BEIJING).date()] += expected * MARGIN
    return {where: most for where, most in found.items() if where in asked and most}


def _sessions(asked: set[tuple[int, date]]) -> QuerySet:
    days = [day for _region, day in asked]
    first = datetime.combine(min(days), time(), BEIJING)
    return (
        FieldSession.objects.exclude(state=FieldSession.State.CANCELLED)
        .filter(
            region__in={region for region, _day in asked},
            starts_at__gte=first,
            starts_at__lt=datetime.combine(max(days), time(), BEIJING) + timedelta(days=1),
        )
        .order_by()
        .values_list("region", "starts_at", "expected_attendance")
    )
