"""Hand-overs to people: what is to be done by hand, by when, and what came of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.private_files import check_private_file, private_files, unguessable
from campaigns.channels.models import ChannelAccount
from campaigns.regions.scope import scope_to


class HandoverSetup(models.Model):
    """What a person has to do on an account by hand, and how long they have."""

    account = models.OneToOneField(
        ChannelAccount, on_delete=models.CASCADE, related_name="handover_setup"
    )
    checklist = models.TextField(
        _("checklist"),
        blank=True,
        help_text=_("One step a line. Whoever reports a hand-over done ticks each of them."),
    )
    hours = models.PositiveSmallIntegerField(
        _("hours to do it"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 30)],
        help_text=_("Counted from the push's time; later than that it shows as overdue."),
    )

    class Meta:
        verbose_name = _("setup of hand-overs")
        verbose_name_plural = _("setups of hand-overs")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.account)

    def steps(self) -> list[str]:
        """The checklist's lines."""
        return [line.strip() for line in self.checklist.splitlines() if line.strip()]


class HandoverQuerySet(models.QuerySet):
    def visible_to(self, user) -> "HandoverQuerySet":
        return scope_to(self, user, path="account__region__path")

    def waiting(self) -> "HandoverQuerySet":
        """Those that nobody has answered for yet, the most urgent first."""
        return self.filter(state=Handover.State.OPEN).order_by("due_at", "pk")

    def overdue(self, now: datetime) -> "HandoverQuerySet":
        return self.waiting().filter(due_at__lt=now)


class Handover(models.Model):
    """One delivery that a person carries out."""

    class State(models.TextChoices):
        OPEN = "open", _("To be done")
        DONE = "done", _("Done by hand")
        REFUSED = "refused", _("Not possible")
        WITHDRAWN = "withdrawn", _("Called off")

    key = models.UUIDField(_("idempotency key"), unique=True, editable=False)
    push_number = models.BigIntegerField(_("number of the push"), null=True, editable=False)
    account = models.ForeignKey(
        ChannelAccount,
        verbose_name=_("channel account"),
        on_delete=models.PROTECT,
        related_name="handovers",
    )
    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    page = models.ForeignKey(
        "content.EducationPage",
        verbose_name=_("piece"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    scheduled_at = models.DateTimeField(_("time"))
    due_at = models.DateTimeField(_("due"))
    package = models.CharField(_("package"), max_length=120)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64)
    # The steps as they were when it was handed over: [{"text": …, "done": …}].
    checklist = models.JSONField(_("checklist"), default=list)
    url = models.URLField(_("link"), blank=True, max_length=500)
    evidence = models.FileField(
        _("evidence"),
        storage=private_files,
        upload_to=unguessable,
        validators=[check_private_file],
        blank=True,
    )
    evidence_name = models.CharField(max_length=150, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("answered at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        # Made by the channel alone and never deleted.
        default_permissions = ("view", "change")
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="handover_state_due")]

    def __str__(self) -> str:
        return f"{self.page} · {self.account.name}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at < timezone.now()


def due_after(scheduled_at: datetime, hours: int, ends_at: datetime) -> datetime:
    """When it has to be done: so many hours after its time, but not after the campaign's end."""
    due = scheduled_at + timedelta(hours=hours)
    return min(due, ends_at) if ends_at > scheduled_at else due
