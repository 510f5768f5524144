"""活动方案: the plan of an edition, and the versions of it that were handed in."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.private_files import private_files, unguessable
from campaigns.regions.scope import scope_to


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PlanQuerySet":
        return scope_to(self, user)


class Plan(models.Model):
    """The plan as it is being written. What was handed in stands, frozen, in its versions."""

    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        related_name="plans",
    )
    region = models.ForeignKey(
        "campaigns.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    aims = models.TextField(_("aims"), blank=True)
    themes = models.TextField(_("themes"), blank=True, help_text=_("One a line."))
    lead_department = models.CharField(_("lead department"), max_length=64, blank=True)
    executive = models.CharField(_("responsible executive"), max_length=64, blank=True)
    # Who has written at it since the last version: none of them approves the next.
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of a campaign")
        verbose_name_plural = _("plans of campaigns")
        ordering = ["-edition__starts_on", "region__path"]
        default_permissions = ("view", "add", "change")
        permissions = [("approve_plan", _("Can approve plans of campaigns"))]
        constraints = [models.UniqueConstraint(fields=["edition", "region"], name="plan_once")]

    def __str__(self) -> str:
        return f"{self.edition} · {self.region}"

    @cached_property
    def latest(self) -> "PlanVersion | None":
        """The version handed in last."""
        # In the versions' own order, the newest first: lists bring them along by a prefetch.
        return self.versions.first()

    @cached_property
    def approved(self) -> "PlanVersion | None":
        """The version that holds: the newest that was approved, whatever was handed in since."""
        # Not by a filter, so that a prefetch serves this, too.
        approved = PlanVersion.State.APPROVED
        return next((row for row in self.versions.all() if row.state == approved), None)

    @property
    def state(self) -> str:
        """That of the version handed in last; empty for a plan that never was."""
        return self.latest.state if self.latest else ""

    @property
    def state_display(self) -> str:
        """How far it is, in words."""
        if self.latest is None:
            return gettext("Draft")
        words = {"number": self.latest.number, "state": self.latest.get_state_display()}
        return gettext("Version %(number)s: %(state)s") % words

    @property
    def in_force(self) -> str:
        """Which version holds meanwhile, in words; empty where that is the latest, or none."""
        if self.approved is None or self.approved == self.latest:
            return ""
        return gettext("version %(number)s is in force") % {"number": self.approved.number}


class BudgetLine(models.Model):
    """One item of the plan's budget, in yuan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="budget")
    purpose = models.CharField(_("purpose"), max_length=120)
    amount = models.DecimalField(
        _("amount (yuan)"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.purpose}: {self.amount}"


class Attachment(models.Model):
    """A paper that belongs to the plan; kept privately."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(_("file"), storage=private_files, upload_to=unguessable)
    name = models.CharField(_("name"), max_length=255)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Taken out of the plan; the file stays for the versions that named it.
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class PlanVersion(models.Model):
    """The plan as it was handed in at one time. Never changed but for the decision over it."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("Handed in")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Sent back")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SUBMITTED)
    content = models.JSONField()
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    submitted_at = models.DateTimeField(_("handed in at"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of plans")
        ordering = ["plan", "-number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"{self.plan} · {self.number}"
