"""What is said above the editor about a version's state."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from content.models import EducationPage, VersionRecord


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
