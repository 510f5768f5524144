"""What is derived from the ledger, and can be made from it anew at any time.

Every entry is summed into its region and into every region above it, so that any part of the
organisation is one key: nobody who reads follows the tree. That is why these are integers and no
foreign keys: `edition_id` is 0 for everyday education, since NULL cannot stand in a key, and
`node_id` is the region whose figure this is, with all that lies below it. Adding up two nodes is
right only where neither lies below the other (campaigns.reach.sums).

Two grains of time: days, and whole months for everything that does not ask for days. Two of what:
with and without the piece, since most screens do not ask for pieces and those rows are many. Of the
upper regions, whose days have something in every channel, a day is kept with all channels together
as well.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

EVERYDAY_ID = 0

# How deep the regions lie that have totals: head office and the branches right below it.
TOTALS_DEPTH = 2


class Rollup(models.Model):
    """What all the tables have in common."""

    edition_id = models.BigIntegerField()
    node_id = models.BigIntegerField()
    metric = models.CharField(max_length=24)
    basis = models.CharField(max_length=20)
    language = models.CharField(max_length=10, blank=True)
    count = models.BigIntegerField()
    # The newest entry in it, so that a figure can say how fresh it is.
    newest_id = models.BigIntegerField()
    # The oldest one: when whoever reported did so first.
    oldest_id = models.BigIntegerField(db_default=0)

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.metric} {self.count}"


class DailyReach(Rollup):
    """A Beijing day in one channel."""

    pk = models.CompositePrimaryKey(
        "edition_id", "node_id", "channel_id", "day", "metric", "basis", "language"
    )
    channel_id = models.BigIntegerField()
    day = models.DateField()

    class Meta(Rollup.Meta):
        verbose_name = _("daily reach")
        verbose_name_plural = _("daily reach")
        # Whoever has it may see figures at all.
        default_permissions = ("view",)


class MonthlyReach(Rollup):
    """A whole month, named by its first day."""

    pk = models.CompositePrimaryKey(
        "edition_id", "node_id", "channel_id", "month", "metric", "basis", "language"
    )
    channel_id = models.BigIntegerField()
    month = models.DateField()

    class Meta(Rollup.Meta):
        indexes = [
            # Who reported first, for completeness (campaigns.reach.sums.first_entry).
            models.Index(
                fields=["edition_id", "node_id", "oldest_id", "count"], name="monthlyreach_first"
            )
        ]


class DailyPiece(Rollup):
    """A Beijing day of one piece; what belongs to no piece is not here."""

    pk = models.CompositePrimaryKey(
        "edition_id", "node_id", "channel_id", "day", "content", "metric", "basis", "language"
    )
    channel_id = models.BigIntegerField()
    day = models.DateField()
    content = models.CharField(max_length=80)


class MonthlyPiece(Rollup):
    """A whole month of one piece."""

    pk = models.CompositePrimaryKey(
        "edition_id", "node_id", "channel_id", "month", "content", "metric", "basis", "language"
    )
    channel_id = models.BigIntegerField()
    month = models.DateField()
    content = models.CharField(max_length=80)


class DailyTotal(Rollup):
    """A Beijing day of an upper region, all channels together."""

    pk = models.CompositePrimaryKey("edition_id", "node_id", "day", "metric", "basis", "language")
    day = models.DateField()


class DailyPieceTotal(Rollup):
    """A Beijing day of one piece in an upper region, all channels together."""

    pk = models.CompositePrimaryKey(
        "edition_id", "node_id", "day", "content", "metric", "basis", "language"
    )
    day = models.DateField()
    content = models.CharField(max_length=80)
