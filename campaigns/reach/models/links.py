"""Short addresses that tell where a visit came from."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from campaigns.regions.scope import scope_to


class TrackedLinkQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TrackedLinkQuerySet":
        return scope_to(self, user)


class TrackedLink(models.Model):
    """A short address /q/CODE, for QR codes and messages, that tells where a visit came from."""

    code = models.CharField(
        _("code"),
        max_length=32,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9_-]+\Z", _("ASCII letters, digits, - and _."))],
        help_text=_("The end of the short address. Leave empty to have one made."),
        blank=True,
    )
    label = models.CharField(_("what it is for"), max_length=120)
    page = models.ForeignKey(
        "content.EducationPage", verbose_name=_("piece"), on_delete=models.CASCADE, related_name="+"
    )
    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty for everyday education."),
    )
    channel = models.ForeignKey(
        "campaigns.Channel", verbose_name=_("channel"), on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey(
        "campaigns.ChannelAccount",
        verbose_name=_("channel account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    region = models.ForeignKey(
        "campaigns.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TrackedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("short link")
        verbose_name_plural = _("short links")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"/q/{self.code} · {self.label}"

    def save(self, *args, **kwargs) -> None:
        # No vowels and nothing that looks alike: the code is read aloud and copied from posters.
        self.code = self.code or get_random_string(7, "bcdfghjkmnpqrstvwxz23456789")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.account_id and self.channel_id and self.account.channel_id != self.channel_id:
            raise ValidationError({"account": _("This account belongs to another channel.")})

    @property
    def address(self) -> str:
        """The whole short address, as it stands on a poster."""
        return f"{settings.SITE_URL}/q/{self.code}"
