"""Handing in a plan and deciding over it. What was handed in is frozen, and stays as it was.

Four eyes: neither who handed a version in nor who wrote at it since the last one decides over it,
superusers included.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.plans import expecting
from campaigns.plans.comparing import is_different
from campaigns.plans.models import Plan, PlanVersion, Task
from campaigns.reach.models import Target

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

APPROVE = "campaigns.approve_plan"
# What a plan cannot be handed in without.
NEEDED = ("aims", "lead_department", "executive")
State = PlanVersion.State


def snapshot(plan: Plan) -> dict:
    """Everything that the plan says now, in plain words and figures.

    Tasks and targets are those of the plan's region and below. Who does a task and how far it is
    stand beside it for whoever decides, but are work and not plan: they make no difference between
    versions (campaigns.plans.comparing).
    """
    edition, below = plan.edition, {"region__path__startswith": plan.region.path}
    tasks = edition.tasks.filter(**below).exclude(state=Task.State.DROPPED)
    targets = Target.objects.filter(edition=edition, **below).select_related("region", "channel")
    return {
        "window": f"{edition.starts_on} – {edition.ends_on}",
        "aims": plan.aims,
        "themes": plan.themes,
        "lead_department": plan.lead_department,
        "executive": plan.executive,
        "tasks": [
            {
                "title": task.title,
                "region": task.region.name,
                "department": task.department,
                "due_on": task.due_on.isoformat(),
                "owner": task.owner_id,
                "state": task.state,
            }
            for task in tasks.select_related("region").order_by("due_on", "title", "pk")
        ],
        "budget": [
            {"purpose": line.purpose, "amount": str(line.amount)} for line in plan.budget.all()
        ],
        "targets": [
            {
                "region": row.region.code,
                "channel": row.channel.code if row.channel else "",
                "metric": row.metric,
                "value": row.value,
            }
            for row in targets.order_by("region__path", "channel__sort_order", "metric")
        ],
        "attachments": [
            {"name": row.name, "sha256": row.sha256}
            for row in plan.attachments.filter(is_withdrawn=False)
        ],
    }


def has_changes(plan: Plan) -> bool:
    """Whether the plan says something else than the version handed in last."""
    return plan.latest is None or is_different(plan.latest.content, snapshot(plan))


@transaction.atomic
def hand_in(plan: Plan, by: "AbstractBaseUser", at: datetime | None = None) -> PlanVersion:
    """Freeze the plan as its next version, for a manager to decide over.

    `at` is for loading history. Raises ValidationError while a version waits, where nothing
    changed, or something is missing.
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    latest = plan.latest
    if latest and latest.state == State.SUBMITTED:
        raise ValidationError(
            _("Version %(number)s still waits for a decision.") % {"number": latest.number}
        )
    names = [Plan._meta.get_field(name).verbose_name for name in NEEDED]  # noqa: SLF001
    missing = [
        str(label) for label, name in zip(names, NEEDED, strict=True) if not getattr(plan, name)
    ]
    if missing:
        raise ValidationError(_("Still to be written: %(parts)s.") % {"parts": "、".join(missing)})
    content = snapshot(plan)
    if latest and not is_different(latest.content, content):
        raise ValidationError(
            _("Nothing has changed since version %(number)s.") % {"number": latest.number}
        )
    version = PlanVersion.objects.create(
        plan=plan,
        number=latest.number + 1 if latest else 1,
        content=content,
        submitted_at=at or timezone.now(),
        submitted_by=by,
    )
    version.writers.set({by, *plan.writers.all()})
    plan.writers.clear()
    return version


def may_decide(version: PlanVersion, user: "AbstractBaseUser") -> bool:
    """Whether the user may approve it or send it back."""
    return (
        version.state == State.SUBMITTED
        and user.is_active
        and user.has_perm(APPROVE)
        # Head office's plan is for head office's managers: those below do not see it.
        and Plan.objects.visible_to(user).filter(pk=version.plan_id).exists()
        and not version.writers.filter(pk=user.pk).exists()
    )


def awaiting(user: "AbstractBaseUser") -> QuerySet:
    """The versions that wait for this user's decision, the one that has waited longest first."""
    if not (user.is_active and user.has_perm(APPROVE)):
        return PlanVersion.objects.none()
    return (
        PlanVersion.objects.filter(
            state=State.SUBMITTED, plan__in=Plan.objects.visible_to(user).values("pk")
        )
        .exclude(writers=user)
        .order_by("submitted_at", "pk")
    )


def approve(
    version: PlanVersion, by: "AbstractBaseUser", at: datetime | None = None
) -> PlanVersion:
    """Let the version hold, and fix who is expected to report.

    `at` is for loading history. Raises PermissionDenied, or ValidationError once it is decided.
    """
    return _decide(version, by, State.APPROVED, at=at)


def send_back(version: PlanVersion, by: "AbstractBaseUser", reason: str) -> PlanVersion:
    """Return the version to its writers. Raises as approve, and ValidationError without reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that its writers know what to do.")})
    return _decide(version, by, State.RETURNED, reason.strip())


@transaction.atomic
def _decide(
    version: PlanVersion, by, state: str, reason: str = "", at: datetime | None = None
) -> PlanVersion:
    locked = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != State.SUBMITTED:
        raise ValidationError(
            _("That has been decided already: %(state)s.") % {"state": locked.get_state_display()}
        )
    if not may_decide(locked, by):
        raise PermissionDenied(_("A manager decides, and nobody over a plan of their own."))
    locked.state, locked.reason = state, reason
    locked.decided_at, locked.decided_by = at or timezone.now(), by
    locked.save()
    if state == State.APPROVED:
        expecting.fix(locked, locked.decided_at)
    return locked
