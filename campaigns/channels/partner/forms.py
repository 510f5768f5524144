"""How a partner's account is served."""

from django import forms

from campaigns.channels.partner.models import PartnerSetup


class SetupForm(forms.ModelForm):
    class Meta:
        model = PartnerSetup
        fields = ["mail_to", "embargo_minutes"]
        widgets = {"mail_to": forms.Textarea(attrs={"rows": 3})}
