"""What somebody with the right to it has to approve."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Approvable(models.Model):
    """Who approved it, and when; neither while nobody has."""

    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
