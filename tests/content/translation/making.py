"""Makers of translations in every state."""

from wagtail.models import Locale, Page
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from content.models import CaseWarningPage
from content.translation import starting


def locale(language: str = "kk-arab") -> Locale:
    return Locale.objects.get(language_code=language)


def begin(piece: CaseWarningPage, *languages: str) -> list[Translation]:
    """Begun as from the queue, in Arabic script unless other languages are named."""
    return starting.start(
        piece.translation_key, [locale(one) for one in languages or ("kk-arab",)], None
    )


def segments(translation: Translation) -> list[StringSegment]:
    rows = translation.source.stringsegment_set.select_related("string", "context")
    return list(rows.order_by("order", "pk"))


def translate(translation: Translation, upto: int | None = None, kind="manual") -> None:
    """Put words for the first so many segments, or for all of them."""
    for number, segment in enumerate(segments(translation)[:upto]):
        put(translation, segment, f"اۋدارما {number}", kind)


def put(translation: Translation, segment: StringSegment, text: str, kind="manual"):
    row, _created = StringTranslation.objects.update_or_create(
        translation_of=segment.string,
        context=segment.context,
        locale=translation.target_locale,
        defaults={"data": text, "translation_type": kind},
    )
    return row


def publish(page: Page) -> None:
    """As legal review does when it approves."""
    page = Page.objects.get(pk=page.pk).specific
    page.save_revision().publish()


def publish_version(translation: Translation) -> Page:
    """What is translated becomes the version's text and goes public, as approval does it."""
    translation.save_target(publish=False)
    page = translation.get_target_instance()
    page.get_latest_revision().publish()
    return page


def change_chinese(piece: CaseWarningPage, *, take_over: bool = True, **fields) -> None:
    """Publish the Chinese with other words, and bring them over to the translations or not."""
    piece = CaseWarningPage.objects.get(pk=piece.pk)
    for name, value in fields.items():
        setattr(piece, name, value)
    piece.save_revision().publish()
    if take_over:
        TranslationSource.objects.get(object_id=piece.translation_key).update_from_db()
