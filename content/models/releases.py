"""Decisions to publish the languages of a piece together, and what became of each."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.models.piece import EducationPage


class ReleaseQuerySet(models.QuerySet):
    def waiting(self) -> "ReleaseQuerySet":
        """Those whose hour is still to come, or has struck and could not be kept yet."""
        return self.filter(state=Release.State.WAITING)

    def due(self, now: datetime) -> "ReleaseQuerySet":
        """Those of them whose hour has struck."""
        return self.waiting().filter(at__lte=now)


class Release(models.Model):
    """One decision: these revisions of a piece's languages go live at one instant, or none does.

    Written by content.translation.together alone.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for its hour")
        PUBLISHED = "published", _("Published")
        CALLED_OFF = "called_off", _("Called off")

    translation_key = models.UUIDField(_("piece"), db_index=True)
    at = models.DateTimeField(_("instant"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    left_out = models.JSONField(_("languages left out"), default=list)
    decided_at = models.DateTimeField(_("decided at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Why it was called off, or could not be kept when it was last tried.
    problem = models.TextField(_("problem"), blank=True)
    tried_at = models.DateTimeField(_("last tried"), null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication together")
        verbose_name_plural = _("publications together")
        default_permissions = ()
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key"],
                condition=models.Q(state="waiting"),
                name="one_waiting_release_a_piece",
            )
        ]
        indexes = [
            models.Index(
                fields=["at"], condition=models.Q(state="waiting"), name="waiting_releases"
            )
        ]

    def __str__(self) -> str:
        return f"{self.translation_key} {self.at:%F %T} {self.state}"


class ReleaseMember(models.Model):
    """One language's page in a release, with the revision that was decided upon."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="members")
    # Without the page the release does not stand; its row says that there was one.
    page = models.ForeignKey(
        EducationPage, null=True, on_delete=models.SET_NULL, related_name="release_members"
    )
    revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(_("language"), max_length=10)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["release", "language"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.release_id}: {self.language}"


class TogetherChoice(models.Model):
    """Whether a piece's languages go live together, where somebody has said so.

    Without a row the rule of content.translation.together.choosing.goes_together holds.
    """

    translation_key = models.UUIDField(_("piece"), primary_key=True)
    together = models.BooleanField(_("publish together"))
    chosen_at = models.DateTimeField(auto_now=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.translation_key}: {self.together}"
