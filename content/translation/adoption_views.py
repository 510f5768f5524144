"""The screen that takes a version written by hand over into the translation desk."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from content.languages import language_of
from content.models import EducationPage
from content.translation import review
from content.translation.adapting_views import ScriptScreen
from content.translation.adoption import Adoption, adopt, compare


class AdoptView(ScriptScreen):
    """Shows which texts lie beside which, then takes them over and opens the desk."""

    template_name = "content/admin/translation/adopt.html"
    page_title = gettext_lazy("Take over into the translation desk")
    form_class = forms.Form

    @cached_property
    def version(self) -> EducationPage:
        """Written by hand and not adapted; Http404 for every other."""
        row = self.standing
        if not row.version_pk or row.translation_pk or row.is_adapted:
            raise Http404
        return EducationPage.objects.select_related("locale").get(pk=row.version_pk).specific

    @cached_property
    def original(self) -> EducationPage:
        return EducationPage.objects.get(pk=self.standing.original_pk).specific

    @cached_property
    def adoption(self) -> Adoption:
        return compare(self.original, self.version)

    @cached_property
    def refusal(self) -> str:
        """Why it cannot be taken over now; empty where it can."""
        if self.standing.is_older:
            return _(
                "The Chinese was changed after this version: bring the version up to date in its"
                " editor first. Taken over as it is, old texts would pass for translations of new"
                " ones."
            )
        if not self.adoption.matched:
            return _(
                "No text of this version stands at the place of a Chinese text: there is nothing to"
                " take over. Keep it as it is, or make it an adapted version."
            )
        standing = review.standing(self.version, self.request.user)
        if not standing.may_write:
            return standing.kept or _("You may read this page only.")
        return ""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.request = request
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            version=self.version,
            adoption=self.adoption,
            total=len(self.adoption.pairs),
            unmatched=[pair.source for pair in self.adoption.pairs if not pair.is_matched],
            refusal=self.refusal,
            language=language_of(self.locale.language_code),
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        version = self.version
        if self.refusal:
            messages.error(self.request, self.refusal)
            return self.back()
        done = adopt(self.original, version, self.request.user)
        words = _("%(matched)s of %(total)s texts were taken over.")
        told = {"matched": done.matched, "total": len(done.pairs)}
        messages.success(self.request, words % told)
        return redirect("wagtailadmin_pages:edit", version.pk)
