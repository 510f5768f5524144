"""Screens of adapted versions: asking why, going back, and what the page's editor says."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Locale, Page

from content.models import EducationPage
from content.translation import adapting, rights
from content.translation.screens import QueueScreen, standing_or_404


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is adapted"),
        max_length=300,
        widget=forms.TextInput,
        help_text=gettext_lazy("Such as: herders know livestock loans, not wealth management."),
    )


class ScriptScreen(QueueScreen, FormView):
    """A question about one piece in one of the user's languages."""

    must_translate = True

    def get_page_subtitle(self) -> str:
        return self.standing.title

    @cached_property
    def standing(self):
        return standing_or_404(self.kwargs["key"], self.kwargs["language"])

    @cached_property
    def locale(self) -> Locale:
        own = {one.language_code: one for one in rights.locales_of(self.request.user)}
        if self.kwargs["language"] not in own:
            raise Http404
        return own[self.kwargs["language"]]

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            row=self.standing, language_name=self.locale.get_display_name(), **kwargs
        )

    def back(self) -> HttpResponse:
        return redirect(
            "translation:piece", key=self.kwargs["key"], language=self.kwargs["language"]
        )


class AdaptView(ScriptScreen):
    """Asks why, then opens the page in the usual editor."""

    template_name = "content/admin/translation/adapt.html"
    page_title = gettext_lazy("Make an adapted version")
    form_class = ReasonForm

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        key: UUID = self.kwargs["key"]
        try:
            page = adapting.adapt(key, self.locale, form.cleaned_data["reason"], self.request.user)
        except adapting.CannotAdapt as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("This version is a page of its own now."))
        return redirect("wagtailadmin_pages:edit", page.pk)


class LiteralView(ScriptScreen):
    """Asks before the version is translated segment by segment again."""

    template_name = "content/admin/translation/literal.html"
    page_title = gettext_lazy("Back to a literal translation")
    form_class = forms.Form

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            adapting.make_literal(self.kwargs["key"], self.locale, self.request.user)
        except adapting.CannotAdapt as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, _("This version is a literal translation again."))
        return self.back()


@hooks.register("before_edit_page", order=-1)
def say_that_it_is_adapted(request: HttpRequest, page: Page) -> None:
    """Name the reason above the editor, and lead to the Chinese."""
    if request.method != "GET" or not isinstance(page, EducationPage):
        return
    reason = adapting.adapted_among([page]).get(page.pk)
    if reason is None:
        return
    page.is_adapted_version = True
    original = EducationPage.objects.filter(
        translation_key=page.translation_key, locale__language_code=rights.SOURCE_LANGUAGE
    ).first()
    messages.info(
        request,
        format_html(
            '{} <a href="{}" target="_blank">{}</a> <a href="{}">{}</a>',
            _("Adapted version: %(reason)s") % {"reason": reason},
            reverse("wagtailadmin_pages:edit", args=[original.pk]) if original else "#",
            _("The Chinese piece"),
            reverse("translation:piece", args=[page.translation_key, page.locale.language_code]),
            _("Translation queue"),
        ),
    )


@hooks.register("construct_explorer_page_queryset")
def mark_adapted(parent_page: Page, pages, request: HttpRequest):
    """Listings say which pages are adapted, without a query for each."""
    return adapting.with_adapted(pages)
