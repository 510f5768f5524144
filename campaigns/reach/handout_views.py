"""The screen of a handout, made to be printed, and the way to it from a piece."""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from campaigns.reach import handouts, languages
from campaigns.regions.forms import RegionChoiceField
from campaigns.regions.models import Region
from campaigns.regions.scope import visible_paths
from content.languages import language_of
from content.models import EducationPage


class ChoiceForm(forms.Form):
    """Whose order and short links, and which languages."""

    region = RegionChoiceField(label=gettext_lazy("Region"), to_field_name="code", empty_label=None)
    language = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, regions, codes: list[str], **kwargs) -> None:
        super().__init__(**kwargs)
        self.fields["region"].queryset = regions
        self.fields["language"].choices = [(code, languages.name_of(code)) for code in codes]


@require_safe
def handout(request: HttpRequest, pk: int) -> HttpResponse:
    """?region=CODE says whose it is (empty: the own), ?language=CODE, repeated, what stands on it.

    Answers 404 for a region that is not the user's.
    """
    if not handouts.may_print(request.user):
        raise PermissionDenied
    page = get_object_or_404(EducationPage, pk=pk)
    regions = Region.objects.active().visible_to(request.user)
    region = _region(request, regions)
    versions = handouts.public_versions(page, region)
    public = [version.language for version in versions]
    asked = request.GET.getlist("language")
    chosen = [code for code in public if code in asked] or public
    parts = handouts.parts_of([one for one in versions if one.language in chosen], region)
    return render(
        request,
        "campaigns/reach/handout.html",
        {
            "screen": language_of(get_language()),
            "form": ChoiceForm(regions, public, initial={"region": region, "language": chosen}),
            "region": region,
            "parts": parts,
            "left_out": _names(code for code in dict.fromkeys(asked) if code not in public),
            "unlinked": _names(part.page.language for part in parts if not part.link),
            "may_link": request.user.has_perm("campaigns.add_trackedlink"),
            # No drawings of the public site: they are for the screen.
            "plain": True,
        },
    )


def _region(request: HttpRequest, regions) -> Region | None:
    if code := request.GET.get("region", "").strip():
        return get_object_or_404(regions, code=code)
    return regions.filter(path__in=visible_paths(request.user)).first() or regions.first()


def _names(codes) -> str:
    return "、".join(languages.name_of(code)[:24] for code in codes)


def print_button(page: Page, user, view_name=None, next_url=None) -> Iterator[Button]:
    """In the editor's header and in the menu of a row."""
    if issubclass(page.specific_class or Page, EducationPage) and handouts.may_print(user):
        url = reverse("campaigns_admin:handout", args=[page.pk])
        yield Button(_("Print a handout"), url, icon_name="doc-full", priority=56)
