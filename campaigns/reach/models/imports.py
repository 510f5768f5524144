"""Files of figures: how each was taken in, checked, committed and perhaps taken back."""

from datetime import timedelta

from django.conf import settings
from django.core.files.storage import Storage
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.private_files import private_files
from campaigns.reach.models.held import HeldEntry
from campaigns.reach.models.ledger import ReachEntry
from campaigns.regions.scope import scope_to, sees_everything

# A worker that has said nothing for so long is taken for dead; another takes its work up.
SILENT_AFTER = timedelta(minutes=3)


def import_files() -> Storage:
    return private_files()


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ImportBatchQuerySet":
        """The user's own uploads, and what brought at least one figure of the user's regions."""
        if sees_everything(user):
            return self
        own = scope_to(ReachEntry.objects.filter(batch=OuterRef("pk")), user)
        held = scope_to(HeldEntry.objects.filter(batch=OuterRef("pk")), user)
        mine = Q(staged_by=user.pk) if user.is_authenticated else Q(pk__in=[])
        return self.filter(mine | Exists(own) | Exists(held))

    def in_work(self) -> "ImportBatchQuerySet":
        return self.filter(state__in=ImportBatch.IN_WORK)

    def neglected(self, now) -> "ImportBatchQuerySet":
        """In work, with nobody at it: never begun, or begun by somebody who fell silent."""
        return self.in_work().filter(
            Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - SILENT_AFTER)
        )


class ImportBatch(models.Model):
    """One file of figures, from its upload to its place in the ledger; committed as a whole."""

    class State(models.TextChoices):
        STAGED = "staged", _("Waiting to be checked")
        CHECKING = "checking", _("Being checked")
        READY = "ready", _("Checked, not yet committed")
        COMMITTING = "committing", _("Being committed")
        COMMITTED = "committed", _("Committed")
        UNDONE = "undone", _("Taken back")
        FAILED = "failed", _("With mistakes: nothing was imported")
        ABANDONED = "abandoned", _("Given up")

    IN_WORK = (State.STAGED, State.CHECKING, State.COMMITTING)
    # Nothing of it stands in the ledger and nobody works at it.
    OPEN = (State.READY, State.FAILED)

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, db_index=True)
    # By its checksum: the same file is kept once. Empty for return forms, and for what was
    # imported before files were kept.
    file = models.FileField(_("stored file"), storage=import_files, max_length=120, blank=True)
    size = models.PositiveBigIntegerField(_("size (bytes)"), default=0)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.COMMITTED)

    rows_new = models.PositiveIntegerField(_("new rows"), default=0)
    rows_changed = models.PositiveIntegerField(_("changed rows"), default=0)
    rows_unchanged = models.PositiveIntegerField(_("unchanged rows"), default=0)
    rows_held = models.PositiveIntegerField(_("held rows"), default=0)
    rows_wrong = models.PositiveIntegerField(_("rows with mistakes"), default=0)
    # Person-times by campaign and channel: what stood before, and the difference.
    totals = models.JSONField(default=list, blank=True)
    # Of all that the preview showed of each row: what is committed has to give the same.
    fingerprint = models.CharField(max_length=64, blank=True)
    # What is wrong with the file as a whole, or why it could not be committed.
    message = models.TextField(_("message"), blank=True)

    rows_done = models.PositiveIntegerField(default=0)
    rows_expected = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    staged_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    staged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    committed_at = models.DateTimeField(_("committed at"), null=True, blank=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("committed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    undo_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")
        ordering = ["-staged_at", "-pk"]
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=["staged", "checking", "committing"]),
                name="import_in_work",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({timezone.localtime(self.staged_at):%F})"

    @property
    def is_in_work(self) -> bool:
        return self.state in self.IN_WORK

    @property
    def is_settled(self) -> bool:
        """Whether all that it ever brought stands in the ledger."""
        return self.state in (self.State.COMMITTED, self.State.UNDONE)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def twins(self) -> models.QuerySet:
        """Other batches of the very same file that stand in the ledger, the newest first."""
        same = ImportBatch.objects.filter(sha256=self.sha256, state=self.State.COMMITTED)
        return same.exclude(pk=self.pk).order_by("-committed_at", "-pk")
