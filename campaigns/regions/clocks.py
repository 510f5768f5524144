"""The time that people live by beside Beijing time, where their region has one."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from campaigns.regions.models import Region


class InformalTime(NamedTuple):
    """The same instant on the region's informal clock, and what that clock is called."""

    at: datetime
    name: str


class Clocks:
    """Every region's informal clock, read at once: one query however many are asked for."""

    def __init__(self, regions=None) -> None:
        rows = (Region.objects.all() if regions is None else regions).exclude(informal_zone="")
        self._zones = dict(rows.values_list("path", "informal_zone"))

    def zone_of(self, region: Region) -> str:
        """The zone's name; the nearest at or above the region counts. Empty: Beijing time alone."""
        for end in range(len(region.path), 0, -Region.steplen):
            if zone := self._zones.get(region.path[:end]):
                return "" if zone == Region.InformalZone.NONE else zone
        return ""

    def informal(self, region: Region, at: datetime) -> InformalTime | None:
        """The instant on that region's informal clock; None where there is none."""
        zone = self.zone_of(region)
        if not zone:
            return None
        return InformalTime(at.astimezone(ZoneInfo(zone)), str(Region.InformalZone(zone).label))


def clocks_of(region: Region) -> Clocks:
    """The clocks that one region needs: its own and those above it."""
    above = [
        region.path[:end] for end in range(Region.steplen, len(region.path) + 1, Region.steplen)
    ]
    return Clocks(Region.objects.filter(path__in=above))
