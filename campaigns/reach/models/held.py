"""Figures of imports that may count something twice, and what was decided on each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.regions.scope import scope_to


class HeldEntryQuerySet(models.QuerySet):
    def visible_to(self, user) -> "HeldEntryQuerySet":
        return scope_to(self, user)

    def pending(self) -> "HeldEntryQuerySet":
        return self.filter(decision=HeldEntry.Decision.PENDING)

    def standing(self) -> "HeldEntryQuerySet":
        """All but those whose import was taken back."""
        return self.exclude(decision=HeldEntry.Decision.WITHDRAWN)


class HeldEntry(models.Model):
    """A figure that may count something a second time; it counts once somebody has decided."""

    class Kind(models.TextChoices):
        PARENT_CHILD = "parent_child", _("Told by a region and by the one above it")
        SITE_AND_IMPORT = "site_and_import", _("Counted by this site and by a file")
        CUMULATIVE = "cumulative", _("Perhaps a running total told as a day's figure")

    class Decision(models.TextChoices):
        PENDING = "pending", _("Awaiting a decision")
        COUNTED = "counted", _("Counted as it is")
        DROPPED = "dropped", _("Not counted")
        AS_DIFFERENCE = "as_difference", _("Only the difference counted")
        WITHDRAWN = "withdrawn", _("Import taken back")

    batch = models.ForeignKey(
        "campaigns.ImportBatch",
        verbose_name=_("import batch"),
        on_delete=models.PROTECT,
        related_name="held",
    )
    number = models.PositiveIntegerField(_("row in the file"))
    kind = models.CharField(_("why it is held"), max_length=16, choices=Kind)
    # What it stands against, in words, and how much of it that is.
    against = models.TextField(_("stands against"))
    against_count = models.BigIntegerField(_("count that it stands against"))

    source_key = models.CharField(_("source key"), max_length=160)
    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    channel = models.ForeignKey(
        "campaigns.Channel", verbose_name=_("channel"), on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey(
        "campaigns.ChannelAccount",
        verbose_name=_("channel account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    region = models.ForeignKey(
        "campaigns.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    content = models.CharField(_("piece (code)"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    metric = models.CharField(_("metric"), max_length=24)
    basis = models.CharField(_("basis"), max_length=20)
    day = models.DateField(_("day"))
    count = models.BigIntegerField(_("count"), help_text=_("What the file says."))

    decision = models.CharField(
        _("decision"), max_length=14, choices=Decision, default=Decision.PENDING
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = HeldEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("held figure")
        verbose_name_plural = _("held figures")
        ordering = ["-day", "pk"]
        default_permissions = ("view",)
        permissions = [("decide_heldentry", _("Can decide on held figures"))]
        constraints = [
            models.UniqueConstraint(
                fields=["source_key"],
                condition=~Q(decision="withdrawn"),
                name="held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.metric} {self.count}"
