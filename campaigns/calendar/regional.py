"""What the wider windows of regions come to for whoever looks: on which days, and by whose word."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from campaigns.calendar.models import Edition, RegionalWindow
from campaigns.regions.models import Region
from campaigns.regions.scope import sees_everything, visible_paths

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True)
class KnownWindow:
    """A regional window that the user may know of; `is_own` if it lies in their own regions."""

    window: RegionalWindow
    is_own: bool


@dataclass(frozen=True)
class RegionalDays:
    """The days that hold in a region, and the windows that make them other than the campaign's."""

    region: Region
    first: date
    last: date
    windows: list[RegionalWindow]


def known_windows(edition: Edition, user: "AbstractBaseUser") -> list[KnownWindow]:
    """The edition's windows of the user's own regions, below them, and above: these govern too."""
    paths = [""] if sees_everything(user) else visible_paths(user)
    rows = edition.regional_windows.known_to(user).select_related("region")
    return [
        KnownWindow(row, any(row.region.path.startswith(path) for path in paths)) for row in rows
    ]


def days_here(
    edition: Edition, user: "AbstractBaseUser", known: list[KnownWindow]
) -> list[RegionalDays]:
    """For each region that the user is posted at, where other days than the campaign's hold."""
    if sees_everything(user) or not known:
        return []
    found = []
    for region in Region.objects.filter(path__in=visible_paths(user)):
        over = [one.window for one in known if region.path.startswith(one.window.region.path)]
        if over:
            first = min(edition.starts_on, *(window.starts_on for window in over))
            last = max(edition.ends_on, *(window.ends_on for window in over))
            found.append(RegionalDays(region, first, last, over))
    return found
