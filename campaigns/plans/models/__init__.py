"""What an edition is made of: its schedule, copied from a template, and its plan."""

from campaigns.plans.models.expected import ExpectedReporter
from campaigns.plans.models.plan import Attachment, BudgetLine, Plan, PlanVersion
from campaigns.plans.models.schedule import PushItem, Task
from campaigns.plans.models.templates import PushTemplate, TaskTemplate

__all__ = [
    "Attachment",
    "BudgetLine",
    "ExpectedReporter",
    "Plan",
    "PlanVersion",
    "PushItem",
    "PushTemplate",
    "Task",
    "TaskTemplate",
]
