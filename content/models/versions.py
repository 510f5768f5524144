"""How each translated version of a piece stands to its original, and since when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.models.piece import EducationPage


class VersionRecordQuerySet(models.QuerySet):
    def stale(self) -> "VersionRecordQuerySet":
        """Those whose original says something else by now, which nobody has dealt with."""
        return self.filter(stale_since__isnull=False, declared_at__isnull=True)


class VersionRecord(models.Model):
    """What the original said when this version was last in step with it, and what became of that.

    Kept by content.translation.staleness alone; one row a version that is not the original.
    """

    page = models.OneToOneField(
        EducationPage,
        verbose_name=_("version"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="version_record",
    )
    # The original's translatable fields; None: nobody knows what they said then.
    words_then = models.JSONField(_("original's words then"), null=True)
    revision_then = models.ForeignKey(
        "wagtailcore.Revision",
        verbose_name=_("original's revision then"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    revision_now = models.ForeignKey(
        "wagtailcore.Revision",
        verbose_name=_("original's revision now"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # SHA-256 of the words that the original was last seen with.
    digest_now = models.CharField(max_length=64, blank=True)
    stale_since = models.DateTimeField(_("stale since"), null=True)
    changed_at = models.DateTimeField(_("last change of the original"), null=True)
    # A revision of the version with a number above this one can know of the change.
    made_after = models.BigIntegerField(default=0)
    # When the two had been published last when this row was reckoned.
    seen_original_at = models.DateTimeField(null=True)
    seen_page_at = models.DateTimeField(null=True)
    declared_at = models.DateTimeField(_("declared immaterial"), null=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("declared immaterial by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    declared_why = models.CharField(_("reason"), max_length=300, blank=True)

    objects = VersionRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("translated version")
        verbose_name_plural = _("translated versions")
        default_permissions = ()
        permissions = [
            ("declare_immaterial", "Can declare a change of the original immaterial"),
        ]
        indexes = [
            models.Index(
                fields=["page"],
                condition=models.Q(stale_since__isnull=False, declared_at__isnull=True),
                name="stale_versions",
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {'stale' if self.is_stale else 'in step'}"

    @property
    def is_stale(self) -> bool:
        """Whether readers are to be told."""
        return self.stale_since is not None and self.declared_at is None

    @property
    def is_declared(self) -> bool:
        """Whether the change stands, and somebody has said that it does not matter."""
        return self.stale_since is not None and self.declared_at is not None
