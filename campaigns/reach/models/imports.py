"""Files of figures: how each was taken in, checked, committed and perhaps taken back."""

from datetime import timedelta

from django.conf import settings
from django.core.files.storage import Storage
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.private_files import private_files
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


class ImportRowQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ImportRowQuerySet":
        """Rows of the user's regions; rows that name no region only with the file's sender."""
        if sees_everything(user):
            return self
        own = scope_to(self.filter(region__isnull=False), user).order_by().values("pk")
        return self.filter(Q(batch__staged_by=user.pk) | Q(pk__in=own))


class ImportRow(models.Model):
    """One row of a file, as it stood there, and what it comes to."""

    class Outcome(models.TextChoices):
        NEW = "new", _("New")
        UNCHANGED = "unchanged", _("Unchanged")
        CHANGED = "changed", _("Changed")
        HELD = "held", _("Held: perhaps counted twice")
        CONFLICT = "conflict", _("Number already used for something else")
        ERROR = "error", _("With mistakes")

    WRONG = (Outcome.CONFLICT, Outcome.ERROR)

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    # In the order of campaigns.reach.importing.words.COLUMNS, as a person reads them.
    cells = models.JSONField()
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    # Each with the field that it is about and a message.
    problems = models.JSONField(default=list)
    # Where the figure stood before, for a changed row.
    before = models.BigIntegerField(null=True, blank=True)
    region = models.ForeignKey(
        "campaigns.Region",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a file")
        verbose_name_plural = _("rows of files")
        ordering = ["number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"


class BatchWarning(models.Model):
    """Something about a file that a person looks at and takes upon themselves."""

    class Kind(models.TextChoices):
        LEAFLETS_PER_PERSON = "leaflets_per_person", _("Leaflets per person outside 0.5 to 4")
        FIFTY_TIMES = "fifty_times", _("More than 50 times last year's highest day")
        OVER_CAPACITY = "over_capacity", _("More people than were expected or fit in")
        OUTSIDE_WINDOW = "outside_window", _("Day outside the campaign")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="warnings")
    number = models.PositiveIntegerField(_("row"))
    field = models.CharField(max_length=20)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    message = models.TextField(_("message"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("accepted by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Stays when the account is deleted, and is "import_reach" for the command line.
    accepted_name = models.CharField(_("accepted by"), max_length=160, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("warning about a file")
        verbose_name_plural = _("warnings about files")
        ordering = ["number", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.message


class HeldEntryQuerySet(models.QuerySet):
    def visible_to(self, user) -> "HeldEntryQuerySet":
        return scope_to(self, user)

    def pending(self) -> "HeldEntryQuerySet":
        return self.filter(decision=HeldEntry.Decision.PENDING)

    def standing(self) -> "HeldEntryQuerySet":
        """All but those whose import was taken back."""
        return self.exclude(decision=HeldEntry.Decision.WITHDRAWN)


class HeldEntry(models.Model):
    """A figure that may count something a second time; it counts once somebody has decided."""

    class Kind(models.TextChoices):
        PARENT_CHILD = "parent_child", _("Told by a region and by the one above it")
        SITE_AND_IMPORT = "site_and_import", _("Counted by this site and by a file")
        CUMULATIVE = "cumulative", _("Perhaps a running total told as a day's figure")

    class Decision(models.TextChoices):
        PENDING = "pending", _("Awaiting a decision")
        COUNTED = "counted", _("Counted as it is")
        DROPPED = "dropped", _("Not counted")
        AS_DIFFERENCE = "as_difference", _("Only the difference counted")
        WITHDRAWN = "withdrawn", _("Import taken back")

    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("import batch"), on_delete=models.PROTECT, related_name="held"
    )
    number = models.PositiveIntegerField(_("row in the file"))
    kind = models.CharField(_("why it is held"), max_length=16, choices=Kind)
    # What it stands against, in words, and how much of it that is.
    against = models.TextField(_("stands against"))
    against_count = models.BigIntegerField(_("count that it stands against"))

    source_key = models.CharField(_("source key"), max_length=160)
    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
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
    content = models.CharField(_("piece (code)"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    metric = models.CharField(_("metric"), max_length=24)
    basis = models.CharField(_("basis"), max_length=20)
    day = models.DateField(_("day"))
    count = models.BigIntegerField(_("count"), help_text=_("What the file says."))

    decision = models.CharField(
        _("decision"), max_length=14, choices=Decision, default=Decision.PENDING
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = HeldEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("held figure")
        verbose_name_plural = _("held figures")
        ordering = ["-day", "pk"]
        default_permissions = ("view",)
        permissions = [("decide_heldentry", _("Can decide on held figures"))]
        constraints = [
            models.UniqueConstraint(
                fields=["source_key"],
                condition=~Q(decision="withdrawn"),
                name="held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.metric} {self.count}"
