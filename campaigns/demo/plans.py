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
    return sum(
        load_plan(
            row,
            Edition.objects.get(code=row["campaign"]),
            datetime.fromisoformat(row["handed_in_at"]),
            datetime.fromisoformat(row["approved_at"]),
        )
        for row in rows("plans")
    )


def load_plan(
    row: dict[str, str], edition: Edition, handed_in_at: datetime, approved_at: datetime
) -> bool:
    """Whether the plan is new; then it was handed in and approved at those times."""
    plan, is_new = Plan.objects.get_or_create(
        edition=edition,
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
        now = timezone.now()
        version = approving.hand_in(plan, writer, at=min(handed_in_at, now))
        approving.approve(version, decider, at=min(approved_at, now))
    return is_new
