"""When the tick last ran, machine by machine."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class HeartbeatManager(models.Manager):
    def last_beat(self) -> datetime | None:
        """When any machine last ticked; None if none ever did."""
        return self.aggregate(last=models.Max("beat_at"))["last"]


class Heartbeat(models.Model):
    """When the tick last ran on a machine; an old one is shown as a warning."""

    host = models.CharField(_("machine"), max_length=128, unique=True)
    beat_at = models.DateTimeField(_("last tick"))
    result = models.JSONField(_("result"), default=dict)

    objects = HeartbeatManager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.host} {self.beat_at:%F %T}"
