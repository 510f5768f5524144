"""Forms that offer only what lies in the user's regions."""

import re

from django import forms
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from campaigns.regions.models import HEAD_OFFICE, Posting, Region
from campaigns.regions.roles import REGIONAL_ROLES, Role

# A row's number, or nothing chosen.
_POSSIBLE_KEY = re.compile(r"\s*(?:[0-9]{1,18}\s*)?")
_NO_KEY = "0"


class PossibleKeysForm(WagtailAdminModelForm):
    """Takes what can be no row's number for the number of none, so that its field says so.

    SQLite stumbles over numbers beyond its own, and Wagtail's choosers over what is no number.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and _is_by_number(field):
                self._make_possible(self.add_prefix(name))

    def _make_possible(self, key: str) -> None:
        values = self.data.getlist(key) if isinstance(self.data, QueryDict) else []
        possible = [one if _POSSIBLE_KEY.fullmatch(one) else _NO_KEY for one in values]
        if possible != values:
            self.data = self.data.copy()
            self.data.setlist(key, possible)


def _is_by_number(field: forms.ModelChoiceField) -> bool:
    """Whether its values are primary keys that are whole numbers."""
    meta = field.queryset.model._meta  # noqa: SLF001
    key = meta.pk
    if field.to_field_name and meta.get_field(field.to_field_name) != key:
        return False
    while key.remote_field:
        key = key.target_field
    return isinstance(key, models.IntegerField)


class ScopedForm(PossibleKeysForm):
    """Offers only what the user may see: regions, accounts, whatever can be scoped."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            queryset = getattr(field, "queryset", None)
            if self.for_user and hasattr(queryset, "visible_to"):
                field.queryset = queryset.visible_to(self.for_user)


def indented(region: Region) -> str:
    """The region's name, set in by its depth in the tree."""
    return "　" * (region.depth - 1) + region.name


class RegionChoiceField(forms.ModelChoiceField):
    """A region out of the tree: code, then the name set in by its level."""

    def __init__(self, queryset=None, **kwargs) -> None:
        super().__init__(
            queryset=Region.objects.active() if queryset is None else queryset, **kwargs
        )

    def label_from_instance(self, region: Region) -> str:
        return f"{region.code} {indented(region)}"


class RegionForm(ScopedForm):
    """Name and state of a region. Its code and place in the tree stay: files refer to them."""

    class Meta:
        model = Region
        fields = ["name", "name_kk", "informal_zone", "script_order", "is_active"]

    def clean_is_active(self) -> bool:
        active = self.cleaned_data["is_active"]
        if not active and self.instance.get_descendants().filter(is_active=True).exists():
            raise forms.ValidationError(_("Regions below it are still active."))
        return active


class NewRegionForm(ScopedForm):
    """A new region below one of the user's own."""

    parent = RegionChoiceField(
        queryset=Region.objects.active().exclude(level=Region.Level.COUNTY), label=_("Below")
    )

    class Meta:
        model = Region
        fields = ["code", "name", "name_kk", "level", "informal_zone", "script_order"]

    field_order = ["parent"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if (parent := cleaned.get("parent")) and cleaned.get("level"):
            try:
                self.Meta.model(level=cleaned["level"]).clean_below(parent)
            except forms.ValidationError as error:
                self.add_error(None, error)
        return cleaned

    @transaction.atomic
    def save(self, commit: bool = True) -> Region:
        parent = Region.objects.select_for_update().get(pk=self.cleaned_data["parent"].pk)
        return parent.add_child(instance=self.instance)


class PostingForm(ScopedForm):
    """A person, a role, a region. Roles that reach beyond a region are head office's to give."""

    region = RegionChoiceField(label=_("Region"))

    class Meta:
        model = Posting
        fields = ["user", "role", "region"]

    def __init__(self, *args, **kwargs) -> None:
        from campaigns.regions.people import people_visible_to

        super().__init__(*args, **kwargs)
        if not self.for_user:
            return
        people = people_visible_to(self.for_user).filter(is_active=True)
        self.fields["user"].queryset = people.order_by(get_user_model().USERNAME_FIELD)
        if not Region.objects.visible_to(self.for_user).filter(code=HEAD_OFFICE).exists():
            self.fields["role"].choices = [
                (role.value, role.label) for role in Role if role in REGIONAL_ROLES
            ]
            self.fields["role"].help_text = _("Other roles are given by head office.")
