"""The ledger: signed counts, added and never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.reach.models.metrics import Basis
from campaigns.regions.scope import scope_to

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
        UNDO = "undo", _("Import taken back")
        HELD = "held", _("Decided duplicate")

    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text=_("Empty for everyday education."),
    )
    channel = models.ForeignKey(
        "campaigns.Channel",
        verbose_name=_("channel"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    account = models.ForeignKey(
        "campaigns.ChannelAccount",
        verbose_name=_("channel account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    region = models.ForeignKey(
        "campaigns.Region",
        verbose_name=_("region"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # A code and not a foreign key: figures outlive the page they were counted on.
    content = models.CharField(_("piece (code)"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # A code as well, checked at the door: a foreign key would be looked up for every entry.
    metric = models.CharField(_("metric"), max_length=24)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    day = models.DateField(_("day"), help_text=_("A day in Beijing."))
    count = models.BigIntegerField(_("count"))
    origin = models.CharField(_("origin"), max_length=12, choices=Origin)
    source_key = models.CharField(_("source key"), max_length=160, unique=True)
    batch = models.ForeignKey(
        "campaigns.ImportBatch",
        verbose_name=_("import batch"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
        db_index=False,
    )
    batch_row = models.PositiveIntegerField(_("row in the file"), null=True, blank=True)
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
        db_index=False,
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
        db_index=False,
    )

    objects = ReachEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("reach entry")
        verbose_name_plural = _("reach entries")
        ordering = ["-day", "-pk"]
        # Few: each costs every entry. The foreign keys have none of their own.
        indexes = [
            # What a rollup is recomputed from.
            models.Index(fields=["edition", "day", "channel"], name="reach_slice"),
            # The entries behind a figure.
            models.Index(fields=["edition", "region", "day"], name="reach_behind"),
            models.Index(fields=["day"], name="reach_day"),
            models.Index(
                fields=["batch"], condition=models.Q(batch__isnull=False), name="reach_batch"
            ),
            models.Index(
                fields=["corrects"],
                condition=models.Q(corrects__isnull=False),
                name="reach_corrects",
            ),
        ]
        # Django's own back door has to be as shut as the front.
        base_manager_name = "objects"
        # The table is filled by ledger.record() alone; people only look.
        default_permissions = ("view",)
        permissions = [("correct_reachentry", _("Can correct figures"))]

    def __str__(self) -> str:
        return f"{self.day} {self.channel_id} {self.metric} {self.count:+d}"

    def save(self, *args, **kwargs) -> None:
        if self.pk is not None:
            raise AppendOnlyError("the ledger is append-only: add a correction instead")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnlyError("the ledger is append-only: add a correction instead")
