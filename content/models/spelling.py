"""Words that the editors spell themselves, against rules and dictionary."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.kazakh.harmony import KAZAKH_ARABIC
from content.kazakh.tables import HAMZA, HIGH_HAMZA, KAZAKH_CYRILLIC, LOOK_ALIKES
from content.models.approval import Approvable


class SpellingExceptionQuerySet(models.QuerySet):
    def in_use(self) -> "SpellingExceptionQuerySet":
        """Those that conversion goes by: approved, and not switched off."""
        return self.filter(is_active=True, approved_at__isnull=False)


class SpellingException(Approvable):
    """One word in both scripts. Counts once it is approved; a changed word has to be again."""

    cyrillic = models.CharField(
        _("word in Cyrillic"),
        max_length=80,
        help_text=_("One word. A capital at its beginning: always written with one (a name)."),
    )
    arabic = models.CharField(
        _("word in Arabic script"),
        max_length=80,
        unique=True,
        help_text=_("As it is to be written. Either hamza may be typed."),
        error_messages={"unique": _("There is an entry for this Arabic-script word already.")},
    )
    # What to_arabic looks up; lower() of the database does not know Cyrillic everywhere.
    lower = models.CharField(max_length=80, unique=True, editable=False)
    note = models.TextField(_("note"), blank=True, help_text=_("Why, and by which source."))
    is_active = models.BooleanField(_("active"), default=True)

    objects = SpellingExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("spelling exception")
        verbose_name_plural = _("spelling exceptions")
        ordering = ["lower"]
        default_permissions = ("add", "change", "view", "delete")
        permissions = [("approve_spellingexception", "Can approve spelling exceptions")]

    def __str__(self) -> str:
        return f"{self.cyrillic} – {self.arabic}"

    def save(self, *args, **kwargs) -> None:
        """Withdraw the approval when a word changed since it was given."""
        self._normalise()
        before = SpellingException.objects.filter(pk=self.pk).values("cyrillic", "arabic").first()
        if before and before != {"cyrillic": self.cyrillic, "arabic": self.arabic}:
            self.approved_by = self.approved_at = None
        super().save(*args, **kwargs)

    @property
    def is_in_use(self) -> bool:
        return self.is_active and self.approved_at is not None

    def clean(self) -> None:
        """Refuse a side that is not one word in its own script, naming the side."""
        self._normalise()
        errors = {}
        if foreign := "".join(sorted(set(self.lower) - KAZAKH_CYRILLIC)):
            errors["cyrillic"] = gettext("Not a Kazakh Cyrillic letter: %s") % foreign
        if foreign := "".join(sorted(set(self.arabic) - KAZAKH_ARABIC - {HAMZA})):
            errors["arabic"] = gettext("Not a Kazakh letter of Arabic script: %s") % foreign
        elif HAMZA in self.arabic[1:]:
            errors["arabic"] = gettext("Hamza stands only at the beginning of a word.")
        elif not self.arabic.replace(HAMZA, ""):
            errors["arabic"] = gettext("Enter a word.")
        others = SpellingException.objects.filter(lower=self.lower).exclude(pk=self.pk)
        if "cyrillic" not in errors and others.exists():
            errors["cyrillic"] = gettext("There is an entry for this Cyrillic word already.")
        if errors:
            raise ValidationError(errors)

    def approve(self, user) -> None:
        """Let conversion go by this entry from now on."""
        self.approved_by = user
        self.approved_at = timezone.now()
        self.save(update_fields=["approved_by", "approved_at"])

    def _normalise(self) -> None:
        self.cyrillic = self.cyrillic.strip().translate(str.maketrans(LOOK_ALIKES))
        self.arabic = self.arabic.strip().replace(HIGH_HAMZA, HAMZA)
        self.lower = self.cyrillic.lower()
