"""What is written down about a push: attempts, changes of state, consents."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.pushes.models.push import Push


class PushAttempt(models.Model):
    """One try at a push: the intent is stored before the call, the outcome after it."""

    class Outcome(models.TextChoices):
        STARTED = "started", _("Started")
        SENT = "sent", _("Sent")
        FOUND = "found", _("Found done")
        RETRY = "retry", _("To be tried again")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Outcome unknown")
        PENDING = "pending", _("Taken, still being worked on")
        ABANDONED = "abandoned", _("Interrupted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    push = models.ForeignKey(
        Push, verbose_name=_("push"), on_delete=models.CASCADE, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome, default=Outcome.STARTED
    )
    # What was asked of the channel, summed up without secrets, and what it answered.
    request = models.TextField(_("request"), blank=True)
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


class PushConsent(models.Model):
    """A named person takes a warning upon themselves, for the time that the push has now."""

    push = models.ForeignKey(
        Push, verbose_name=_("push"), on_delete=models.CASCADE, related_name="consents"
    )
    code = models.CharField(_("rule"), max_length=64)
    text = models.TextField(_("warning"))
    # Another time may be another case: a consent speaks for the time it was given for.
    scheduled_at = models.DateTimeField(_("for the time"))
    at = models.DateTimeField(_("at"))
    # Empty: whoever runs the command line of this installation; the reason says so.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        default_permissions = ()
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.push_id}: {self.code}"
