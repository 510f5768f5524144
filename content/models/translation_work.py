"""Who translates a piece into a language, until when, and whether that version is an adaptation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TranslationWork(models.Model):
    """What people have agreed about one piece in one language; the rest is read off the texts.

    A row is made when there is something to say; without one a version is simply nobody's.
    """

    # Not a foreign key: it names the piece in every language, the version may not exist yet.
    translation_key = models.UUIDField(_("piece"))
    locale = models.ForeignKey(
        "wagtailcore.Locale", verbose_name=_("language"), on_delete=models.CASCADE, related_name="+"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="translation_work",
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    assigned_at = models.DateTimeField(_("assigned at"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # An adapted version says the same to other readers by other examples: it is a page of its own,
    # and no translation of segments.
    adapted_reason = models.CharField(_("why it is adapted"), max_length=300, blank=True)
    adapted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("adapted by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    adapted_at = models.DateTimeField(_("adapted at"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("translation work")
        verbose_name_plural = _("translation work")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key", "locale"], name="translation_work_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.translation_key} {self.locale_id}"

    @property
    def is_adapted(self) -> bool:
        return self.adapted_at is not None
