"""What pushes have made of a piece's dates, so that it can be taken back."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PieceDates(models.Model):
    """The dates that pushes gave a piece, and those that people had given it.

    A date that is no longer what the pushes made it was changed by a person, and is theirs.
    """

    page = models.OneToOneField(
        "content.EducationPage",
        verbose_name=_("piece"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
    )
    go_live_at = models.DateTimeField(null=True)
    expire_at = models.DateTimeField(null=True)
    own_go_live_at = models.DateTimeField(null=True)
    own_expire_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.page)
