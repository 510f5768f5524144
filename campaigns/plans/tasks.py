"""What becomes of a task between its making and its end."""

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from campaigns.plans.models import Task

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@transaction.atomic
def put_off(task: Task, due_on: date, by: "AbstractBaseUser") -> None:
    """Let an open task be due on another Beijing day. Raises ValidationError if it has ended."""
    moved = Task.objects.filter(pk=task.pk, state__in=Task.OPEN).update(due_on=due_on)
    if not moved:
        raise ValidationError(_("The task has ended in the meantime; look at it again."))
    task.due_on = due_on
    log(instance=task, action="wagtail.edit", user=by, content_changed=True)
