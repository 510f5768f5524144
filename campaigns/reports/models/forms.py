"""The regulator's forms: workbooks with named cells, one or more a year."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.private_files import private_files, unguessable
from campaigns.calendar.rights import changes_campaigns


class ReportFormQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ReportFormQuerySet":
        """Active ones for all who may see forms; head office's administrators see all."""
        return self if changes_campaigns(user) else self.filter(state=ReportForm.State.ACTIVE)


class ReportForm(models.Model):
    """One form. Without a file it is the one that we ship, built anew from what is counted."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Not active yet")
        ACTIVE = "active", _("Active")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    name = models.CharField(_("name"), max_length=80)
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2019), MaxValueValidator(2100)],
        help_text=_("Empty: for any year."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    file = models.FileField(_("file"), storage=private_files, upload_to=unguessable, blank=True)
    file_name = models.CharField(max_length=255, blank=True, editable=False)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, blank=True, editable=False)
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    objects = ReportFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("regulator's form")
        verbose_name_plural = _("regulator's forms")
        ordering = [models.F("year").desc(nulls_last=True), "-pk"]
        default_permissions = ("view", "add", "change")
        constraints = [
            # What is shipped stands once.
            models.UniqueConstraint(
                fields=["file"], condition=Q(file=""), name="report_form_shipped_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}" if self.year else self.name

    @property
    def is_shipped(self) -> bool:
        """Whether it is the form that comes with the product."""
        return not self.file
