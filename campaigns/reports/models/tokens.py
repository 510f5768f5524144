"""Tokens by which other systems read figures."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.regions.models import Region
from campaigns.regions.scope import scope_to


class ReportTokenQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ReportTokenQuerySet":
        return scope_to(self, user)


class ReportToken(models.Model):
    """What a system shows to read the figures of a region and all below it.

    The token holds a selector, by which the row is found, and a secret, of which only the hash is
    kept: whoever reads the database cannot read figures in a system's name.
    """

    system = models.CharField(
        _("system"), max_length=80, help_text=_("Which system reads with it, and whom to call.")
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("It opens the figures of this region and of all below it."),
    )
    selector = models.CharField(max_length=16, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    expires_on = models.DateField(
        _("last day"),
        null=True,
        blank=True,
        help_text=_("It opens nothing after that day. Empty: until it is revoked."),
    )
    created_at = models.DateTimeField(_("issued at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("issued by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    objects = ReportTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token for reports")
        verbose_name_plural = _("tokens for reports")
        ordering = ["-created_at", "-pk"]
        # To change one is to revoke it.
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.system

    def opens_at(self, now: datetime) -> bool:
        """Whether it opens anything at that instant (aware, in Beijing's zone)."""
        if self.revoked_at is not None:
            return False
        return self.expires_on is None or now.date() <= self.expires_on
