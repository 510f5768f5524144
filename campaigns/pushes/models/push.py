"""A push: one piece, in one language, to one account, for one campaign, once."""

import uuid
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.pushes.models.pause import Pause
from campaigns.regions.scope import scope_to


class PushQuerySet(models.QuerySet):
    def due(self, now: datetime) -> "PushQuerySet":
        """Approved pushes whose time has come: first those that have waited longest for this try.

        What is paused is not due.
        """
        approved = self.filter(state=Push.State.APPROVED, claimed_by="", try_at__lte=now)
        return approved.not_paused().order_by("try_at", "pk")

    def not_paused(self, besides: Pause | None = None) -> "PushQuerySet":
        """Those that no standing pause holds up, apart from that one."""
        pauses = Pause.objects.standing().exclude(pk=besides and besides.pk)
        held_up = [pause.condition() for pause in pauses]
        if not held_up:
            return self
        return self.exclude(reduce(or_, held_up)) if all(held_up) else self.none()

    def not_done(self) -> "PushQuerySet":
        """Pushes that have not gone out and that nobody is sending: a person may move them."""
        return self.filter(state__in=Push.NOT_DONE, claimed_by="")

    def late(self, now: datetime) -> "PushQuerySet":
        """Those that should have gone out by now, and still may."""
        return self.not_done().filter(scheduled_at__lt=now)

    def unsettled(self, now: datetime) -> "PushQuerySet":
        """Pushes that no tick is asking about, and whose next question to the channel is due.

        Unknown ones, and those that the channel has taken and is still working on.
        """
        open_ends = (Push.State.UNKNOWN, Push.State.SENDING)
        return self.filter(state__in=open_ends, claimed_by="", try_at__lte=now)

    def publishing(self, page_id: int) -> "PushQuerySet":
        """Those that go, or went, together with the piece's going live."""
        publishing = self.filter(page=page_id).exclude(publishing=Push.Publishing.NONE)
        return publishing.select_related("account__region", "edition")

    def held(self) -> "PushQuerySet":
        """Pushes that some tick is working on, or was when it died."""
        return self.exclude(claimed_by="").order_by("pk")

    def visible_to(self, user) -> "PushQuerySet":
        """Those of accounts that the user's regions own."""
        return scope_to(self, user, path="account__region__path")


class Publishing(models.TextChoices):
    """Whether the piece's own dates follow the push, which only the website's can ask for."""

    NONE = "", _("No: its own dates hold")
    LIVE = "live", _("It goes live with the push")
    SPAN = "span", _("It goes live with the push, and comes down when its place ends")


def publishing_field() -> models.CharField:
    """The question, for a push and for what becomes one."""
    return models.CharField(
        _("publishes the piece"),
        max_length=4,
        choices=Publishing,
        default=Publishing.NONE,
        blank=True,
        help_text=_(
            "To the website only. What legal review has not approved never goes live. Several "
            "pushes of one piece in a campaign: it goes live with the first, and comes down when "
            "the last place ends."
        ),
    )


class Push(models.Model):
    """One piece, in one language, to one account, for one campaign, once.

    The slot is an ordinal fixed when it is planned: re-timing keeps the row, so the row, and not
    the time, is what "at most once" counts.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        READY = "ready", _("Checked")
        APPROVED = "approved", _("Approved")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Outcome unknown")
        FAILED = "failed", _("Failed")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")

    Publishing = Publishing
    NOT_DONE = (State.PLANNED, State.READY, State.APPROVED)
    # What has not gone out and does not by itself: a person may call it off for good.
    CANCELLABLE = (*NOT_DONE, State.FAILED, State.MISSED)

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
    publishing = publishing_field()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, unique=True, editable=False)
    claimed_by = models.CharField(max_length=64, blank=True, default="", editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    # Where the public finds it on the channel, if the channel says so.
    url = models.CharField(_("address on the channel"), max_length=500, blank=True, editable=False)
    # Visits by way of this are counted for the push's channel and region.
    link = models.ForeignKey(
        "campaigns.TrackedLink",
        verbose_name=_("short link"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="pushes",
    )
    # What preflight said when it was last asked: [{"code", "text", "is_error", "is_note"}].
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True, editable=False)
    remarks = models.JSONField(_("remarks"), default=list, blank=True, editable=False)
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
            models.Index(fields=["account", "page", "scheduled_at"], name="push_repeat"),
            models.Index(
                fields=["claimed_by"], condition=~models.Q(claimed_by=""), name="push_held"
            ),
        ]
        # Nothing that was planned is deleted: it is cancelled, and stays to be seen.
        default_permissions = ("view", "add", "change")
        permissions = [
            ("approve_push", "Can approve, retry and withdraw pushes, and pause them"),
        ]

    def __str__(self) -> str:
        words = {"piece": self.page, "account": self.account.name, "n": self.slot}
        return gettext("%(piece)s → %(account)s (time no. %(n)s)") % words

    def save(self, *args, **kwargs) -> None:
        if self.try_at is None:
            self.try_at = self.scheduled_at
        super().save(*args, **kwargs)

    @property
    def goes_live_at(self) -> datetime:
        """When its piece goes live: dates of pieces know no fractions of a second."""
        return self.scheduled_at.replace(microsecond=0)

    @property
    def place_ends_at(self) -> datetime:
        """When its place on the website ends."""
        return self.ends_at or self.edition.closes_at(self.account.region)

    @property
    def comes_down_at(self) -> datetime:
        """When its piece comes down, if the push says so."""
        return self.place_ends_at.replace(microsecond=0)

    @property
    def sendable_until(self) -> datetime:
        """The last instant at which it may still be sent."""
        return self.scheduled_at + timedelta(minutes=self.account.tolerance_minutes)
