"""What the figures are held against."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.regions.scope import scope_to


class TargetQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TargetQuerySet":
        return scope_to(self, user)


class Target(models.Model):
    """How much an edition aims at: in all, or on a channel, or in a region."""

    PERSON_TIMES = "person_times"
    PERSON_TIMES_LABEL = _("Person-times in all")

    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        on_delete=models.CASCADE,
        related_name="targets",
    )
    channel = models.ForeignKey(
        "campaigns.Channel",
        verbose_name=_("channel"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Empty: over all channels."),
    )
    region = models.ForeignKey(
        "campaigns.Region", verbose_name=_("region"), on_delete=models.CASCADE, related_name="+"
    )
    # A metric's code, or PERSON_TIMES.
    metric = models.CharField(_("metric"), max_length=24, default=PERSON_TIMES)
    value = models.PositiveBigIntegerField(_("target"))

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["edition", "channel__sort_order", "region__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "channel", "region", "metric"],
                condition=models.Q(channel__isnull=False),
                name="target_once",
            ),
            models.UniqueConstraint(
                fields=["edition", "region", "metric"],
                condition=models.Q(channel__isnull=True),
                name="target_over_all_channels_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} · {self.channel or '*'} · {self.region}: {self.value}"
