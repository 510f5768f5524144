"""Starting a translation: the Chinese text is taken over, and a draft made in each language."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from content.models import EducationPage
from content.translation.rights import SOURCE_LANGUAGE


class CannotStart(Exception):  # noqa: N818 it is said to people, not raised at programmers
    """A translation cannot be started; the message names the piece and why."""


def start(translation_key: UUID, locales: Iterable[Locale], user) -> list[Translation]:
    """Start it in those of the languages that have no version yet; all of them, or none.

    What is taken over is the published text; of a piece that was never published, the revision that
    lies before legal review. (wagtail-localize by itself takes the row of the page's table, which
    for an unpublished piece is its very first save.) The versions are drafts whatever the Chinese
    is: they go through legal review themselves. Raises CannotStart.
    """
    original = _original(translation_key)
    missing = _without_version(original, locales)
    if not missing:
        return []
    try:
        with transaction.atomic():
            source, _created = TranslationSource.update_or_create_from_instance(
                original if original.live else original.get_latest_revision_as_object()
            )
            return [_begin(source, locale, user) for locale in missing]
    except ValidationError as error:
        text = _("“%(title)s” cannot be translated as it is: %(problem)s") % {
            "title": original.title,
            "problem": " ".join(error.messages),
        }
        raise CannotStart(text) from error


def _original(translation_key: UUID) -> EducationPage:
    found = EducationPage.objects.filter(
        translation_key=translation_key, locale__language_code=SOURCE_LANGUAGE
    ).first()
    if found is None:
        raise CannotStart(_("The Chinese piece is not there any more."))
    if not (found.live or found.workflow_in_progress):
        text = _("“%(title)s” is neither published in Chinese nor in legal review.")
        raise CannotStart(text % {"title": found.title})
    return found.specific


def _without_version(original: EducationPage, locales: Iterable[Locale]) -> list[Locale]:
    """A version written by hand stays: starting over it would put Chinese in its place."""
    taken = set(
        EducationPage.objects.filter(
            translation_key=original.translation_key, alias_of=None
        ).values_list("locale_id", flat=True)
    )
    return [locale for locale in locales if locale.pk not in taken]


def _begin(source: TranslationSource, locale: Locale, user) -> Translation:
    translation, _created = Translation.objects.update_or_create(
        source=source, target_locale=locale, defaults={"enabled": True}
    )
    translation.save_target(user=user, publish=False)
    return translation
