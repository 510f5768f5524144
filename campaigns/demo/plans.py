"""The demo's plans: handed in by who writes them, approved by the manager, dated to their day."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from campaigns.calendar.models import Edition
from campaigns.demo.given import rows
from campaigns.plans import approving
from campaigns.plans.models import Plan
from campaigns.regions.models import Region

User = get_user_model()


@transaction.atomic
def load_plans() -> int:
    """Each plan once; one that people began is theirs. Approval fixes who is expected to report."""
    return sum(_load_plan(row) for row in rows("plans"))


def _load_plan(row: dict[str, str]) -> bool:
    plan, is_new = Plan.objects.get_or_create(
        edition=Edition.objects.get(code=row["campaign"]),
        region=Region.objects.get(code=row["region"]),
        defaults={
            "aims": row["aims"],
            "themes": row["themes"].replace(";", "\n"),
            "lead_department": row["lead_department"],
            "executive": row["executive"],
        },
    )
    if is_new:
        writer, decider = (User.objects.get(username=row[who]) for who in ("writer", "decider"))
        version = approving.hand_in(plan, writer, at=_day(row["handed_in_at"]))
        approving.approve(version, decider, at=_day(row["approved_at"]))
    return is_new


def _day(text: str) -> datetime:
    return min(datetime.fromisoformat(text), timezone.now())
