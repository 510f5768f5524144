"""How far the hits that were taken in have come, who they were, and how many were turned away."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SpoolPosition(models.Model):
    """How far a hit spool has been folded; moves in the same transaction as the entries.

    Stays for long after its file is gone: should that come back with a backup, it is counted
    already. `spool` names the folder, since several machines may each have one.
    """

    name = models.CharField(max_length=160, unique=True)
    spool = models.CharField(max_length=32, blank=True)
    offset = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("spool position")
        verbose_name_plural = _("spool positions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}@{self.offset}"


class FoldingState(models.Model):
    """What the last folding hands on to the next: one row, moved on in the entries' transaction.

    Whoever folds reads the version first and has to find it unchanged at the end, so that of two
    foldings at once only one counts.
    """

    THE_ONE = 1

    version = models.PositiveBigIntegerField(default=0)
    # Views that later ones may repeat: campaigns.reach.repeats packs them.
    recent_views = models.BinaryField(default=b"")
    # Which stream the last entry folded is of, and that entry.
    stream = models.CharField(max_length=32, blank=True)
    last_id = models.CharField(max_length=48, blank=True)

    class Meta:
        verbose_name = _("folding state")
        verbose_name_plural = _("folding states")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.version}"


class PersonSketch(models.Model):
    """Which readers there were, as a sketch that can be united with others but not read back.

    Plain integers as in the rollups: `edition_id` is 0 for everyday education. Only sketches under
    the same salt know each other's readers.
    """

    edition_id = models.BigIntegerField()
    channel_id = models.BigIntegerField()
    region_id = models.BigIntegerField()
    day = models.DateField()
    salt = models.CharField(max_length=8)
    sketch = models.BinaryField()

    class Meta:
        verbose_name = _("sketch of persons")
        verbose_name_plural = _("sketches of persons")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["edition_id", "channel_id", "region_id", "day", "salt"],
                name="person_sketch_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.channel_id} {self.region_id} {self.day}"


class CollectorCount(models.Model):
    """How many hits were not counted that should have been, by Beijing day and reason.

    A source is a process that turned hits away, and its count its own running total, stored over
    and over; or it is the folding, which met lines that belong to nothing. Sources add up.
    """

    FOLDING = "folding"

    class Reason(models.TextChoices):
        LIMITED = "limited", _("Too many from one address")
        FULL = "full", _("Store is full")
        LOST = "lost", _("Could not be stored")
        DROPPED = "dropped", _("Of no piece or link that is known")
        LIMITED_CLICK = "limited_click", _("Click on a short link: too many from one address")
        FULL_CLICK = "full_click", _("Click on a short link: store is full")
        LOST_CLICK = "lost_click", _("Click on a short link: could not be stored")

    source = models.CharField(max_length=64)
    day = models.DateField()
    reason = models.CharField(max_length=16, choices=Reason)
    count = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("hits not counted")
        verbose_name_plural = _("hits not counted")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "source", "reason"], name="collector_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.reason} {self.count}"
