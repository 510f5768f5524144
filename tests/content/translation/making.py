"""Makers of translated pages: a case, its versions, and texts at their places in every state."""

from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from content.models import CaseWarningPage
from content.translation import starting
from content.translation.segments import Segment, segments_of
from tests.factories import make_case

RICH = '<p>接到<b>陌生</b>来电,请<a href="https://a.example/">核实</a>。</p><p>拨打96110。</p>'
BODY = [
    ("case", {"heading": "怎么回事", "text": [("markdown", "李某接到电话。\n\n- 不转账 & 不怕")]}),
    ("risk_tips", {"heading": "", "text": [("paragraph", RICH)]}),
]


def locale(language: str = "kk-arab") -> Locale:
    return Locale.objects.get(language_code=language)


def make_translated(
    code: str = "fee", languages: tuple[str, ...] = ("kk-arab", "kk"), **fields
) -> CaseWarningPage:
    """A Chinese case, live or not, that wagtail-localize's own form has handed to translators."""
    original = make_case(code, **({"body": BODY} | fields))
    source, _created = TranslationSource.update_or_create_from_instance(original)
    for language in languages:
        original.copy_for_translation(locale(language))
        Translation.objects.create(source=source, target_locale=locale(language))
    return original


def begin(piece: CaseWarningPage, *languages: str) -> list[Translation]:
    """Begun as from the queue, in Arabic script unless other languages are named."""
    return starting.start(
        piece.translation_key, [locale(one) for one in languages or ("kk-arab",)], None
    )


def translation_into(original: Page, language: str) -> Translation:
    return Translation.objects.select_related("source", "target_locale").get(
        source__object=original.translation_key, target_locale__language_code=language
    )


def segments(translation: Translation) -> list[StringSegment]:
    """The texts as wagtail-localize keeps them."""
    rows = translation.source.stringsegment_set.select_related("string", "context")
    return list(rows.order_by("order", "pk"))


def text_at(translation: Translation, chinese: str) -> Segment:
    """The segment whose source begins so, as typed."""
    return next(one for one in segments_of(translation) if one.source_box.startswith(chinese))


def put(
    translation: Translation,
    segment: StringSegment | Segment,
    text: str,
    kind: str = "manual",
    **fields,
) -> StringTranslation:
    """Put a translation into wagtail-localize's table, as any tool may."""
    row, _created = StringTranslation.objects.update_or_create(
        translation_of_id=segment.string_id,
        context_id=segment.context_id,
        locale=translation.target_locale,
        defaults={"data": text, "translation_type": kind, "tool_name": "", **fields},
    )
    return row


def put_at(translation: Translation, chinese: str, text: str, **fields) -> StringTranslation:
    """The same for the segment whose source begins so."""
    return put(translation, text_at(translation, chinese), text, **fields)


def translate(translation: Translation, upto: int | None = None, **fields) -> None:
    """Something for the first so many segments, or for all of them; marks are kept."""
    for number, segment in enumerate(segments(translation)[:upto]):
        data = segment.string.data
        put(translation, segment, data if "<" in data else f"ءماتىن 96110 {number}", **fields)


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


def change(piece: CaseWarningPage, **fields) -> None:
    """Publish the Chinese with other words; the translations are given them with it."""
    piece = CaseWarningPage.objects.get(pk=piece.pk)
    for name, value in fields.items():
        setattr(piece, name, value)
    piece.save_revision().publish()
