"""Reports that people have sent to them, and the mails that this came to."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SubscriptionQuerySet(models.QuerySet):
    def standing(self) -> "SubscriptionQuerySet":
        """Those that nobody has deleted."""
        return self.filter(deleted_at=None)

    def due(self, now: datetime) -> "SubscriptionQuerySet":
        """Those whose time has come."""
        return self.standing().filter(paused_at=None, next_due__lte=now)


class Subscription(models.Model):
    """A person's wish to be sent the figures of a dashboard's address, again and again.

    Figures are worked out when they are sent, with what that person may see then.
    """

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every Monday")
        MONTHLY = "monthly", _("on the first of the month")
        EDITION_END = "edition_end", _("once, on the day after the campaign")

    class Stopped(models.TextChoices):
        """Why nothing is sent any more, though its owner did not pause it."""

        NO_RIGHT = "no_right", _("you may no longer see figures")
        NO_REGION = "no_region", _("you may no longer see that region, or it is gone")
        NO_ADDRESS = "no_address", _("your account has no e-mail address")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="report_subscriptions",
    )
    # The dashboard's own words: what stands behind the question mark of its address.
    query = models.TextField(_("filters"), blank=True)
    by = models.CharField(_("rows"), max_length=16)
    format = models.CharField(_("file"), max_length=8)
    rhythm = models.CharField(_("how often"), max_length=12, choices=Rhythm)
    # None: nothing more will come.
    next_due = models.DateTimeField(_("next"), null=True)
    paused_at = models.DateTimeField(_("paused at"), null=True)
    stopped = models.CharField(_("why it stopped"), max_length=12, choices=Stopped, blank=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    # Its mails stay.
    deleted_at = models.DateTimeField(_("deleted at"), null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["next_due"], name="subscription_due")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_rhythm_display()}"


class ReportMailQuerySet(models.QuerySet):
    def waiting(self, now: datetime) -> "ReportMailQuerySet":
        """What is to be sent at that time, the oldest first."""
        return self.filter(state=ReportMail.State.PENDING, try_at__lte=now).order_by("pk")


class ReportMail(models.Model):
    """One mail of a subscription: one a due time, unique in the database.

    Before the mail server is called it is SENDING, with the time; what stays there belongs to a
    process that died in the middle, and nobody knows whether the mail left.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("To be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Nobody knows whether it was sent")

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="mails")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    try_at = models.DateTimeField(_("next try"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    started_at = models.DateTimeField(_("last try"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    recipient = models.EmailField(_("to"), blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)

    objects = ReportMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("report by mail")
        verbose_name_plural = _("reports by mail")
        ordering = ["-due_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "due_at"], name="report_mail_once_a_due_time"
            )
        ]
        indexes = [models.Index(fields=["state", "try_at"], name="report_mail_waiting")]

    def __str__(self) -> str:
        return f"{self.subject or self.subscription} · {self.get_state_display()}"
