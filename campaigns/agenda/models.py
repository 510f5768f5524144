"""Secret addresses of calendar feeds, and how often each entry has changed for their readers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarFeedQuerySet(models.QuerySet):
    def live(self) -> "CalendarFeedQuerySet":
        """Addresses that answer."""
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """A secret address under which a person's calendar program reads what that person may see.

    The address holds a selector, by which the row is found, and a secret, of which only the hash is
    kept: whoever reads the database cannot read anybody's calendar.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="calendar_feeds",
    )
    label = models.CharField(_("used on"), max_length=40)
    selector = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user} · {self.label}"


class EventVersion(models.Model):
    """What readers of feeds were last told about an entry.

    Calendar programs take a change over only with a higher SEQUENCE and a later LAST-MODIFIED. Not
    every kind of entry keeps these, so they are counted here, in one way for all kinds.
    """

    key = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a calendar entry")
        verbose_name_plural = _("versions of calendar entries")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key} v{self.sequence}"
