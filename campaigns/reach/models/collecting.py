"""How far the hits that were taken in have come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SpoolPosition(models.Model):
    """How far a hit spool has been folded; moves in the same transaction as the entries."""

    name = models.CharField(max_length=160, unique=True)
    offset = models.PositiveBigIntegerField(default=0)
    dropped = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("spool position")
        verbose_name_plural = _("spool positions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}@{self.offset}"
