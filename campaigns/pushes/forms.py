"""Forms of pushes. All rules live in campaigns.pushes.planning; a form only asks and shows."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput, AdminPageChooser

from campaigns.calendar.windows import BEIJING
from campaigns.channels.models import ChannelAccount
from campaigns.pushes import planning
from campaigns.pushes.models import Push
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
        fields = ["edition", "page", "language", "account", "scheduled_at", "ends_at"]
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
        return {"ends_at": self.cleaned_data["ends_at"], "by": self.for_user}


class RetimeForm(_TimesForm):
    """Move a push to another time."""

    class Meta:
        model = Push
        fields = ["scheduled_at", "ends_at"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            planning.check_times(self.instance.edition, self.instance.account, *self._times())
        return cleaned

    def save(self, commit: bool = True) -> Push:
        at, ends_at = self._times()
        # The instance carries the new times already; what is moved is the row as it stands.
        return planning.retime(Push.objects.get(pk=self.instance.pk), at, self.for_user, ends_at)

    def _times(self) -> tuple:
        return self.cleaned_data["scheduled_at"], self.cleaned_data["ends_at"]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Others read this in the push's timeline."),
    )


def accounts_of(request):
    """The accounts that the reader may filter by."""
    return ChannelAccount.objects.visible_to(request.user)
