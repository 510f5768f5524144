"""Partner media: how a partner is served, what it was given, and what became of that."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.channels.models import ChannelAccount
from campaigns.regions.scope import scope_to
from content.models import EducationPage
from content.models.base import open_to_all


class PartnerSetup(models.Model):
    """How a partner's account is served: mail, feed, or packages that are fetched by link."""

    account = models.OneToOneField(
        ChannelAccount, on_delete=models.CASCADE, related_name="partner_setup"
    )
    mail_to = models.TextField(
        _("mail packages to"),
        blank=True,
        help_text=_("One address a line. Empty: nothing is mailed, packages are fetched by link."),
    )
    embargo_minutes = models.PositiveIntegerField(
        _("embargo in minutes"),
        default=0,
        validators=[MaxValueValidator(60 * 24 * 30)],
        help_text=_("Counted from the push's time; the feed shows a piece only after it."),
    )
    # The address itself is shown once and never stored.
    token_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    token_made_at = models.DateTimeField(_("address made at"), null=True, editable=False)

    class Meta:
        verbose_name = _("setup of a partner")
        verbose_name_plural = _("setups of partners")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.account)

    def recipients(self) -> list[str]:
        """The addresses that packages are mailed to."""
        return [line.strip() for line in self.mail_to.splitlines() if line.strip()]

    def clean(self) -> None:
        problems = []
        for address in self.recipients():
            try:
                validate_email(address)
            except ValidationError:
                problems.append(_("“%(address)s” is no mail address.") % {"address": address})
        if problems:
            raise ValidationError({"mail_to": problems})


class PartnerItemQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PartnerItemQuerySet":
        return scope_to(self, user, path="account__region__path")

    def in_feed(self, account: ChannelAccount, now: datetime) -> "PartnerItemQuerySet":
        """What the partner's feed shows then: sent, past its embargo, not taken back or down.

        Nor a piece that has since been closed to the public by a view restriction.
        """
        return self.filter(
            account=account,
            sent_at__lte=now,
            embargo_until__lte=now,
            withdrawn_at__isnull=True,
            page__in=open_to_all(EducationPage.objects.all()).values("pk"),
        ).order_by("-embargo_until", "-pk")


class PartnerItem(models.Model):
    """One piece as a partner was given it: the words of the feed, and the package."""

    key = models.UUIDField(_("idempotency key"), unique=True, editable=False)
    push_number = models.BigIntegerField(_("number of the push"), null=True, editable=False)
    account = models.ForeignKey(
        ChannelAccount, on_delete=models.PROTECT, related_name="partner_items"
    )
    edition = models.ForeignKey("campaigns.Edition", on_delete=models.PROTECT, related_name="+")
    page = models.ForeignKey("content.EducationPage", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=255)
    summary = models.TextField(_("summary"), blank=True)
    html = models.TextField(blank=True)
    link = models.URLField(max_length=500)
    ai_generated = models.BooleanField(_("made with AI"), default=False)
    package = models.CharField(_("package"), max_length=120)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    scheduled_at = models.DateTimeField(_("time"))
    embargo_until = models.DateTimeField(_("embargo until"))
    # Set when the push has gone out; before that the feed does not know of it.
    sent_at = models.DateTimeField(_("sent at"), null=True)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True)
    # What the partner's return form said.
    published_url = models.URLField(_("published at"), blank=True, max_length=500)

    objects = PartnerItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece given to a partner")
        verbose_name_plural = _("pieces given to partners")
        default_permissions = ()
        ordering = ["-scheduled_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.title} · {self.account.name}"


class PartnerMail(models.Model):
    """A try at mailing a package: written before the mail server is called."""

    class Outcome(models.TextChoices):
        STARTED = "started", _("Started")
        ACCEPTED = "accepted", _("Taken by the mail server")
        REFUSED = "refused", _("Refused by the mail server")
        NOT_SENT = "not_sent", _("Certainly not sent")
        UNKNOWN = "unknown", _("Nobody knows whether it was taken")

    item = models.ForeignKey(PartnerItem, on_delete=models.PROTECT, related_name="mails")
    recipients = models.TextField(_("recipients"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome, default=Outcome.STARTED
    )
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("mail to a partner")
        verbose_name_plural = _("mails to partners")
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.outcome}"

    @property
    def is_open(self) -> bool:
        """Whether a person has to say what became of it."""
        return self.outcome in {self.Outcome.STARTED, self.Outcome.UNKNOWN}


class PackageLink(models.Model):
    """An address under which a package can be fetched without an account, for a while."""

    item = models.ForeignKey(PartnerItem, on_delete=models.PROTECT, related_name="links")
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    expires_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("closed at"), null=True)
    downloads = models.PositiveIntegerField(_("downloads"), default=0)
    last_download_at = models.DateTimeField(_("last download"), null=True)

    class Meta:
        verbose_name = _("download link")
        verbose_name_plural = _("download links")
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.expires_at:%F %T}"

    def works_at(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at
