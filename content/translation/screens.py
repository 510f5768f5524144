"""What the screens of translation share: who may come in, where they are, which rows they mean."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic.base import ContextMixin
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Locale

from content.templatetags.titles import bdi
from content.translation import rights
from content.translation.queue import find
from content.translation.standing import Standing

MOST_ROWS = 200


class QueueScreen(WagtailAdminTemplateMixin, ContextMixin):
    """A page for whoever works on pages; `must_translate`: for whoever may translate."""

    header_icon = "wagtail-localize-language"
    _show_breadcrumbs = True
    must_translate = False

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        ask = rights.ask_to_translate if self.must_translate else rights.ask_to_see
        ask(request.user)
        return super().dispatch(request, *args, **kwargs)

    def trail(self) -> list[dict]:
        """The steps between the home page and this one."""
        return [{"url": reverse("translation:queue"), "label": _("Translation queue")}]

    def get_breadcrumbs_items(self) -> list[dict]:
        about = self.get_page_subtitle()
        here = {"url": "", "label": self.get_page_title(), "sublabel": about and bdi(about)}
        return [*super().get_breadcrumbs_items(), *self.trail(), here]


def standing_or_404(key: UUID, language: str) -> Standing:
    """One piece in one language; Http404 where there is no such row."""
    found = find(key, language)
    if found is None:
        raise Http404
    return found


def own_pairs(values: list[str], user) -> list[tuple[UUID, Locale]]:
    """The rows that a form names, without what is none and without languages that are not the
    user's. Raises Http404 when more are named than a page has."""
    if len(values) > MOST_ROWS:
        raise Http404
    locales = {locale.language_code: locale for locale in rights.locales_of(user)}
    pairs = {}
    for value in values:
        key, _colon, language = value.partition(":")
        try:
            pair = UUID(key), locales[language]
        except (ValueError, KeyError):
            continue
        pairs[pair[0], pair[1].pk] = pair
    return list(pairs.values())
