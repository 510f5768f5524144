"""What a file of figures says, row by row, and what is odd about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.reach.models.imports import ImportBatch
from campaigns.regions.scope import scope_to, sees_everything


class ImportRowQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ImportRowQuerySet":
        """Rows of the user's regions; rows that name no region only with the file's sender."""
        if sees_everything(user):
            return self
        own = scope_to(self.filter(region__isnull=False), user).order_by().values("pk")
        return self.filter(Q(batch__staged_by=user.pk, region=None) | Q(pk__in=own))


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
