"""What is derived from the ledger, and can be made from it anew at any time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.regions.scope import scope_to


class DailyReachQuerySet(models.QuerySet):
    def visible_to(self, user) -> "DailyReachQuerySet":
        return scope_to(self, user)


class DailyReach(models.Model):
    """The ledger summed by day: recomputed from it, never added to."""

    edition = models.ForeignKey(
        "campaigns.Edition", null=True, on_delete=models.CASCADE, related_name="+"
    )
    day = models.DateField()
    channel = models.ForeignKey("campaigns.Channel", on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey("campaigns.Region", on_delete=models.CASCADE, related_name="+")
    metric = models.CharField(max_length=24)
    basis = models.CharField(max_length=20)
    count = models.BigIntegerField()

    objects = DailyReachQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily reach")
        verbose_name_plural = _("daily reach")
        default_permissions = ("view",)
        constraints = [
            # Two, because SQLite holds any two NULLs to be distinct.
            models.UniqueConstraint(
                fields=["edition", "day", "channel", "region", "metric", "basis"],
                condition=models.Q(edition__isnull=False),
                name="daily_reach_once",
            ),
            models.UniqueConstraint(
                fields=["day", "channel", "region", "metric", "basis"],
                condition=models.Q(edition__isnull=True),
                name="daily_reach_everyday_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.metric} {self.count}"
