"""Evidence packages: what was asked for, how far they are, where they lie."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.private_files import private_files, unguessable
from campaigns.regions.scope import scope_to, sees_everything


class EvidencePackageQuerySet(models.QuerySet):
    def visible_to(self, user) -> "EvidencePackageQuerySet":
        """One's own, as long as one still sees their region.

        What is in a package depends on the rights of who asked for it, so nobody else gets it.
        """
        if sees_everything(user):
            return self
        return scope_to(self.filter(requested_by=user.pk), user)

    def open(self) -> "EvidencePackageQuerySet":
        return self.filter(state__in=EvidencePackage.OPEN)

    def to_be_made(self, now: datetime) -> "EvidencePackageQuerySet":
        """Waiting ones, and those whose worker has not been heard of; the oldest first."""
        left = Q(state=EvidencePackage.State.WORKING, lease_until__lt=now)
        return self.filter(Q(state=EvidencePackage.State.WAITING) | left).order_by("pk")


class EvidencePackage(models.Model):
    """One ZIP with the papers of some campaigns of a region, for the yearly evaluation."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Being made")
        MADE = "made", _("Ready")
        FAILED = "failed", _("Failed")

    OPEN = (State.WAITING, State.WORKING)

    editions = models.ManyToManyField(
        "campaigns.Edition", verbose_name=_("campaigns"), related_name="+"
    )
    everyday = models.BooleanField(_("with everyday education"), default=False)
    region = models.ForeignKey(
        "campaigns.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    first = models.DateField(_("from"), null=True, blank=True)
    last = models.DateField(_("to"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked for by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    requested_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    # What it will hold, and how much of it is in; both in files.
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    file = models.FileField(_("file"), storage=private_files, upload_to=unguessable, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, blank=True)
    # How many things could not be brought in; the index in the package names them.
    missing = models.PositiveIntegerField(default=0)
    high_water = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(_("made at"), null=True)

    objects = EvidencePackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence package")
        verbose_name_plural = _("evidence packages")
        ordering = ["-requested_at", "-pk"]
        default_permissions = ("add",)
        indexes = [models.Index(fields=["state", "lease_until"], name="evidence_next")]

    def __str__(self) -> str:
        return f"{self.region} {self.requested_at:%F}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def campaigns(self) -> str:
        """What it is about, in words."""
        names = [edition.name for edition in self.editions.all()]
        return "、".join(names + [gettext("Everyday education")] * self.everyday)
