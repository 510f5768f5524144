"""Which language stands first where a region prints or shares several together."""

from django.conf import settings
from django.db import models

from campaigns.regions.models import Region


def script_order(region: Region | None) -> list[str]:
    """Language codes in the region's order: its own setting, else the nearest above it.

    Where nobody has set one, and for no region, the site's own order, which begins with Chinese.
    """
    codes = [code for code, _name in settings.LANGUAGES]
    if region is None:
        return codes
    steps = range(Region.steplen, len(region.path) + 1, Region.steplen)
    chain = Region.objects.filter(path__in=[region.path[:end] for end in steps])
    setting = (
        chain.exclude(script_order="").order_by("-depth").values_list("script_order", flat=True)
    )
    chosen = (setting.first() or "").split(",")
    return [code for code in chosen if code in codes] + [c for c in codes if c not in chosen]


def by_script_order(region: Region | None, field: str = "language") -> models.Case:
    """The same for a query's order_by: the place of that field's language."""
    order = script_order(region)
    places = [models.When(**{field: code}, then=place) for place, code in enumerate(order)]
    return models.Case(*places, default=len(order), output_field=models.IntegerField())
