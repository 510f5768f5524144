"""Who is to report an edition's figures, and until when: fixed when a plan is approved."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.regions.scope import scope_to


class ExpectedReporterQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ExpectedReporterQuerySet":
        return scope_to(self, user)


class ExpectedReporter(models.Model):
    """A region that is to report an edition's figures.

    Written when a plan is approved (campaigns.plans.expecting) and never taken away: a region that
    closes meanwhile was still expected.
    """

    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        on_delete=models.CASCADE,
        related_name="expected_reporters",
    )
    region = models.ForeignKey(
        "campaigns.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("due on"), help_text=_("The last day that is in time, in Beijing."))
    fixed_at = models.DateTimeField(_("fixed at"))
    # The version whose approval named it first.
    version = models.ForeignKey(
        "campaigns.PlanVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ExpectedReporterQuerySet.as_manager()

    class Meta:
        verbose_name = _("expected reporter")
        verbose_name_plural = _("expected reporters")
        ordering = ["edition", "region__path"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["edition", "region"], name="expected_reporter_once")
        ]

    def __str__(self) -> str:
        return f"{self.edition} · {self.region}: {self.due_on}"
