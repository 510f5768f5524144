"""How many were reached: the ledger, what is derived from it, and what it is held against."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.reach.metrics import METRIC_CHOICES, Basis
from campaigns.regions.scope import scope_to, sees_everything

# In files and addresses a figure without a campaign is reported under this code.
EVERYDAY = "everyday"


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete what the ledger holds."""


class ReachEntryQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ReachEntryQuerySet":
        return scope_to(self, user)

    def update(self, **kwargs):
        raise AppendOnlyError("the ledger is append-only: add a correction instead")

    def delete(self):
        raise AppendOnlyError("the ledger is append-only: add a correction instead")

    def bulk_update(self, *args, **kwargs):
        raise AppendOnlyError("the ledger is append-only: add a correction instead")

    def bulk_create(self, objs, *args, update_conflicts: bool = False, **kwargs):
        if update_conflicts:
            raise AppendOnlyError("the ledger is append-only: add a correction instead")
        return super().bulk_create(objs, *args, **kwargs)


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ImportBatchQuerySet":
        """Batches that brought at least one figure of the user's regions."""
        if sees_everything(user):
            return self
        own = scope_to(ReachEntry.objects.filter(batch=models.OuterRef("pk")), user)
        return self.filter(models.Exists(own))


class ImportBatch(models.Model):
    """One file of figures that was committed as a whole."""

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, db_index=True)
    rows_new = models.PositiveIntegerField(_("new rows"), default=0)
    rows_changed = models.PositiveIntegerField(_("changed rows"), default=0)
    rows_unchanged = models.PositiveIntegerField(_("unchanged rows"), default=0)
    committed_at = models.DateTimeField(_("committed at"), auto_now_add=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")
        ordering = ["-committed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.committed_at:%F})"


class ReachEntry(models.Model):
    """A signed count of one metric on one day. Never changed, never deleted.

    A correction is a new entry that names what it corrects and why.
    """

    class Origin(models.TextChoices):
        COLLECTOR = "collector", _("Own measurement")
        IMPORT = "import", _("Imported file")
        SESSION = "session", _("Field session report")
        PLATFORM = "platform", _("Fetched from the platform")
        CORRECTION = "correction", _("Correction")

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
    # A code and not a foreign key: figures outlive the page they were counted on.
    content = models.CharField(_("piece (code)"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    metric = models.CharField(_("metric"), max_length=24, choices=METRIC_CHOICES)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    day = models.DateField(_("day"), help_text=_("A day in Beijing."))
    count = models.BigIntegerField(_("count"))
    origin = models.CharField(_("origin"), max_length=12, choices=Origin)
    source_key = models.CharField(_("source key"), max_length=160, unique=True)
    batch = models.ForeignKey(
        ImportBatch,
        verbose_name=_("import batch"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
    )
    batch_row = models.PositiveIntegerField(_("row in the file"), null=True, blank=True)
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        # Nothing may rewrite the ledger, not even the deletion of an account.
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ReachEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("reach entry")
        verbose_name_plural = _("reach entries")
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(fields=["edition", "day"], name="reach_edition_day"),
            models.Index(fields=["day"], name="reach_day"),
        ]
        # Django's own back door has to be as shut as the front.
        base_manager_name = "objects"
        # The table is filled by ledger.record() alone; people only look.
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.day} {self.channel_id} {self.metric} {self.count:+d}"

    def save(self, *args, **kwargs) -> None:
        if self.pk is not None:
            raise AppendOnlyError("the ledger is append-only: add a correction instead")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnlyError("the ledger is append-only: add a correction instead")


class DailyReachQuerySet(models.QuerySet):
    def visible_to(self, user) -> "DailyReachQuerySet":
        return scope_to(self, user)


class DailyReach(models.Model):
    """The ledger summed by day: recomputed from it, never added to."""

    edition = models.ForeignKey(
        "campaigns.Edition", null=True, on_delete=models.CASCADE, related_name="+"
    )
    day = models.DateField()
    channel = models.ForeignKey("campaigns.Channel", on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey("campaigns.Region", on_delete=models.CASCADE, related_name="+")
    metric = models.CharField(max_length=24)
    basis = models.CharField(max_length=20)
    count = models.BigIntegerField()

    objects = DailyReachQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily reach")
        verbose_name_plural = _("daily reach")
        default_permissions = ("view",)
        constraints = [
            # Two, because SQLite holds any two NULLs to be distinct.
            models.UniqueConstraint(
                fields=["edition", "day", "channel", "region", "metric", "basis"],
                condition=models.Q(edition__isnull=False),
                name="daily_reach_once",
            ),
            models.UniqueConstraint(
                fields=["day", "channel", "region", "metric", "basis"],
                condition=models.Q(edition__isnull=True),
                name="daily_reach_everyday_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.metric} {self.count}"


class TargetQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TargetQuerySet":
        return scope_to(self, user)


class Target(models.Model):
    """How much an edition aims at: in all, or on a channel, or in a region."""

    PERSON_TIMES = "person_times"

    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        on_delete=models.CASCADE,
        related_name="targets",
    )
    channel = models.ForeignKey(
        "campaigns.Channel",
        verbose_name=_("channel"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Empty: over all channels."),
    )
    region = models.ForeignKey(
        "campaigns.Region", verbose_name=_("region"), on_delete=models.CASCADE, related_name="+"
    )
    metric = models.CharField(
        _("metric"),
        max_length=24,
        choices=[(PERSON_TIMES, _("Person-times in all")), *METRIC_CHOICES],
        default=PERSON_TIMES,
    )
    value = models.PositiveBigIntegerField(_("target"))

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["edition", "channel__sort_order", "region__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "channel", "region", "metric"],
                condition=models.Q(channel__isnull=False),
                name="target_once",
            ),
            models.UniqueConstraint(
                fields=["edition", "region", "metric"],
                condition=models.Q(channel__isnull=True),
                name="target_over_all_channels_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} · {self.channel or '*'} · {self.region}: {self.value}"


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
        from django.utils.crypto import get_random_string

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


class SpoolPosition(models.Model):
    """How far a hit spool has been folded; moves in the same transaction as the entries."""

    name = models.CharField(max_length=160, unique=True)
    offset = models.PositiveBigIntegerField(default=0)
    dropped = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("spool position")
        verbose_name_plural = _("spool positions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}@{self.offset}"
