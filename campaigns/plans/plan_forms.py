"""Forms of the plan: its words, its budget, its attachments."""

from django import forms
from django.forms import inlineformset_factory
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.private_files import check_private_file
from campaigns.plans.models import BudgetLine, Plan
from campaigns.regions.forms import RegionChoiceField, ScopedForm

EMPTY_LINES = 4


class PlanForm(ScopedForm):
    class Meta:
        model = Plan
        fields = ["aims", "themes", "lead_department", "executive"]
        widgets = {
            "aims": forms.Textarea(attrs={"rows": 6}),
            "themes": forms.Textarea(attrs={"rows": 3}),
        }


class NewPlanForm(PlanForm):
    region = RegionChoiceField(label=_("Region"))

    class Meta(PlanForm.Meta):
        fields = ["edition", "region", *PlanForm.Meta.fields]


# Empty lines stand ready, so that a budget is entered without any script.
BudgetFormSet = inlineformset_factory(
    Plan,
    BudgetLine,
    fields=["purpose", "amount"],
    extra=EMPTY_LINES,
    widgets={"amount": forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})},
)


class AttachmentForm(forms.Form):
    file = forms.FileField(label=_("Attach a file"), validators=[check_private_file])


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
