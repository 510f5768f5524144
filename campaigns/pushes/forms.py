"""Forms of pushes. All rules live in campaigns.pushes.planning; a form only asks and shows."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput, AdminPageChooser

from campaigns.calendar.windows import BEIJING
from campaigns.channels.models import ChannelAccount
from campaigns.pushes import pausing, planning
from campaigns.pushes.models import Pause, Push
from campaigns.regions.forms import ScopedForm
from content.models import EducationPage


class BeijingDateTimeField(forms.DateTimeField):
    """A time of day in Beijing, whatever time zone the user has chosen for their own screens."""

    def prepare_value(self, value):
        with timezone.override(BEIJING):
            return super().prepare_value(value)

    def to_python(self, value):
        with timezone.override(BEIJING):
            return super().to_python(value)


class _TimesForm(ScopedForm):
    scheduled_at = BeijingDateTimeField(
        label=_("Time"), help_text=_("Beijing time."), widget=AdminDateTimeInput
    )
    ends_at = BeijingDateTimeField(
        label=_("Until"),
        required=False,
        help_text=_("When a place on the website ends; empty: with the campaign's last day."),
        widget=AdminDateTimeInput,
    )


class PlanForm(_TimesForm):
    """Plan a push."""

    class Meta:
        model = Push
        fields = ["edition", "page", "language", "account", "scheduled_at", "ends_at", "publishing"]
        widgets = {"page": AdminPageChooser(target_models=[EducationPage])}
        help_texts = {
            "page": _("Any language version of the piece; the one in the language below goes out."),
        }

    planned: planning.Planned

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        accounts = self.fields["account"].queryset
        self.fields["account"].queryset = accounts.filter(is_active=True).select_related("channel")

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            planning.check_plan(*self._wish(), **self._more())
        return cleaned

    def save(self, commit: bool = True) -> Push:
        self.planned = planning.plan(*self._wish(), **self._more())
        return self.planned.push

    def _wish(self) -> list:
        names = ("edition", "page", "language", "account", "scheduled_at")
        return [self.cleaned_data[name] for name in names]

    def _more(self) -> dict:
        names = ("ends_at", "publishing")
        return {name: self.cleaned_data[name] for name in names} | {"by": self.for_user}


class RetimeForm(_TimesForm):
    """Move a push to another time."""

    class Meta:
        model = Push
        fields = ["scheduled_at", "ends_at", "publishing"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.account.adapter != ChannelAccount.Adapter.WEBSITE:
            del self.fields["publishing"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            edition, account = self.instance.edition, self.instance.account
            planning.check_times(edition, account, *self._times(), self._publishing())
        return cleaned

    def save(self, commit: bool = True) -> Push:
        at, ends_at = self._times()
        # The instance carries the new times already; what is moved is the row as it stands.
        push = Push.objects.get(pk=self.instance.pk)
        return planning.retime(push, at, self.for_user, ends_at, self._publishing())

    def _publishing(self) -> str:
        return self.cleaned_data.get("publishing", Push.Publishing.NONE)

    def _times(self) -> tuple:
        return self.cleaned_data["scheduled_at"], self.cleaned_data["ends_at"]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Others read this in the push's timeline."),
    )


class PauseForm(forms.ModelForm):
    """What is held up: what is left open is not asked about; all open holds up everything."""

    class Meta:
        model = Pause
        fields = ["account", "channel", "edition", "reason"]

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        accounts = ChannelAccount.objects.visible_to(user).filter(is_active=True)
        self.fields["account"].queryset = accounts
        self.fields["reason"].help_text = _("Everybody who plans pushes reads this.")
        if not pausing.sees_all_regions(user):
            # The others reach into other regions: head office's to hold up.
            del self.fields["channel"]
            self.fields["account"].required = True


class LateForm(forms.Form):
    """What becomes of one push that is late when a pause ends."""

    choice = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[
            ("", "---------"),
            (pausing.Choice.SEND, _("send now")),
            (pausing.Choice.RETIME, _("another time")),
            (pausing.Choice.SKIP, _("skip")),
        ],
    )
    at = BeijingDateTimeField(
        label=_("New time"),
        required=False,
        help_text=_("Beijing time."),
        widget=AdminDateTimeInput,
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("choice") == pausing.Choice.RETIME and not cleaned.get("at"):
            self.add_error("at", _("Say the new time."))
        return cleaned


class OthersForm(forms.Form):
    """What becomes of the late pushes that there is no room to ask about one by one."""

    choice = forms.ChoiceField(
        label=_("What becomes of the others"),
        help_text=_(
            "All of them together. They are checked as they are sent: what cannot go out is then"
            " shown as failed, with the reason."
        ),
        choices=[
            ("", "---------"),
            (pausing.Choice.SEND, _("send now")),
            (pausing.Choice.SKIP, _("skip")),
        ],
    )


def accounts_of(request):
    """The accounts that the reader may filter by."""
    return ChannelAccount.objects.visible_to(request.user)
