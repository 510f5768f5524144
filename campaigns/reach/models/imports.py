"""Files of figures that were brought in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.reach.models.ledger import ReachEntry
from campaigns.regions.scope import scope_to, sees_everything


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ImportBatchQuerySet":
        """Batches that brought at least one figure of the user's regions."""
        if sees_everything(user):
            return self
        own = scope_to(ReachEntry.objects.filter(batch=models.OuterRef("pk")), user)
        return self.filter(models.Exists(own))


class ImportBatch(models.Model):
    """One file of figures that was committed as a whole."""

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, db_index=True)
    rows_new = models.PositiveIntegerField(_("new rows"), default=0)
    rows_changed = models.PositiveIntegerField(_("changed rows"), default=0)
    rows_unchanged = models.PositiveIntegerField(_("unchanged rows"), default=0)
    committed_at = models.DateTimeField(_("committed at"), auto_now_add=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")
        ordering = ["-committed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.committed_at:%F})"
