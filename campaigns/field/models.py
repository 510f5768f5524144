"""Sessions that regional teams hold among people, and what they report of them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.private_files import private_files, unguessable
from campaigns.regions.clocks import InformalTime, clocks_of
from campaigns.regions.scope import scope_to

BEIJING = ZoneInfo("Asia/Shanghai")


class FieldSessionQuerySet(models.QuerySet):
    def visible_to(self, user) -> "FieldSessionQuerySet":
        return scope_to(self, user)

    def awaiting_approval(self) -> "FieldSessionQuerySet":
        return self.filter(state=FieldSession.State.REPORTED)

    def awaiting_report(self, now: datetime) -> "FieldSessionQuerySet":
        """Held, or returned for correction, with nothing reported yet."""
        return self.filter(
            state__in=(FieldSession.State.PLANNED, FieldSession.State.RETURNED),
            starts_at__lte=now,
        )


class FieldSession(models.Model):
    """A planned or held session of a campaign in a region."""

    class Form(models.TextChoices):
        LECTURE = "lecture", _("Lecture")
        HORSEBACK = "horseback", _("On horseback")
        YURT = "yurt", _("Class in a yurt")
        STALL = "stall", _("Stall")
        STATION = "station", _("Station day")

    class VenueClass(models.TextChoices):
        """五进入: the five places that the regulator's form counts."""

        RURAL = "rural", _("Countryside")
        COMMUNITY = "community", _("Neighbourhood")
        CAMPUS = "campus", _("Campus")
        ENTERPRISE = "enterprise", _("Enterprise")
        BUSINESS_DISTRICT = "business_district", _("Shopping district")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        REPORTED = "reported", _("Reported, awaiting approval")
        RETURNED = "returned", _("Returned for correction")
        APPROVED = "approved", _("Approved")
        CANCELLED = "cancelled", _("Cancelled")

    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions",
        help_text=_("Empty for everyday education."),
    )
    region = models.ForeignKey(
        "campaigns.Region",
        verbose_name=_("region"),
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    form = models.CharField(_("form"), max_length=12, choices=Form)
    venue_class = models.CharField(_("venue class"), max_length=20, choices=VenueClass)
    place = models.CharField(_("place"), max_length=120)
    starts_at = models.DateTimeField(_("time"), help_text=_("Beijing time."))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    audience = models.ForeignKey(
        "content.Audience",
        verbose_name=_("audience group"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    expected_attendance = models.PositiveIntegerField(_("expected attendance"), default=0)
    pieces = models.ManyToManyField(
        "content.EducationPage", verbose_name=_("pieces used"), blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("planned by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # The form, file or device it came from; the same key sent again is the same session.
    source_key = models.CharField(max_length=80, null=True, blank=True, unique=True, editable=False)

    objects = FieldSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("field session")
        verbose_name_plural = _("field sessions")
        ordering = ["-starts_at", "pk"]
        permissions = [("approve_fieldsession", _("Can approve reports of field sessions"))]

    def __str__(self) -> str:
        return f"{self.get_form_display()} · {self.place}"

    @property
    def day(self) -> date:
        """The Beijing day on which it is held."""
        return self.starts_at.astimezone(BEIJING).date()

    @property
    def informal_time(self) -> InformalTime | None:
        """The region's informal local time, where it has one."""
        return clocks_of(self.region).informal(self.region, self.starts_at)


class SessionReport(models.Model):
    """What a session came to. It counts only once the level above has approved it."""

    session = models.OneToOneField(
        FieldSession, verbose_name=_("session"), on_delete=models.CASCADE, related_name="report"
    )
    attendance = models.PositiveIntegerField(
        _("attendance (person-times)"), help_text=_("How many people came, counted by the team.")
    )
    leaflets = models.PositiveIntegerField(_("leaflets handed out"), default=0)
    notes = models.TextField(_("notes"), blank=True, max_length=2000)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reported by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reported_at = models.DateTimeField(_("reported at"))

    class Meta:
        verbose_name = _("session report")
        verbose_name_plural = _("session reports")

    def __str__(self) -> str:
        return f"{self.session}: {self.attendance}"

    def clean(self) -> None:
        if self.leaflets and not self.attendance:
            raise ValidationError({"attendance": _("Leaflets without anybody attending?")})


class SessionPhoto(models.Model):
    """A photo of a session, without what the camera wrote into it. Written by photos.py alone."""

    session = models.ForeignKey(
        FieldSession, verbose_name=_("session"), on_delete=models.CASCADE, related_name="photos"
    )
    file = models.FileField(_("file"), storage=private_files, upload_to=unguessable)
    # Of what was sent: the same photo twice is one. And of what is kept, for the evidence.
    original_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    # By the camera's own clock, whose zone nobody knows; empty where it told none.
    taken_at = models.CharField(_("taken at"), max_length=16, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("session photo")
        verbose_name_plural = _("session photos")
        ordering = ["taken_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["session", "original_sha256"], name="photo_once")
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.taken_at or self.pk}"


class SessionTransition(models.Model):
    """Who moved a session from one state to another, when and why. Written by sessions.py alone."""

    session = models.ForeignKey(FieldSession, on_delete=models.CASCADE, related_name="transitions")
    from_state = models.CharField(_("from"), max_length=10, choices=FieldSession.State, blank=True)
    to_state = models.CharField(_("to"), max_length=10, choices=FieldSession.State)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # What was reported at that moment: a correction after a return does not wipe it out.
    attendance = models.PositiveIntegerField(_("attendance (person-times)"), null=True, blank=True)
    leaflets = models.PositiveIntegerField(_("leaflets handed out"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.session_id}: {self.from_state} → {self.to_state}"
