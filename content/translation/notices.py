"""What is said above the editor about a version's state, and the way to its other languages."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from content.models import EducationPage, VersionRecord
from content.translation.review import translation_of
from content.translation.together import approving, choosing, releases


def say_what_stands(request: HttpRequest, page: Page) -> None:
    """Before the editor opens, whichever editor that is."""
    if request.method != "GET" or not issubclass(page.specific_class or Page, EducationPage):
        return
    if VersionRecord.objects.stale().filter(pk=page.pk).exists():
        url = reverse("versions:changes", args=[page.pk])
        messages.warning(
            request,
            _("Out of date: the Chinese says something else by now."),
            buttons=[messages.button(url, _("What has changed"))],
        )
    url = reverse("versions:together", args=[page.pk])
    buttons = [messages.button(url, _("All languages"))]
    if release := releases.waiting_release_of(page.pk):
        text = _("Goes live together with its other languages. Whatever you change calls that off.")
        messages.info(request, f"{text} {release.problem}".strip(), buttons=buttons)
    elif approving.waits_for_others(page):
        text = _("Approved; it goes live together with its other languages as soon as they are.")
        messages.info(request, text, buttons=buttons)
    elif page.workflow_in_progress and _waits_once_approved(page):
        text = _(
            "It goes live together with its other languages: approved, it waits until they are."
        )
        messages.info(request, text, buttons=buttons)


def _waits_once_approved(page: Page) -> bool:
    """The desk says so itself, beside its own buttons."""
    return choosing.goes_together(page.translation_key) and translation_of(page) is None


def together_button(page: Page, user, view_name=None, next_url=None) -> Iterator[Button]:
    """In the editor's header and in the menu of a row."""
    if issubclass(page.specific_class or Page, EducationPage):
        url = reverse("versions:together", args=[page.pk])
        yield Button(_("Publish together"), url, icon_name="globe", priority=55)
