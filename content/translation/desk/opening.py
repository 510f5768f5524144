"""A page that is a translation is edited at the desk; wagtail-localize's editor opens by name."""

from django.http import HttpRequest, HttpResponse
from wagtail.models import Page

from content.models import EducationPage, HomePage, SectionPage
from content.translation.desk.views import DeskView
from content.translation.review import translation_of

# Before wagtail-localize's own hook, which stands at 0.
ORDER = -10
# In the address: wagtail-localize's editor, where pictures and links are replaced.
FIELDS = "fields"


def open_desk(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The hook before_edit_page; Wagtail has seen that the user may edit the page."""
    if request.method not in {"GET", "HEAD"} or FIELDS in request.GET or page.alias_of_id:
        return None
    if not issubclass(page.specific_class, EducationPage | HomePage | SectionPage):
        return None
    translation = translation_of(page)
    if translation is None:
        return None
    return DeskView.as_view()(request, translation_id=translation.pk)
