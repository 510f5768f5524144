"""A page that is a translation is edited at the desk; wagtail-localize's editor opens by name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import Translation

from content.models import EducationPage, HomePage, SectionPage
from content.translation import adapting, review
from content.translation.desk.views import DeskView, write_draft_in_words
from content.translation.review import translation_of

# Before wagtail-localize's own hook, which stands at 0.
ORDER = -10
# In the address: wagtail-localize's editor, where pictures and links are replaced.
FIELDS = "fields"


# wagtail-localize's actions in the same form that are answered elsewhere.
RESTART, TO_ALIAS = "localize-restart-translation", "localize-convert-to-alias"


def open_desk(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The hook before_edit_page; Wagtail has seen that the user may edit the page."""
    if page.alias_of_id or not issubclass(
        page.specific_class, EducationPage | HomePage | SectionPage
    ):
        return None
    if request.method == "POST" and RESTART in request.POST:
        return _begin_again(page)
    is_read = request.method in {"GET", "HEAD"}
    if (is_read and FIELDS in request.GET) or TO_ALIAS in request.POST:
        return None
    translation = translation_of(page)
    if translation is None:
        return None
    if is_read:
        return DeskView.as_view()(request, translation_id=translation.pk)
    return _save_fields(request, translation, page)


def _save_fields(request: HttpRequest, translation: Translation, page: Page) -> HttpResponse:
    """What the buttons of wagtail-localize's editor do: it writes the draft, and never publishes.

    wagtail-localize itself would write the page's row first, which the public reads.
    """
    fields = f"{reverse('wagtailadmin_pages:edit', args=[page.pk])}?{FIELDS}=1"
    standing = review.standing(page, request.user)
    if not standing.may_write:
        messages.error(request, standing.kept or _("You may read this page only."))
        return redirect(fields)
    if request.POST.get("action") == "publish":
        words = _(
            "Nothing was published: a version goes out after legal review. Submit it for review at"
            " the desk."
        )
        messages.error(request, words)
        return redirect("translation_desk:desk", translation.pk)
    message, level = write_draft_in_words(translation, request.user)
    messages.add_message(request, level, message)
    return redirect(fields)


def _begin_again(page: Page) -> HttpResponse | None:
    """An adapted version is made literal in the queue, which keeps what the queue knows of it."""
    if not adapting.adapted_among([page]):
        return None
    return redirect(
        "translation:literal", key=page.translation_key, language=page.locale.language_code
    )
