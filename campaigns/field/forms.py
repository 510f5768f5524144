"""Forms for planning, reporting and deciding on field sessions."""

import uuid
from datetime import datetime

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.field import sessions
from campaigns.field.models import BEIJING, FieldSession
from campaigns.regions.clocks import Clocks
from campaigns.regions.forms import RegionChoiceField, ScopedForm
from campaigns.regions.models import Region
from content.models import EducationPage

# More than anybody meets in a day, and small enough for every database.
MOST = 10_000_000


class BeijingTimeField(forms.DateTimeField):
    """A time typed and shown as Beijing time, whatever zone the user's profile names."""

    def __init__(self, **kwargs) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)

    def prepare_value(self, value):
        return value.astimezone(BEIJING).replace(tzinfo=None) if _is_aware(value) else value

    def to_python(self, value) -> datetime | None:
        with timezone.override(BEIJING):
            return super().to_python(value)


def _is_aware(value) -> bool:
    return isinstance(value, datetime) and timezone.is_aware(value)


class RegionSelect(forms.Select):
    """Marks the regions with an informal time of their own, for the hint beside the time."""

    clocks: Clocks | None = None

    def get_context(self, name, value, attrs) -> dict:
        self.clocks = Clocks()
        return super().get_context(name, value, attrs)

    def create_option(self, name, value, label, *args, **kwargs) -> dict:
        option = super().create_option(name, value, label, *args, **kwargs)
        region, now = getattr(value, "instance", None), timezone.now()
        if region and self.clocks and (informal := self.clocks.informal(region, now)):
            behind = now.astimezone(BEIJING).utcoffset() - informal.at.utcoffset()
            option["attrs"]["data-informal"] = informal.name
            option["attrs"]["data-minutes-behind"] = int(behind.total_seconds() // 60)
        return option


def pieces_matching(query: str):
    """Live pieces, newest first, whose title or code holds the words."""
    pieces = EducationPage.objects.live().select_related("locale").order_by("-date", "-pk")
    for word in query.replace("\0", " ").split():
        pieces = pieces.filter(title__icontains=word) | pieces.filter(code__icontains=word)
    return pieces


class PiecePicker(forms.CheckboxSelectMultiple):
    """Ticks for the chosen and the newest pieces, and a search that brings others.

    Without JavaScript the newest can still be ticked.
    """

    template_name = "campaigns/field/piece_picker.html"
    NEWEST = 8

    def get_context(self, name, value, attrs) -> dict:
        chosen = {str(pk) for pk in value or []}
        newest = [page.pk for page in pieces_matching("")[: self.NEWEST]]
        pages = pieces_matching("").filter(pk__in=[*newest, *(pk for pk in chosen if pk.isdigit())])
        rows = [(page, str(page.pk) in chosen) for page in pages]
        rows.sort(key=lambda row: not row[1])
        return {
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            "rows": rows,
            "search_url": reverse_lazy("fieldsession:pieces"),
        }

    class Media:
        js = ["campaigns/field.js"]
        css = {"all": ["campaigns/field.css"]}


class PlanForm(ScopedForm):
    """A session to be held in one of the user's regions."""

    region = RegionChoiceField(label=_("Region"), widget=RegionSelect)
    starts_at = BeijingTimeField(label=_("Time (Beijing)"))
    pieces = forms.ModelMultipleChoiceField(
        EducationPage.objects.live(), label=_("Pieces used"), required=False, widget=PiecePicker
    )
    # Made with the form: sent twice over a bad line, it plans one session.
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    class Meta:
        model = FieldSession
        fields = [
            "edition",
            "region",
            "form",
            "venue_class",
            "place",
            "starts_at",
            "language",
            "audience",
            "expected_attendance",
            "pieces",
        ]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4().hex
        self.fields["edition"].empty_label = _("Everyday education (no campaign)")
        self.fields["audience"].empty_label = _("Everybody")
        self.fields["expected_attendance"].max_value = MOST
        region = self.fields["region"]
        if self.instance.pk:
            # A plan in a region that was closed since can still be put right.
            own = Region.objects.visible_to(self.for_user).filter(pk=self.instance.region_id)
            region.queryset = region.queryset | own if self.for_user else region.queryset
        elif region.queryset.count() == 1:
            region.initial = region.queryset.first()

    def clean_expected_attendance(self) -> int:
        value = self.cleaned_data["expected_attendance"]
        if value > MOST:
            raise forms.ValidationError(_("Is that so many?"))
        return value

    def clean(self) -> dict:
        cleaned = super().clean()
        same = FieldSession.objects.filter(
            region=cleaned.get("region"),
            place=cleaned.get("place", ""),
            starts_at=cleaned.get("starts_at"),
        ).exclude(pk=self.instance.pk)
        same = same.exclude(state=FieldSession.State.CANCELLED)
        if key := self._source_key():
            same = same.exclude(source_key=key)
        if cleaned.get("starts_at") and same.exists():
            self.add_error("place", _("A session at this place and time is already planned."))
        return cleaned

    def _source_key(self) -> str | None:
        token = self.cleaned_data.get("token")
        return f"form:{self.for_user.pk}:{token}" if token and self.for_user else None

    def save(self, commit: bool = True) -> FieldSession:
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if self.instance.pk:
            self.instance = sessions.replan(self.instance, by=self.for_user, **values)
        else:
            self.instance = sessions.plan(by=self.for_user, source_key=self._source_key(), **values)
        return self.instance


class ReportForm(forms.Form):
    """What a session came to. Figures out of the usual want a tick, not a refusal."""

    attendance = forms.IntegerField(
        label=_("Attendance (person-times)"),
        min_value=0,
        max_value=MOST,
        help_text=_("How many people came, counted by the team."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    leaflets = forms.IntegerField(
        label=_("Leaflets handed out (copies)"),
        min_value=0,
        max_value=MOST,
        initial=0,
        help_text=_("Counted apart: they never add to the person-times."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was asked, what went well. No names of people who came."),
    )
    confirmed = forms.BooleanField(label=_("The figures are right all the same"), required=False)

    def __init__(self, *args, session: FieldSession, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        self.questions: list[str] = []

    def clean(self) -> dict:
        cleaned = super().clean()
        attendance, leaflets = cleaned.get("attendance"), cleaned.get("leaflets")
        if attendance is None or leaflets is None:
            return cleaned
        if leaflets and not attendance:
            self.add_error("attendance", _("Leaflets without anybody attending?"))
            return cleaned
        self.questions = sessions.unusual(self.session, attendance, leaflets)
        if self.questions and not cleaned.get("confirmed"):
            self.add_error("confirmed", _("Look at the figures again; tick here to keep them."))
        return cleaned


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
