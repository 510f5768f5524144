"""The schedule that a series has every year, told relative to the first day of the window."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.windows import at_beijing
from campaigns.channels.models import ChannelAccount
from campaigns.pushes.models.push import publishing_field

FURTHEST = 180


def relative(offset: int) -> str:
    """The offset as people write it: T-30, T, T+14."""
    return f"T{offset:+d}" if offset else "T"


class _Template(models.Model):
    series = models.ForeignKey(
        "campaigns.Series",
        verbose_name=_("series"),
        on_delete=models.CASCADE,
        related_name="%(class)ss",
    )
    title = models.CharField(_("title"), max_length=120)
    offset_days = models.SmallIntegerField(
        _("days from the first day"),
        validators=[MinValueValidator(-FURTHEST), MaxValueValidator(FURTHEST)],
        help_text=_("-30 is thirty days before the first day of the window, 0 that day itself."),
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.relative_day} {self.title}"

    @property
    def relative_day(self) -> str:
        return relative(self.offset_days)

    def day_in(self, anchor: date) -> date:
        """The day it falls on when the window begins on the anchor."""
        return anchor + timedelta(days=self.offset_days)


class TaskTemplate(_Template):
    """A task that comes back with every edition."""

    notes = models.TextField(_("notes"), blank=True)
    department = models.CharField(_("department"), max_length=64, blank=True)
    region = models.ForeignKey(
        "campaigns.Region",
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: head office."),
    )

    class Meta:
        verbose_name = _("task of the template")
        verbose_name_plural = _("tasks of the template")
        ordering = ["series", "offset_days", "pk"]


class PushTemplate(_Template):
    """A push that comes back with every edition. What is left open becomes an open item."""

    clock = models.TimeField(_("time of day"), help_text=_("Beijing time."))
    account = models.ForeignKey(
        "campaigns.ChannelAccount",
        verbose_name=_("channel account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    channel = models.ForeignKey(
        "campaigns.Channel",
        verbose_name=_("channel"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Instead of an account: head office's own account on this channel."),
    )
    page = models.ForeignKey(
        "content.EducationPage",
        verbose_name=_("piece"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty: to be chosen every year; the new edition then asks for it."),
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans"
    )
    publishing = publishing_field()

    class Meta:
        verbose_name = _("push of the template")
        verbose_name_plural = _("pushes of the template")
        ordering = ["series", "offset_days", "clock", "pk"]

    def clean(self) -> None:
        if not self.account_id and not self.channel_id:
            raise ValidationError({"channel": _("Name an account, or at least the channel.")})
        website = ChannelAccount.Adapter.WEBSITE
        if self.publishing and self.account and self.account.adapter != website:
            words = _("Only a push to the website can publish the piece.")
            raise ValidationError({"publishing": words})

    @property
    def is_outside(self) -> bool:
        """Whether it lands outside the usual window: it is then left open every year."""
        return not 0 <= self.offset_days < self.series.length_days

    def instant_in(self, anchor: date) -> datetime:
        """When it goes out if the window begins on the anchor."""
        return at_beijing(self.day_in(anchor), self.clock)
