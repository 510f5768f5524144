"""Closed periods: figures as they stood when a manager closed them, kept as they are for good."""

import hashlib
import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.regions.models import Region
from campaigns.regions.scope import scope_to


class FrozenError(TypeError):
    """Somebody tried to change or delete a closed period."""


class SnapshotQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SnapshotQuerySet":
        """Those of regions that the user sees."""
        return scope_to(self, user)

    def without_figures(self) -> "SnapshotQuerySet":
        """For lists: without the frozen text, which may be large."""
        return self.defer("frozen")

    def update(self, **kwargs):
        raise FrozenError("a closed period is never changed: close another one")

    def delete(self):
        raise FrozenError("a closed period is never deleted")

    def bulk_update(self, *args, **kwargs):
        raise FrozenError("a closed period is never changed: close another one")

    def bulk_create(self, *args, **kwargs):
        raise FrozenError("a period is closed by itself, with campaigns.reports.snapshots.close")


class Snapshot(models.Model):
    """A region's figures over some days, frozen. Never changed, never deleted.

    All that a reader needs in order to understand the figures stands in `frozen`, in the words of
    that day: whatever is renamed, moved or defined anew later, it stays. The columns beside it are
    there to find and to scope it by.
    """

    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    # Codes with a blank around each, so that one is found by itself.
    campaigns = models.TextField(_("campaigns"))
    person_times = models.BigIntegerField(_("person-times"))
    # The newest entry that the ledger held; 0: none. Whatever came later has a higher number.
    high_water = models.BigIntegerField(_("newest entry"))
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Such as: reported to the regulator.")
    )
    # Canonical JSON: the checksum is that of exactly these characters in UTF-8.
    frozen = models.TextField(editable=False)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, editable=False)
    closed_at = models.DateTimeField(_("closed at"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        # Who answers for the figures stays known; people are deactivated, not deleted.
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        ordering = ["-closed_at", "-pk"]
        base_manager_name = "objects"
        # To add one is to close a period.
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return f"{self.first} – {self.last} · {self.content['selection']['region']['name']}"

    def save(self, *args, **kwargs) -> None:
        if self.pk is not None:
            raise FrozenError("a closed period is never changed: close another one")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise FrozenError("a closed period is never deleted")

    @cached_property
    def content(self) -> dict[str, Any]:
        """What is frozen; see campaigns.reports.freezing for its shape."""
        return json.loads(self.frozen)

    @property
    def is_intact(self) -> bool:
        """Whether the frozen text still has the checksum that it was closed with."""
        return hashlib.sha256(self.frozen.encode()).hexdigest() == self.sha256
