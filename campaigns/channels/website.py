"""The website: a place on the zone's home for a span of time."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min, Q
from django.utils import timezone

from campaigns.channels.models import Placement
from content.hooks import FeaturedPiece


def featured_on_website(language: str) -> Iterable[FeaturedPiece]:
    """What the website channel holds now, for the zone's home."""
    showing = (
        Placement.objects.showing(timezone.now())
        .filter(language=language, page__live=True)
        .select_related("edition", "page__category", "page__image", "page__locale")
    )
    seen: set[int] = set()
    for place in showing:
        if place.page_id not in seen:
            seen.add(place.page_id)
            yield FeaturedPiece(
                page=place.page,
                campaign_code=place.edition.code,
                campaign_name=place.edition.name,
                slogan=place.edition.slogan,
                ends_at=place.ends_at,
            )


def next_change_on_website(language: str) -> datetime | None:
    """When the next place of that language is taken or given up; None if none is."""
    now = timezone.now()
    instants = Placement.objects.filter(language=language).aggregate(
        begins=Min("starts_at", filter=Q(starts_at__gt=now)),
        ends=Min("ends_at", filter=Q(starts_at__lte=now, ends_at__gt=now)),
    )
    return min((instant for instant in instants.values() if instant), default=None)
