"""What has to be done for an edition, and which pushes its plan asks for."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.plans.models.templates import relative
from campaigns.pushes.models.push import publishing_field
from campaigns.regions.scope import scope_to, sees_everything


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TaskQuerySet":
        """Tasks of the user's regions, and those that are the user's own."""
        if sees_everything(user) or not user.pk:
            return scope_to(self, user)
        return scope_to(self, user) | self.filter(owner=user)

    def not_done(self) -> "TaskQuerySet":
        """What is still to be done; a shift of the window moves it."""
        return self.filter(state__in=Task.OPEN)

    def overdue(self, today: date) -> "TaskQuerySet":
        return self.not_done().filter(due_on__lt=today)


class Task(models.Model):
    """Something to be done for an edition by a day. Dropped, never deleted."""

    class State(models.TextChoices):
        TODO = "todo", _("To do")
        DOING = "doing", _("Under way")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    OPEN = (State.TODO, State.DOING)

    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    region = models.ForeignKey(
        "campaigns.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("title"), max_length=160)
    notes = models.TextField(_("notes"), blank=True)
    department = models.CharField(_("department"), max_length=64, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="campaign_tasks",
    )
    due_on = models.DateField(_("due on"), help_text=_("A day in Beijing."))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.TODO)
    # Where it was copied from, such as template:12: what was copied once is not copied again.
    source = models.CharField(max_length=40, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "source"], condition=~Q(source=""), name="task_copied_once"
            )
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="task_due")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def relative_day(self) -> str:
        """The due date from the campaign's first day: T-30, T, T+14."""
        return relative((self.due_on - self.edition.starts_on).days)


class PushItemQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PushItemQuerySet":
        return scope_to(self, user)

    def still_open(self) -> "PushItemQuerySet":
        """Pushes that somebody has to complete: a piece, an account or another time is missing."""
        return self.filter(push=None, task__state__in=Task.OPEN)


class PushItem(models.Model):
    """A push that the schedule asks for: planned, or an open item with a task to complete it."""

    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        related_name="push_items",
    )
    region = models.ForeignKey(
        "campaigns.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("title"), max_length=120)
    channel = models.ForeignKey(
        "campaigns.Channel", null=True, on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey(
        "campaigns.ChannelAccount", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    page = models.ForeignKey(
        "content.EducationPage", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    scheduled_at = models.DateTimeField(_("time"))
    publishing = publishing_field()
    reason = models.TextField(_("what is missing"), blank=True)
    source = models.CharField(max_length=40)
    push = models.OneToOneField(
        "campaigns.Push", null=True, on_delete=models.PROTECT, related_name="item"
    )
    task = models.OneToOneField(Task, null=True, on_delete=models.PROTECT, related_name="push_item")

    objects = PushItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("push of the schedule")
        verbose_name_plural = _("pushes of the schedule")
        ordering = ["scheduled_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["edition", "source"], name="push_item_copied_once")
        ]

    def __str__(self) -> str:
        return self.title
