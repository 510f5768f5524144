"""Forms of the calendar: a code is given once and then stays, for files and addresses name it."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from campaigns.calendar.models import Edition, PublicHoliday, RegionalWindow, Series
from campaigns.calendar.private_files import check_private_file
from campaigns.regions.forms import RegionChoiceField, ScopedForm
from campaigns.regions.models import Region


class SeriesForm(WagtailAdminModelForm):
    class Meta:
        model = Series
        fields = [
            "name", "rule", "start_month", "start_day", "nth_monday", "length_days",
            "reminder_days", "reporting_days", "is_active",
        ]  # fmt: skip


class NewSeriesForm(SeriesForm):
    class Meta(SeriesForm.Meta):
        fields = ["code", *SeriesForm.Meta.fields]


class _NoticeForm(WagtailAdminModelForm):
    """Takes the notice: its file, which has no address to link to, and its word for the dates.

    While dates are expected, entering the notice's number or file confirms them, unless the person
    says that it leaves them open.
    """

    BY_NOTICE = "by-notice"
    NOTICE = ("notice_number", "notice_file")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.state == Edition.State.EXPECTED:
            self._offer_the_notices_word()
        if self.instance.notice_file_name:
            self.fields["notice_file"].help_text = _(
                "There is “%(name)s”; another file takes its place."
            ) % {"name": self.instance.notice_file_name}

    def _offer_the_notices_word(self) -> None:
        self.fields["state"] = forms.ChoiceField(
            label=self.fields["state"].label,
            widget=forms.RadioSelect,
            choices=[
                (
                    self.BY_NOTICE,
                    _("By the notice: confirmed as soon as its number or file is entered here"),
                ),
                (Edition.State.EXPECTED, _("Expected: the notice leaves them open")),
                (Edition.State.CONFIRMED, _("Confirmed, without a notice too")),
            ],
        )
        self.initial["state"] = self.BY_NOTICE

    def clean_state(self) -> str:
        state = self.cleaned_data["state"]
        if state != self.BY_NOTICE:
            return state
        entered = [n for n in self.NOTICE if n in self.changed_data and self.cleaned_data.get(n)]
        return Edition.State.CONFIRMED if entered else self.instance.state

    def clean_notice_file(self):
        upload = self.cleaned_data["notice_file"]
        if "notice_file" in self.changed_data and upload:
            check_private_file(upload)
            self.instance.notice_file_name = upload.name[-255:]
        return upload


class EditionForm(_NoticeForm):
    """What the year's notice says."""

    class Meta:
        model = Edition
        fields = [
            "name", "slogan", "notice_number", "organisers", "notice_file", "starts_on", "ends_on",
            "state", "needs_both_languages", "embargo_until",
        ]  # fmt: skip
        widgets = {
            "notice_file": forms.FileInput,
            "starts_on": AdminDateInput,
            "ends_on": AdminDateInput,
            "embargo_until": AdminDateTimeInput,
        }


class NewEditionForm(_NoticeForm):
    """Name and dates may stay empty: they are then the usual ones of the series."""

    class Meta(EditionForm.Meta):
        fields = ["series", "year", *EditionForm.Meta.fields]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "starts_on", "ends_on"):
            self.fields[name].required = False
            self.fields[name].help_text = _("Leave empty for what is usual in this series.")

    def clean(self) -> dict:
        cleaned = super().clean()
        series, year = cleaned.get("series"), cleaned.get("year")
        if not series or not year:
            return cleaned
        self.instance.code = series.edition_code(year)
        first, last = series.usual_window(year)
        cleaned["name"] = cleaned.get("name") or series.edition_name(year)
        if "starts_on" not in self.errors and "ends_on" not in self.errors:
            cleaned["starts_on"] = cleaned.get("starts_on") or first
            cleaned["ends_on"] = cleaned.get("ends_on") or max(last, cleaned["starts_on"])
        return cleaned


class RegionalWindowForm(ScopedForm):
    """Wider days for one of the user's regions. Edition and region stay once given."""

    class Meta:
        model = RegionalWindow
        fields = ["starts_on", "ends_on"]
        widgets = {"starts_on": AdminDateInput, "ends_on": AdminDateInput}


class NewRegionalWindowForm(RegionalWindowForm):
    region = RegionChoiceField(label=_("Region"))

    class Meta(RegionalWindowForm.Meta):
        fields = ["edition", "region", *RegionalWindowForm.Meta.fields]

    def clean(self) -> dict:
        cleaned = super().clean()
        edition, region = cleaned.get("edition"), cleaned.get("region")
        if edition and region and edition.regional_windows.filter(region=region).exists():
            # Said once, where it can be mended: a field in error is left out of the model's check.
            self.add_error("region", _("That region has a window of this campaign already."))
        return cleaned


class PublicHolidayForm(ScopedForm):
    """Days off of one of the user's regions; head office may leave the region open."""

    region = RegionChoiceField(
        label=_("Region"),
        required=False,
        help_text=_("Shown there and below. Empty: in every region."),
    )

    class Meta:
        model = PublicHoliday
        fields = ["name", "first_day", "days", "region", "is_estimated", "note"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user and not Region.objects.visible_to(self.for_user).filter(depth=1).exists():
            self.fields["region"].required = True
            self.fields["region"].help_text = _("Shown there and below.")
