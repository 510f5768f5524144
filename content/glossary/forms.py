"""The form of a term, and that of a file of terms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from content.glossary import keeping
from content.meanwhile import MeanwhileForm
from content.models import GlossaryTerm

_ARABIC = {"dir": "rtl", "lang": "kk-Arab"}
_CYRILLIC = {"lang": "kk-Cyrl"}


class GlossaryTermForm(MeanwhileForm):
    """Who may not approve sees the status and cannot choose it; see content.glossary.keeping."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kk_arab"].widget.attrs |= _ARABIC
        self.fields["kk"].widget.attrs |= _CYRILLIC
        self.fields["variants"].widget.attrs["dir"] = "auto"
        for name in ("synonyms", "not_within", "variants", "notes"):
            self.fields[name].widget.attrs["rows"] = 2
        if self.for_user and not keeping.may_approve(self.for_user):
            self.fields["status"].disabled = True
            self.fields["status"].help_text = _(
                "A new term and changed words are proposals until a reviewer approves them."
            )

    def save(self, commit: bool = True) -> GlossaryTerm:
        before = GlossaryTerm.objects.filter(pk=self.instance.pk).first()
        keeping.settle(self.instance, before, self.for_user)
        return super().save(commit)


class TermFileForm(forms.Form):
    file = forms.FileField(
        label=_("File of terms"),
        help_text=_(
            "CSV in UTF-8 or GB18030, or TBX (version 2 or 3); 8 MB and 5,000 terms at most."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tbx,.xml"}),
    )
