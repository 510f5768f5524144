"""Which closed periods readers see on the website."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.reports.models.snapshots import Snapshot


class ShowingQuerySet(models.QuerySet):
    def current(self) -> "ShowingQuerySet":
        """Those that nobody has taken back."""
        return self.filter(taken_back_at=None)


class Showing(models.Model):
    """From when until when the total of a closed period stands on the website, and who said so.

    A row of its own, since a closed period itself is never changed. Rows stay when they are taken
    back: what was public, and by whose word, can be looked up.
    """

    snapshot = models.ForeignKey(
        Snapshot,
        verbose_name=_("closed period"),
        on_delete=models.PROTECT,
        related_name="showings",
    )
    shown_at = models.DateTimeField(_("shown since"))
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("shown by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ShowingQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure on the website")
        verbose_name_plural = _("figures on the website")
        ordering = ["-shown_at", "-pk"]
        # Whoever may close periods decides, in campaigns.reports.showing.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot"], condition=Q(taken_back_at=None), name="shown_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.snapshot)
