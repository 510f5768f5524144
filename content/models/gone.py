"""Pieces that were public and are no longer, so that who keeps copies can drop theirs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GonePiece(models.Model):
    """A version of a piece that was taken down, closed to the public or deleted, and when.

    Written by content.gone alone; the row goes when the piece is public again.
    """

    # A number and not a foreign key: the page may be deleted.
    page_number = models.BigIntegerField(_("number of the page"), unique=True)
    code = models.CharField(_("code"), max_length=80)
    language = models.CharField(_("language"), max_length=10)
    gone_at = models.DateTimeField(_("gone since"))

    class Meta:
        verbose_name = _("piece taken down")
        verbose_name_plural = _("pieces taken down")
        default_permissions = ()
        ordering = ["gone_at", "page_number"]
        indexes = [models.Index(fields=["gone_at", "page_number"], name="gone_piece_order")]

    def __str__(self) -> str:
        return f"{self.code} {self.gone_at:%F %T}"
