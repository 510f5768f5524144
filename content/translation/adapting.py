"""Adapted versions (改编): the same lesson by another example, instead of a literal translation.

An adapted version is a page of its own, edited in Wagtail's editor. It stays a version of the piece
(the translation key) and is judged against the Chinese by dates, like every page written by hand.
"""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from content.models import EducationPage, TranslationWork
from content.translation.assigning import work_of
from content.translation.drafts import write_draft
from content.translation.starting import CannotStart, start

ADAPTED, LITERAL = "content.translation.adapt", "content.translation.literal"


class CannotAdapt(Exception):  # noqa: N818 it is said to people, not raised at programmers
    """Nothing was changed; the message says why."""


@transaction.atomic
def adapt(translation_key: UUID, locale: Locale, reason: str, user) -> EducationPage:
    """Make the version in that language a page of its own; it is begun where there is none.

    What is translated so far becomes the page's draft, and stays in the segments as well. Raises
    CannotAdapt.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise CannotAdapt(_("Say why this version is adapted."))
    work = work_of((translation_key, locale))
    translation = _translation(translation_key, locale)
    if work.is_adapted and not (translation and translation.enabled):
        raise CannotAdapt(_("This version is adapted already."))
    try:
        if translation and translation.enabled:
            write_draft(translation, user)
        elif not _version(translation_key, locale):
            [translation] = start(translation_key, [locale], user)
    except CannotStart as refusal:
        raise CannotAdapt(str(refusal)) from refusal
    except ValidationError as error:
        raise CannotAdapt(" ".join(error.messages)) from error
    if translation:
        translation.enabled = False
        translation.save(update_fields=["enabled"])
    work.adapted_reason, work.adapted_by, work.adapted_at = reason[:300], user, timezone.now()
    work.save()
    page = _version(translation_key, locale)
    for instance in (work, page):
        log(instance, ADAPTED, user=user, data={"reason": work.adapted_reason})
    return page


@transaction.atomic
def make_literal(translation_key: UUID, locale: Locale, user) -> EducationPage:
    """Translate segment by segment again, with the translations there were and today's Chinese.

    The adapted text stays what readers see, and in the page's history, until the translation is
    saved and published. A page that never was a translation stays one written by hand. Raises
    CannotAdapt.
    """
    work = work_of((translation_key, locale))
    if not work.is_adapted:
        raise CannotAdapt(_("This version is not adapted."))
    page = _version(translation_key, locale)
    if page is None:
        raise CannotAdapt(_("The version is not there any more."))
    if translation := _translation(translation_key, locale):
        original = translation.source.get_source_instance()
        if original.live:
            TranslationSource.update_or_create_from_instance(original)
        translation.enabled = True
        translation.save(update_fields=["enabled"])
    reason = work.adapted_reason
    work.adapted_reason, work.adapted_by, work.adapted_at = "", None, None
    work.save()
    for instance in (work, page):
        log(instance, LITERAL, user=user, data={"reason": reason})
    return page


def with_adapted(pages: QuerySet) -> QuerySet:
    """The same pages, each with `is_adapted_version`."""
    return pages.annotate(
        is_adapted_version=Exists(
            TranslationWork.objects.filter(
                translation_key=OuterRef("translation_key"),
                locale_id=OuterRef("locale_id"),
                adapted_at__isnull=False,
            )
        )
        & ~Exists(
            Translation.objects.filter(
                source__object_id=OuterRef("translation_key"),
                target_locale_id=OuterRef("locale_id"),
                enabled=True,
            )
        )
    )


def adapted_among(pages: Iterable[EducationPage]) -> dict[int, str]:
    """Why those of the pages that are adapted are so, by the page's number; two queries."""
    found = with_adapted(EducationPage.objects.filter(pk__in=[page.pk for page in pages]))
    keys = dict(found.filter(is_adapted_version=True).values_list("pk", "translation_key"))
    if not keys:
        return {}
    works = TranslationWork.objects.filter(translation_key__in=keys.values())
    reasons = {(row.translation_key, row.locale_id): row.adapted_reason for row in works}
    return {
        page.pk: reasons.get((page.translation_key, page.locale_id), "")
        for page in pages
        if page.pk in keys
    }


def _translation(translation_key: UUID, locale: Locale) -> Translation | None:
    rows = Translation.objects.select_for_update(of=("self",)).select_related("source")
    return rows.filter(source__object_id=translation_key, target_locale=locale).first()


def _version(translation_key: UUID, locale: Locale) -> EducationPage | None:
    found = EducationPage.objects.filter(
        translation_key=translation_key, locale=locale, alias_of=None
    ).first()
    return found and found.specific
