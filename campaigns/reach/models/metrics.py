"""What is counted, and on what basis a figure stands."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    """How a figure came about; every figure says it."""

    MEASURED = "measured", _("Measured")
    PLATFORM_REPORTED = "platform-reported", _("Platform-reported")
    SELF_REPORTED = "self-reported", _("Self-reported")
    ESTIMATED = "estimated", _("Estimated")


class MetricQuerySet(models.QuerySet):
    def active(self) -> "MetricQuerySet":
        return self.filter(is_active=True)


class Metric(models.Model):
    """One thing that is counted: what it is, in which unit, and whether it counts as 触及人次.

    What figures mean must not change under them: once a figure of a metric stands, its unit, its
    whole and whether it counts as reach are fixed. A metric that is no longer wanted is made
    inactive, never deleted.
    """

    FROZEN = ("unit", "counts_as_reach", "parent_id")

    code = models.CharField(
        _("code"),
        max_length=24,
        primary_key=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Small letters, digits and _."))],
        help_text=_("Names the metric in files and addresses; it stays."),
    )
    name = models.CharField(_("name"), max_length=40, unique=True)
    unit = models.CharField(_("unit"), max_length=12)
    definition = models.TextField(
        _("definition"),
        max_length=400,
        help_text=_("What exactly is counted. Shown beside figures and printed in exports."),
    )
    counts_as_reach = models.BooleanField(
        _("counts as person-times reached"),
        default=False,
        help_text=_("Added up with the others to the person-times reached of a campaign."),
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
        help_text=_("The metric of which this one is a part, as articles are of original works."),
    )
    sort_order = models.PositiveSmallIntegerField(_("sort order"), default=1000)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Offered in forms and taken in files.")
    )

    objects = MetricQuerySet.as_manager()

    class Meta:
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        ordering = ["sort_order", "code"]
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        if changed := self.changed_meaning():
            raise ValueError(f"{self.pk} has figures: {', '.join(changed)} cannot change")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.unit in ("人", "名") and self.counts_as_reach:
            raise ValidationError({"unit": _("Person-times are no persons: 人次, not 人.")})
        if self.parent_id:
            self._check_parent()
        if changed := self.changed_meaning():
            message = _("Figures of this metric stand already: what they mean stays.")
            raise ValidationError({name.removesuffix("_id"): message for name in changed})

    def _check_parent(self) -> None:
        if self.parent_id == self.pk or self.parent.parent_id:
            raise ValidationError({"parent": _("A part cannot have parts of its own.")})
        if self.pk and Metric.objects.filter(parent=self.pk).exists():
            raise ValidationError({"parent": _("This metric has parts of its own.")})
        if (self.parent.unit, self.parent.counts_as_reach) != (self.unit, self.counts_as_reach):
            raise ValidationError(
                {"parent": _("A part has the unit of the whole, and counts as the whole does.")}
            )

    def changed_meaning(self) -> list[str]:
        """Which of FROZEN are about to be changed under figures that stand."""
        before = Metric.objects.filter(pk=self.pk).values(*self.FROZEN).first()
        if before is None:
            return []
        changed = [name for name in self.FROZEN if getattr(self, name) != before[name]]
        return changed if changed and self.is_used() else []

    def is_used(self) -> bool:
        """Whether any figure or target of it stands."""
        from campaigns.reach.models.rollups import MonthlyReach
        from campaigns.reach.models.targets import Target

        figures = MonthlyReach.objects.filter(metric=self.pk)
        return figures.exists() or Target.objects.filter(metric=self.pk).exists()
