"""Pushes, the attempts made at them, and the tick's heartbeat."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.regions.scope import scope_to


class PushQuerySet(models.QuerySet):
    def due(self, now: datetime) -> "PushQuerySet":
        """Planned pushes whose time has come: first those that have waited longest for this try."""
        return self.filter(state=Push.State.PLANNED, try_at__lte=now).order_by("try_at", "pk")

    def not_done(self) -> "PushQuerySet":
        """Pushes that have not gone out and that nobody is sending: a person may move them."""
        return self.filter(state=Push.State.PLANNED)

    def unsettled(self, now: datetime) -> "PushQuerySet":
        """Unknown pushes that no tick is asking about, and whose next question is due."""
        return self.filter(state=Push.State.UNKNOWN, claimed_by="", try_at__lte=now)

    def held(self) -> "PushQuerySet":
        """Pushes that some tick is working on, or was when it died."""
        return self.exclude(claimed_by="").order_by("pk")

    def visible_to(self, user) -> "PushQuerySet":
        """Those of accounts that the user's regions own."""
        return scope_to(self, user, path="account__region__path")


class Push(models.Model):
    """One piece, in one language, to one account, for one campaign, once.

    The slot is an ordinal fixed when it is planned: re-timing keeps the row, so the row, and not
    the time, is what "at most once" counts.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Outcome unknown")
        FAILED = "failed", _("Failed")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")

    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        related_name="pushes",
    )
    page = models.ForeignKey(
        "content.EducationPage",
        verbose_name=_("piece"),
        on_delete=models.PROTECT,
        related_name="pushes",
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    account = models.ForeignKey(
        "campaigns.ChannelAccount",
        verbose_name=_("channel account"),
        on_delete=models.PROTECT,
        related_name="pushes",
    )
    slot = models.PositiveSmallIntegerField(_("slot"), default=1)
    scheduled_at = models.DateTimeField(_("time"), help_text=_("Beijing time."))
    # When the engine next does something about it: at first the planned time; after a temporary
    # failure later. Lateness is always counted from scheduled_at.
    try_at = models.DateTimeField(editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    ends_at = models.DateTimeField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("When a place on the website ends; empty: with the campaign's last day."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, unique=True, editable=False)
    claimed_by = models.CharField(max_length=64, blank=True, default="", editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("planned by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PushQuerySet.as_manager()

    class Meta:
        verbose_name = _("push")
        verbose_name_plural = _("pushes")
        ordering = ["scheduled_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "page", "language", "account", "slot"], name="push_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "try_at"], name="push_next"),
            models.Index(
                fields=["claimed_by"], condition=~models.Q(claimed_by=""), name="push_held"
            ),
        ]
        # Nothing that was planned is deleted: it is cancelled, and stays to be seen.
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return f"{self.page} → {self.account.code} #{self.slot}"

    def save(self, *args, **kwargs) -> None:
        if self.try_at is None:
            self.try_at = self.scheduled_at
        super().save(*args, **kwargs)

    @property
    def sendable_until(self) -> datetime:
        """The last instant at which it may still be sent."""
        return self.scheduled_at + timedelta(minutes=self.account.tolerance_minutes)


class PushAttempt(models.Model):
    """One try at a push: the intent is stored before the call, the outcome after it."""

    class Outcome(models.TextChoices):
        STARTED = "started", _("Started")
        SENT = "sent", _("Sent")
        FOUND = "found", _("Found done")
        RETRY = "retry", _("To be tried again")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Outcome unknown")
        ABANDONED = "abandoned", _("Interrupted")

    push = models.ForeignKey(
        Push, verbose_name=_("push"), on_delete=models.CASCADE, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome, default=Outcome.STARTED
    )
    detail = models.TextField(_("detail"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        default_permissions = ()
        ordering = ["push", "number"]
        constraints = [
            models.UniqueConstraint(fields=["push", "number"], name="push_attempt_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.push_id} #{self.number} {self.outcome}"


class PushTransition(models.Model):
    """Who moved a push from one state to another, when and why. Written by states.move() alone."""

    push = models.ForeignKey(
        Push, verbose_name=_("push"), on_delete=models.CASCADE, related_name="transitions"
    )
    from_state = models.CharField(_("from"), max_length=10, choices=Push.State, blank=True)
    to_state = models.CharField(_("to"), max_length=10, choices=Push.State)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        default_permissions = ()
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.push_id}: {self.from_state} → {self.to_state}"


class HeartbeatManager(models.Manager):
    def last_beat(self) -> datetime | None:
        """When any machine last ticked; None if none ever did."""
        return self.aggregate(last=models.Max("beat_at"))["last"]


class Heartbeat(models.Model):
    """When the tick last ran on a machine; an old one is shown as a warning."""

    host = models.CharField(_("machine"), max_length=128, unique=True)
    beat_at = models.DateTimeField(_("last tick"))
    result = models.JSONField(_("result"), default=dict)

    objects = HeartbeatManager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.host} {self.beat_at:%F %T}"
