"""Situations of a translated page for tests: a case, its versions, and texts at their places."""

from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from content.models import CaseWarningPage
from content.translation.segments import Segment, segments_of
from tests.factories import make_case

RICH = '<p>接到<b>陌生</b>来电,请<a href="https://a.example/">核实</a>。</p><p>拨打96110。</p>'
BODY = [
    ("case", {"heading": "怎么回事", "text": [("markdown", "李某接到电话。\n\n- 不转账 & 不怕")]}),
    ("risk_tips", {"heading": "", "text": [("paragraph", RICH)]}),
]


def make_translated(
    code: str = "fee", languages: tuple[str, ...] = ("kk-arab", "kk"), **fields
) -> CaseWarningPage:
    """A live Chinese case with drafts in these languages that wagtail-localize translates."""
    original = make_case(code, **({"body": BODY} | fields))
    for language in languages:
        submit_for_translation(original, language)
    return original


def submit_for_translation(original: Page, language: str) -> Translation:
    """What wagtail-localize's own form does: a copy in the other tree, and its record."""
    locale = Locale.objects.get(language_code=language)
    source, _created = TranslationSource.update_or_create_from_instance(original)
    if not original.has_translation(locale):
        original.copy_for_translation(locale)
    return Translation.objects.get_or_create(source=source, target_locale=locale)[0]


def translation_into(original: Page, language: str) -> Translation:
    return Translation.objects.select_related("source", "target_locale").get(
        source__object=original.translation_key, target_locale__language_code=language
    )


def change(original: Page, **fields) -> None:
    """Publish the Chinese with other words, and take them over into the segments."""
    for name, value in fields.items():
        setattr(original, name, value)
    original.save_revision().publish()
    TranslationSource.update_or_create_from_instance(original)


def text_at(translation: Translation, chinese: str) -> Segment:
    """The segment whose source begins so, as typed."""
    return next(one for one in segments_of(translation) if one.source_box.startswith(chinese))


def translate(translation: Translation, chinese: str, data: str, **fields) -> StringTranslation:
    """Put a translation into wagtail-localize's table, as any tool may."""
    segment = text_at(translation, chinese)
    row, _created = StringTranslation.objects.update_or_create(
        translation_of_id=segment.string_id,
        context_id=segment.context_id,
        locale=translation.target_locale,
        defaults={"data": data, "translation_type": "manual", "tool_name": "", **fields},
    )
    return row


def translate_all(translation: Translation, text: str = "ءماتىن 96110", **fields) -> None:
    """Something in every segment, its marks kept."""
    for segment in segments_of(translation):
        data = segment.source if segment.is_rich and "<" in segment.source else text
        StringTranslation.objects.update_or_create(
            translation_of_id=segment.string_id,
            context_id=segment.context_id,
            locale=translation.target_locale,
            defaults={"data": data, "translation_type": "manual", "tool_name": "", **fields},
        )
