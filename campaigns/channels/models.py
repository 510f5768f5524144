"""Through whom content goes out: channels, their accounts, and what the website holds."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.regions.scope import scope_to


class Channel(models.Model):
    """A way to the public: website, WeChat, app, partner media, field work."""

    class Kind(models.TextChoices):
        ONLINE = "online", _("Online")
        OFFLINE = "offline", _("Offline")

    code = models.CharField(
        _("code"),
        max_length=16,
        unique=True,
        validators=[RegexValidator(r"^[a-z]+\Z", _("Lower-case letters."))],
    )
    name = models.CharField(_("name"), max_length=32)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["sort_order", "code"]

    def __str__(self) -> str:
        return self.name


class ChannelAccountQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ChannelAccountQuerySet":
        return scope_to(self, user)


class ChannelAccount(models.Model):
    """One account on a channel, owned by a region, served by an adapter."""

    class Adapter(models.TextChoices):
        WEBSITE = "website", _("Website place")
        FILE = "file", _("Package in a folder")
        WECHAT = "wechat", _("WeChat official account")
        JPUSH = "jpush", _("App push (JPush)")
        PARTNER = "partner", _("Partner media")
        HANDOVER = "handover", _("Hand-over to a person")

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z]+:\d{6}(-[a-z0-9]+)?\Z", _("Such as wechat:650000."))],
    )
    channel = models.ForeignKey(
        Channel, verbose_name=_("channel"), on_delete=models.PROTECT, related_name="accounts"
    )
    region = models.ForeignKey(
        "campaigns.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name"), max_length=64)
    adapter = models.CharField(_("adapter"), max_length=16, choices=Adapter)
    tolerance_minutes = models.PositiveSmallIntegerField(
        _("tolerance in minutes"),
        default=120,
        # The tick comes once a minute: less would miss what is on time.
        validators=[MinValueValidator(2)],
        help_text=_("A push that is later than this is marked as missed instead of sent late."),
    )
    # Limits of the account's own; what the channel sets for all of its kind is its adapter's.
    most_a_day = models.PositiveSmallIntegerField(
        _("pushes a day at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Beijing days. Empty: no limit of its own."),
    )
    most_a_month = models.PositiveSmallIntegerField(
        _("pushes a month at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Calendar months in Beijing. Empty: no limit of its own."),
    )
    quiet_from = models.TimeField(
        _("quiet from"), null=True, blank=True, help_text=_("Beijing time; may pass midnight.")
    )
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    repeat_days = models.PositiveSmallIntegerField(
        _("days before the same piece again"),
        default=7,
        help_text=_("The same piece sooner on this account needs a named person's consent."),
    )
    at_once = models.PositiveSmallIntegerField(
        _("pushes at the same time at most"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(16)],
        help_text=_("A slow channel holds up no other."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = ChannelAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel account")
        verbose_name_plural = _("channel accounts")
        ordering = ["channel__sort_order", "code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def clean(self) -> None:
        """Quiet hours have two ends; the code says whose it is.

        A code is channel, colon, region, and a suffix for a second account.
        """
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValidationError({"quiet_until": _("Quiet hours need a beginning and an end.")})
        if not self.channel_id or not self.region_id or not self.code:
            return
        owner = f"{self.channel.code}:{self.region.code}"
        if self.code != owner and not self.code.startswith(f"{owner}-"):
            raise ValidationError(
                {"code": _("Begins with channel and region: %(owner)s.") % {"owner": owner}}
            )


class PlacementQuerySet(models.QuerySet):
    def showing(self, now: datetime) -> "PlacementQuerySet":
        """Places that are taken at that instant."""
        return self.filter(starts_at__lte=now, ends_at__gt=now)


class Placement(models.Model):
    """A page's place on the home and its section for a span: what the website channel holds."""

    key = models.UUIDField(_("idempotency key"), unique=True)
    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="placements")
    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        related_name="placements",
    )
    page = models.ForeignKey(
        "content.EducationPage",
        verbose_name=_("piece"),
        on_delete=models.CASCADE,
        related_name="placements",
    )
    language = models.CharField(_("language"), max_length=10)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("place on the home page")
        verbose_name_plural = _("places on the home page")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["language", "starts_at", "ends_at"])]

    def __str__(self) -> str:
        return f"{self.page} · {self.edition}"
