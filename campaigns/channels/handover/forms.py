"""Forms of hand-overs: what is to be done on an account, and what came of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.private_files import check_private_file
from campaigns.channels.handover.models import Handover, HandoverSetup


class SetupForm(forms.ModelForm):
    class Meta:
        model = HandoverSetup
        fields = ["checklist", "hours"]
        widgets = {"checklist": forms.Textarea(attrs={"rows": 8})}


class ConfirmForm(forms.Form):
    """Every step ticked, and where it can be seen that it was done."""

    steps = forms.MultipleChoiceField(
        label=_("What was done"), required=False, widget=forms.CheckboxSelectMultiple
    )
    url = forms.URLField(
        label=_("Link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Where the public finds it, if it has an address."),
    )
    evidence = forms.FileField(
        label=_("Evidence"),
        required=False,
        validators=[check_private_file],
        help_text=_("A screenshot, a photo or a receipt; only people with the right see it."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args, handover: Handover, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if handover.checklist:
            self.fields["steps"].choices = [
                (str(number), step["text"]) for number, step in enumerate(handover.checklist)
            ]
        else:
            del self.fields["steps"]


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is not possible"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever planned the push reads this; the push ends as failed."),
    )
