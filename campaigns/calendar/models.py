"""Series that come round every year, and their yearly editions."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.private_files import private_files, unguessable
from campaigns.calendar.windows import (
    BEIJING,
    LONGEST_DAYS,
    days_in,
    fixed_window,
    is_day_of_every_year,
    week_of_nth_weekday,
)
from campaigns.regions.models import Region
from campaigns.regions.scope import scope_to, sees_everything, visible_paths


class Series(models.Model):
    """A campaign that returns each year, such as 3·15, with the rule of its usual window."""

    class Rule(models.TextChoices):
        FIXED = "fixed", _("Fixed dates")
        NTH_WEEK = "nth_week", _("Week of the nth Monday")

    code = models.CharField(
        _("code"),
        max_length=16,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+\Z", _("Lower-case letters and digits."))],
    )
    name = models.CharField(_("name"), max_length=64)
    rule = models.CharField(_("rule of the window"), max_length=10, choices=Rule)
    start_month = models.PositiveSmallIntegerField(
        _("month"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    start_day = models.PositiveSmallIntegerField(
        _("day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("For fixed dates."),
    )
    nth_monday = models.PositiveSmallIntegerField(
        _("which Monday"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text=_("For the week of the nth Monday."),
    )
    length_days = models.PositiveSmallIntegerField(
        _("length in days"), default=7, validators=[MinValueValidator(1), MaxValueValidator(92)]
    )
    reminder_days = models.CharField(
        _("reminder days"),
        max_length=48,
        default="14,7,3,1",
        help_text=_(
            "So many days before something is due the home page says so, such as 14,7,3,1."
        ),
    )
    reporting_days = models.PositiveSmallIntegerField(
        _("days to report"),
        default=7,
        validators=[MaxValueValidator(92)],
        help_text=_("So many days after the last day of a campaign regions have reported."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("campaign series")
        verbose_name_plural = _("campaign series")
        ordering = ["start_month", "code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.rule == self.Rule.FIXED and not self.start_day:
            raise ValidationError({"start_day": _("Fixed dates need a day.")})
        if self.rule == self.Rule.FIXED and not is_day_of_every_year(
            self.start_month, self.start_day
        ):
            raise ValidationError({"start_day": _("Not every year has that day.")})
        if self.rule == self.Rule.NTH_WEEK and not self.nth_monday:
            raise ValidationError({"nth_monday": _("Say which Monday of the month.")})
        try:
            self.reminder_days = ",".join(str(days) for days in days_in(self.reminder_days))
        except ValueError as error:
            raise ValidationError(
                {"reminder_days": _("Whole numbers from 0 to 365 with commas between them.")}
            ) from error

    def reminders(self) -> list[int]:
        """How many days ahead people are reminded, the furthest first."""
        return days_in(self.reminder_days)

    def usual_window(self, year: int) -> tuple[date, date]:
        """First and last day of the usual window in that year, Beijing days."""
        if self.rule == self.Rule.FIXED:
            return fixed_window(year, self.start_month, self.start_day, self.length_days)
        return week_of_nth_weekday(year, self.start_month, self.nth_monday, self.length_days)

    def edition_code(self, year: int) -> str:
        """What files and addresses call the edition of that year, such as 315-2026."""
        return f"{self.code}-{year}"

    def edition_name(self, year: int) -> str:
        """What the edition of that year is called until somebody says otherwise."""
        return f"{year}年{self.name}"


def check_window(starts_on: date, ends_on: date) -> None:
    """Raises ValidationError at ends_on for days that no campaign, of a region or not, can have."""
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first.")})
    if (ends_on - starts_on).days > LONGEST_DAYS:
        raise ValidationError({"ends_on": _("A window that long is a slip of the keyboard.")})


class EditionQuerySet(models.QuerySet):
    def open_on(self, day: date) -> "EditionQuerySet":
        """Editions whose window holds that Beijing day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Edition(models.Model):
    """One year's campaign. Dates are expected until a person confirms them from the notice."""

    class State(models.TextChoices):
        EXPECTED = "expected", _("Expected")
        CONFIRMED = "confirmed", _("Confirmed")

    series = models.ForeignKey(
        Series, verbose_name=_("series"), on_delete=models.PROTECT, related_name="editions"
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2019), MaxValueValidator(2100)]
    )
    code = models.CharField(_("code"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=96)
    slogan = models.CharField(_("slogan"), max_length=96, blank=True)
    notice_number = models.CharField(_("document number of the notice"), max_length=64, blank=True)
    organisers = models.CharField(_("organisers"), max_length=200, blank=True)
    notice_file = models.FileField(
        _("the notice"),
        storage=private_files,
        upload_to=unguessable,
        blank=True,
        help_text=_("Kept privately: only those who may see the campaign can open it."),
    )
    notice_file_name = models.CharField(max_length=255, blank=True, editable=False)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    state = models.CharField(_("dates are"), max_length=10, choices=State, default=State.EXPECTED)
    needs_both_languages = models.BooleanField(
        _("goes out in Chinese and Kazakh only together"), default=False
    )

    embargo_until = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        help_text=_("Nothing of this campaign goes out before. Beijing time."),
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign edition")
        verbose_name_plural = _("campaign editions")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="edition_once_a_year"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="edition_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.starts_on and self.ends_on:
            check_window(self.starts_on, self.ends_on)

    @property
    def has_notice(self) -> bool:
        """Whether its number or its file is entered."""
        return bool(self.notice_number or self.notice_file_name)

    def window_of(self, region: Region | None = None) -> tuple[date, date]:
        """First and last day for that region: its own wider window, or one of a region above it."""
        first, last = self.starts_on, self.ends_on
        if region is None or region.is_root() or not self.pk:
            return first, last
        for wider in self.regional_windows.over(region):
            first, last = min(first, wider.starts_on), max(last, wider.ends_on)
        return first, last

    def holds(self, day: date, region: Region | None = None) -> bool:
        """Whether the Beijing day lies in the window, or in the wider one of the region."""
        if self.starts_on <= day <= self.ends_on:
            return True
        first, last = self.window_of(region)
        return first <= day <= last

    def closes_at(self, region: Region | None = None) -> datetime:
        """The instant after the last one of the (region's) window: midnight in Beijing."""
        _first, last = self.window_of(region)
        return datetime.combine(last + timedelta(days=1), time(), tzinfo=BEIJING)


class RegionalWindowQuerySet(models.QuerySet):
    def visible_to(self, user) -> "RegionalWindowQuerySet":
        return scope_to(self, user)

    def over(self, region: Region) -> "RegionalWindowQuerySet":
        """Windows of the region itself and of all regions above it."""
        return self.filter(region__path__in=_way_to(region.path))

    def known_to(self, user) -> "RegionalWindowQuerySet":
        """Windows that the user may see, and those of regions above, which govern the user's."""
        if sees_everything(user):
            return self
        return self.filter(_above_or_below(visible_paths(user)))

    def about(self, region: Region) -> "RegionalWindowQuerySet":
        """Windows of the region, of all above it and of all below it."""
        return self.filter(_above_or_below([region.path]))


def _above_or_below(paths: list[str]) -> Q:
    """Of the regions with these tree paths, of one above them or of one below them."""
    told = Q(region__path__in={above for path in paths for above in _way_to(path)})
    for path in paths:
        told |= Q(region__path__startswith=path)
    return told


def _way_to(path: str) -> list[str]:
    """The tree paths from the top down to that one."""
    return [path[:end] for end in range(Region.steplen, len(path) + 1, Region.steplen)]


class RegionalWindow(models.Model):
    """Days in which a region and all below it run an edition: its own and more around it."""

    edition = models.ForeignKey(
        Edition,
        verbose_name=_("campaign"),
        on_delete=models.CASCADE,
        related_name="regional_windows",
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = RegionalWindowQuerySet.as_manager()

    class Meta:
        verbose_name = _("regional window")
        verbose_name_plural = _("regional windows")
        ordering = ["edition", "region__path"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "region"], name="regional_window_once")
        ]

    def __str__(self) -> str:
        return f"{self.region}: {self.starts_on} – {self.ends_on}"

    def clean(self) -> None:
        if not (self.edition_id and self.region_id and self.starts_on and self.ends_on):
            return
        if self.region.is_root():
            raise ValidationError({"region": _("Head office keeps to the campaign's own days.")})
        told = {"first": self.edition.starts_on, "last": self.edition.ends_on}
        problems = {}
        if self.starts_on > self.edition.starts_on:
            problems["starts_on"] = _("The campaign begins on %(first)s, before that.") % told
        if self.ends_on < self.edition.ends_on:
            problems["ends_on"] = _("The campaign lasts until %(last)s, longer than that.") % told
        if problems:
            raise ValidationError(problems)
        check_window(self.starts_on, self.ends_on)


class PublicHolidayQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PublicHolidayQuerySet":
        """Those that the user's regions keep up; what holds everywhere is head office's."""
        own = scope_to(self, user)
        roots = Region.objects.visible_to(user).filter(depth=1)
        return own | self.filter(region=None) if roots.exists() else own

    def concerning(self, user, region: Region | None = None) -> "PublicHolidayQuerySet":
        """Those that hold in that region, above or below it; without one, in the user's own."""
        if region is None and sees_everything(user):
            return self
        paths = [region.path] if region else visible_paths(user)
        return self.filter(Q(region=None) | _above_or_below(paths))

    def within(self, first: date, last: date) -> "PublicHolidayQuerySet":
        """Those that may touch a day from `first` to `last`."""
        earliest = first - timedelta(days=PublicHoliday.MOST_DAYS)
        return self.filter(first_day__gt=earliest, first_day__lte=last)


class PublicHoliday(models.Model):
    """Days off that the country's calendar does not tell of, such as a region's own holidays."""

    MOST_DAYS = 31

    name = models.CharField(_("name"), max_length=32)
    first_day = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(
        _("days off"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="public_holidays",
        help_text=_("Shown there and below. Empty: in every region."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    is_estimated = models.BooleanField(
        _("estimated"),
        default=False,
        help_text=_("Until the notice is out; the calendar says so."),
    )

    objects = PublicHolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("public holiday")
        verbose_name_plural = _("public holidays")
        ordering = ["first_day", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "first_day", "region"], name="public_holiday_once"
            ),
            models.UniqueConstraint(
                fields=["name", "first_day"],
                condition=Q(region=None),
                name="public_holiday_once_everywhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first_day}"

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.days - 1)
