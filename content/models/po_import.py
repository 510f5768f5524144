"""A PO file that somebody sent, what it would change, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PoImport(models.Model):
    """One upload: previewed, then imported as it was previewed, perhaps taken back as a whole."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("Previewed")
        DONE = "done", _("Imported")
        UNDONE = "undone", _("Taken back")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREVIEWED)
    # Each entry of the file and its verdict, in the shape of content.translation.po_checking.Entry.
    entries = models.JSONField(default=list)
    # Numbers of the locales that it writes into.
    locales = models.JSONField(default=list)
    # What an import wrote: {"row", "before", "after"}, by which it is taken back.
    written = models.JSONField(default=list)
    done_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of a PO file")
        verbose_name_plural = _("imports of PO files")
        default_permissions = ()
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
