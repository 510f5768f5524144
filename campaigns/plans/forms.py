"""Forms of the schedule: they ask; the verbs of this floor decide."""

from datetime import date

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput, AdminPageChooser

from campaigns.calendar.models import Edition, Series
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.plans.models import PushItem, PushTemplate, Task, TaskTemplate
from campaigns.pushes.forms import BeijingDateTimeField
from campaigns.regions.forms import PossibleKeysForm, RegionChoiceField, ScopedForm
from campaigns.regions.models import Posting
from campaigns.regions.naming import person_name
from content.models import EducationPage


class ShiftForm(forms.Form):
    """Another window."""

    starts_on = forms.DateField(label=_("First day"), widget=AdminDateInput)
    ends_on = forms.DateField(label=_("Last day"), widget=AdminDateInput)
    confirmed = forms.BooleanField(
        label=_("These are the dates of the notice: mark them as confirmed"), required=False
    )


class OpenForm(forms.Form):
    """Which series, which year: the first that it has no campaign of, if none is given."""

    series = forms.ModelChoiceField(
        Series.objects.filter(is_active=True), label=_("Series"), empty_label=None
    )
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=2019,
        max_value=2100,
        help_text=_(
            "Empty: the first year from this one on that the series has no campaign of yet."
        ),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        series = cleaned.get("series")
        if not series or "year" in self.errors:
            return cleaned
        if cleaned.get("year") is None:
            cleaned["year"] = next_year_of(series, timezone.localdate())
        if existing := series.editions.filter(year=cleaned["year"]).first():
            self.add_error("year", already_open(existing))
        return cleaned


class CopyForm(forms.Form):
    """Where an edition's schedule comes from."""

    TEMPLATE = "template"

    source = forms.ChoiceField(label=_("Copy from"), widget=forms.RadioSelect)
    with_targets = forms.BooleanField(
        label=_("The targets too"),
        required=False,
        help_text=_("Only from another year; what has a target already keeps it."),
    )

    def __init__(self, *args, edition: Edition, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        others = Edition.objects.filter(series=edition.series).exclude(pk=edition.pk)
        self.others = {str(other.pk): other for other in others.order_by("-year")}
        self.fields["source"].choices = [
            (self.TEMPLATE, _("the template of the series")),
            *((pk, other.name) for pk, other in self.others.items()),
        ]
        self.fields["source"].initial = self.TEMPLATE

    @property
    def other(self) -> Edition | None:
        """The edition to copy from; none means the template."""
        return self.others.get(self.cleaned_data["source"])


class CompleteForm(ScopedForm):
    """What an open push still lacks."""

    scheduled_at = BeijingDateTimeField(
        label=_("Time"), help_text=_("Beijing time."), widget=AdminDateTimeInput
    )

    class Meta:
        model = PushItem
        fields = ["page", "language", "account", "scheduled_at", "publishing"]
        widgets = {"page": AdminPageChooser(target_models=[EducationPage])}
        labels = {"page": _("Piece"), "account": _("Channel account")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        accounts = ChannelAccount.objects.filter(is_active=True).select_related("channel")
        if self.for_user:
            accounts = accounts.visible_to(self.for_user)
        if self.instance.channel_id:
            accounts = accounts.filter(channel=self.instance.channel_id)
        self.fields["account"].queryset = accounts
        for name in ("page", "account"):
            self.fields[name].required = True


def people_at(user) -> QuerySet:
    """Who can be given a task: active people posted in the user's regions."""
    posted = Posting.objects.visible_to(user).values("user")
    return get_user_model().objects.filter(is_active=True, pk__in=posted).order_by("username")


class TaskForm(ScopedForm):
    """A task in one of the user's regions."""

    region = RegionChoiceField(label=_("Region"))

    class Meta:
        model = Task
        fields = ["edition", "region", "title", "notes", "department", "owner", "due_on", "state"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 3}), "due_on": AdminDateInput}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if self.for_user:
            owner.queryset = people_at(self.for_user)
        if self.instance.pk:
            owner.queryset |= get_user_model().objects.filter(pk=self.instance.owner_id)
            self.fields["edition"].disabled = True
        owner.label_from_instance = person_name
        owner.empty_label = _("Nobody yet")
        if self.fields["region"].queryset.count() == 1:
            self.fields["region"].initial = self.fields["region"].queryset.first()


class TaskTemplateForm(PossibleKeysForm):
    region = RegionChoiceField(
        label=_("Region"), required=False, empty_label=_("Head office"), help_text=""
    )

    class Meta:
        model = TaskTemplate
        fields = ["series", "offset_days", "title", "department", "notes", "region"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}


class PushTemplateForm(PossibleKeysForm):
    class Meta:
        model = PushTemplate
        fields = [
            "series", "offset_days", "clock", "title", "channel", "account", "page", "language",
            "publishing",
        ]  # fmt: skip
        widgets = {
            "page": AdminPageChooser(target_models=[EducationPage]),
            "clock": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Field work is reported, nothing is sent to it.
        self.fields["channel"].queryset = Channel.objects.filter(kind=Channel.Kind.ONLINE)
        self.fields["offset_days"].help_text = _(
            "0 is the first day of the window. A push goes out on days of the window only."
        )


def already_open(edition: Edition) -> str:
    """That there is one, and the way to it."""
    return format_html(
        '{} <a href="{}">{}</a>',
        _("That year's campaign is open already:"),
        reverse("edition:inspect", args=[edition.pk]),
        edition.name,
    )


def next_year_of(series: Series, today: date) -> int:
    """The first year from this one on that the series has no edition of."""
    taken = set(series.editions.values_list("year", flat=True))
    return next(year for year in range(today.year, 2102) if year not in taken)
