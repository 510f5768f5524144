"""The demo's field sessions."""

from datetime import datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from campaigns.calendar.models import Edition
from campaigns.demo.given import MAIL_DOMAIN, rows
from campaigns.field import sessions
from campaigns.field.models import BEIJING, FieldSession
from campaigns.regions.models import Posting, Region
from content.models import Audience, EducationPage

User = get_user_model()


def load_sessions() -> int:
    """The field sessions, each in one transaction: planned, reported and approved as the file says.

    Reports are dated to the evening of the day and decisions to the next morning, so that the
    demo's past is the same whenever it is loaded.
    """
    known = set(FieldSession.objects.values_list("source_key", flat=True))
    todo = [row for row in rows("sessions") if row["key"] not in known]
    cast = Cast() if todo else None
    for row in todo:
        _load_session(row, cast)
    return len(todo)


class Cast:
    """Who does what in the demo's sessions, and the terms that the file names by code."""

    def __init__(self) -> None:
        self.manager = User.objects.get(username="manager")
        # The nearest coordinator reports: the longest path first.
        coordinators = Posting.objects.filter(
            user__email__endswith=f"@{MAIL_DOMAIN}", role="regional_coordinator"
        ).select_related("user", "region")
        self.coordinators = sorted(coordinators, key=lambda post: -len(post.region.path))
        self.regions = {region.code: region for region in Region.objects.all()}
        self.editions = {edition.code: edition for edition in Edition.objects.all()}
        self.audiences = {audience.slug: audience for audience in Audience.objects.all()}

    def coordinator_of(self, region: Region):
        return next((post.user for post in self.coordinators if post.region.contains(region)), None)


@transaction.atomic
def _load_session(row: dict[str, str], cast: Cast) -> None:
    starts_at = datetime.fromisoformat(row["starts_at"])
    region = cast.regions[row["region"]]
    coordinator = cast.coordinator_of(region)
    planned_at = min(starts_at - timedelta(days=14), timezone.now())
    session = sessions.plan(
        by=coordinator,
        source_key=row["key"],
        at=planned_at,
        pieces=EducationPage.objects.filter(code__in=row["pieces"].split(";")),
        edition=cast.editions[row["campaign"]] if row["campaign"] else None,
        region=region,
        form=row["form"],
        venue_class=row["venue_class"],
        place=row["place"],
        starts_at=starts_at,
        language=row["language"],
        audience=cast.audiences[row["audience"]],
        expected_attendance=int(row["expected"]),
    )
    if row["state"] == "planned":
        return
    evening = datetime.combine(session.day, time(20), BEIJING)
    figures = int(row["attendance"]), int(row["leaflets"])
    sessions.report(session, *figures, row["notes"], coordinator, at=evening)
    if row["state"] == "approved":
        sessions.approve(session, cast.manager, at=evening + timedelta(hours=14))
