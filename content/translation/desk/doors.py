"""wagtail-localize's own addresses, where the house has a door of its own.

Each of these stands before wagtail-localize's view of the same address. What would put a text
before the public without legal review, or write over what a person wrote, is closed and says where
to go instead; the rest is let through, under the desk's rights and lock.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.views import edit_translation, submit_translations
from wagtail_localize.views.update_translations import UpdateTranslationsView

from content.models import EducationPage
from content.translation import review, rights, sibling
from content.translation.desk.views import found
from content.translation.saving import locked

# Before wagtail-localize's own addresses, whose hook stands at 0.
ORDER = -10


def _ask_to_edit(user, page: Page) -> None:
    """Raises PermissionDenied, as wagtail-localize does."""
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied


def _refusal(request: HttpRequest, page: Page) -> JsonResponse | None:
    """What keeps the user from writing this version now, as wagtail-localize's editor takes it."""
    _ask_to_edit(request.user, page)
    standing = review.standing(page, request.user)
    if standing.may_write:
        return None
    return JsonResponse({"error": standing.kept or _("You may read this page only.")}, status=409)


def string(request: HttpRequest, translation_id: int, string_segment_id: int) -> HttpResponse:
    """One text in wagtail-localize's editor: not under review, and the other script follows."""
    translation, page = found(translation_id)
    if refusal := _refusal(request, page):
        return refusal
    segment = get_object_or_404(StringSegment, pk=string_segment_id, source=translation.source_id)
    try:
        with locked(translation):
            response = edit_translation.edit_string_translation(
                request, translation_id, string_segment_id
            )
            _follow(translation, (segment.string_id, segment.context_id))
    except MultiValueDictKeyError:
        return _without_value()
    return response


def _follow(translation: Translation, key: tuple[int, int]) -> None:
    row = (
        StringTranslation.objects.filter(
            translation_of=key[0], context=key[1], locale=translation.target_locale_id
        )
        .select_related("context")
        .first()
    )
    if row:
        sibling.follow(translation, [row])
    else:
        sibling.forget(translation, [key])


def override(
    request: HttpRequest, translation_id: int, overridable_segment_id: int
) -> HttpResponse:
    """A picture or a link of its own: not while the version is under review."""
    _translation, page = found(translation_id)
    if refusal := _refusal(request, page):
        return refusal
    try:
        return edit_translation.edit_override(request, translation_id, overridable_segment_id)
    except MultiValueDictKeyError:
        return _without_value()


def _without_value() -> JsonResponse:
    return JsonResponse({"error": _("The form lacks the field “value”.")}, status=400)


@require_POST
def upload_pofile(request: HttpRequest, translation_id: int) -> HttpResponse:
    """wagtail-localize imports without a preview, and without asking whether marks are whole."""
    translation, page = found(translation_id)
    _ask_to_edit(request.user, page)
    messages.info(request, _("Nothing was imported: send the file here, and look at the preview."))
    address = reverse("translation:po_upload")
    if isinstance(page, EducationPage):
        language = translation.target_locale.language_code
        address += f"?key={translation.source.object_id}&language={language}"
    return redirect(address)


@require_POST
def stop(request: HttpRequest, translation_id: int) -> HttpResponse:
    """A piece that is no longer translated text by text is an adapted one, and says why."""
    translation, page = found(translation_id)
    _ask_to_edit(request.user, page)
    if not isinstance(page, EducationPage):
        return edit_translation.stop_translation(request, translation_id)
    messages.info(request, _("Translating stops where a version is adapted: say why."))
    return redirect(
        "translation:adapt",
        key=translation.source.object_id,
        language=translation.target_locale.language_code,
    )


def convert_to_alias(request: HttpRequest, page_id: int) -> HttpResponse:
    """An alias shows the Chinese to Kazakh readers at once, and forgets the translation."""
    page = get_object_or_404(Page, pk=page_id, alias_of=None)
    _ask_to_edit(request.user, page)
    messages.error(
        request,
        _(
            "A version does not become a copy of the Chinese: readers would see it at once, without"
            " review. Ask a reviewer to take the version down instead."
        ),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def submit_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """A piece is begun in the queue, from the text that is published or lies before review."""
    page = EducationPage.objects.filter(pk=page_id).select_related("locale").first()
    if page is None or page.locale.language_code != rights.SOURCE_LANGUAGE:
        return submit_translations.SubmitPageTranslationView.as_view()(request, page_id=page_id)
    rights.ask_to_translate(request.user)
    messages.info(request, _("A translation is begun here."))
    own = rights.locales_of(request.user)
    if not own:
        return redirect("translation:queue")
    return redirect("translation:piece", key=page.translation_key, language=own[0].language_code)


class UpdateView(UpdateTranslationsView):
    """Brings the Chinese over into the segments, and never publishes: versions go out together."""

    def get_form(self) -> forms.Form:
        form = super().get_form()
        publish = form.fields["publish_translations"]
        # Not offered, and "no" whatever is sent.
        publish.disabled, publish.widget = True, forms.HiddenInput()
        return form


def report(request: HttpRequest) -> HttpResponse:
    """wagtail-localize's list of translations answers any login; the queue is ours of the same."""
    rights.ask_to_see(request.user)
    return redirect("translation:queue")


def snippets(request: HttpRequest, **named: str) -> HttpResponse:
    """No snippet of ours is translated, and this list would show any of them to any login."""
    rights.ask_to_see(request.user)
    raise Http404


_OF_TRANSLATION = "localize/translate/<int:translation_id>"
urlpatterns = [
    path("localize/submit/page/<int:page_id>/", submit_page, name="submit"),
    path("localize/update/<int:translation_source_id>/", UpdateView.as_view(), name="update"),
    path(f"{_OF_TRANSLATION}/strings/<int:string_segment_id>/edit/", string, name="string"),
    path(
        f"{_OF_TRANSLATION}/overrides/<int:overridable_segment_id>/edit/",
        override,
        name="override",
    ),
    path(f"{_OF_TRANSLATION}/pofile/upload/", upload_pofile, name="upload_pofile"),
    path(f"{_OF_TRANSLATION}/disable/", stop, name="stop"),
    path("localize/page/<int:page_id>/convert_to_alias/", convert_to_alias, name="to_alias"),
    path("localize/reports/translations/", report, name="report"),
    path("localize/reports/translations/results/", report, name="report_results"),
    path("localize/api/snippets/<path:rest>", snippets, name="snippets"),
]
