"""One script of Kazakh is made from the other: never from the Chinese.

What was made and not yet read is a StringTranslation of type "machine" whose tool is TOOL; reading
and confirming it makes it "manual". What a person wrote or confirmed is never overwritten here.
Language codes are compared whole: "kk" is not the beginning of "kk-arab".
"""

from collections.abc import Iterable

from django.db.models import QuerySet
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation

from content.kazakh import Certainty, Conversion, Script, convert
from content.translation.spelling import profile

TOOL = "kazakh-script"
# wagtail-localize writes a title's translation into the page's row, too: as long as its column.
TITLE, TITLE_LENGTH = "title", 255

_SIBLINGS = {"kk-arab": "kk", "kk": "kk-arab"}
_SCRIPTS = {"kk-arab": Script.ARAB, "kk": Script.CYRL}


def sibling_code(language: str) -> str | None:
    """The language that is the same in the other script; None for all that is not Kazakh."""
    return _SIBLINGS.get(language)


def converted(data: str, language: str) -> Conversion:
    """The stored text of the sibling in the script of that language.

    Raises KeyError for a language that is not Kazakh.
    """
    return convert(data, _SCRIPTS[language], profile())


def is_certain(conversion: Conversion) -> bool:
    """Whether no word of it may be read in two ways."""
    return all(word.certainty != Certainty.AMBIGUOUS for word in conversion.words)


def is_ours(row: StringTranslation | None) -> bool:
    """Whether the text was made by conversion and nobody has read it."""
    return bool(
        row
        and row.translation_type == StringTranslation.TRANSLATION_TYPE_MACHINE
        and row.tool_name == TOOL
    )


def fits(path: str, data: str) -> bool:
    """Whether a stored text has room at its place; only a title's is limited by a column."""
    return path != TITLE or len(data) <= TITLE_LENGTH


def write(row: StringTranslation | None, new: dict, data: str) -> StringTranslation:
    """Store a converted text; `new` says what it belongs to where there is no row yet."""
    row = row or StringTranslation(**new)
    row.data = data
    row.translation_type = StringTranslation.TRANSLATION_TYPE_MACHINE
    row.tool_name = TOOL
    row.last_translated_by = None
    row.has_error, row.field_error = False, ""
    row.save()
    return row


def follow(translation: Translation, written: Iterable[StringTranslation]) -> int:
    """Make anew in the other script what people wrote here; returns how many texts were made.

    Nothing happens where the page has no version in the other script. Call it within the
    transaction that wrote, under the lock of `saving.locked`.
    """
    code = sibling_code(translation.target_locale.language_code)
    rows = {(row.translation_of_id, row.context_id): row for row in written if not is_ours(row)}
    locale = _locale_of_version(translation, code) if rows else None
    if locale is None:
        return 0
    there = _there(locale, rows)
    made = 0
    for key, row in rows.items():
        old = there.get(key)
        if old and not is_ours(old):
            continue
        data = converted(row.data, code).text
        if (old and old.data == data) or not fits(row.context.path, data):
            continue
        new = {"translation_of_id": key[0], "context_id": key[1], "locale": locale}
        write(old, new, data)
        made += 1
    return made


def beside(translation: Translation, rows: Iterable[StringTranslation]) -> list[StringTranslation]:
    """What stands for the same texts in the other script, where there is a version in it."""
    code = sibling_code(translation.target_locale.language_code)
    locale = _locale_of_version(translation, code)
    keys = {(row.translation_of_id, row.context_id) for row in rows}
    return list(_there(locale, keys).values()) if locale else []


def forget(translation: Translation, keys: Iterable[tuple[int, int]]) -> None:
    """Take back what was made from texts that are no more."""
    code = sibling_code(translation.target_locale.language_code)
    wanted = set(keys)
    locale = _locale_of_version(translation, code) if wanted else None
    if locale is None:
        return
    for row in _there(locale, wanted).values():
        if is_ours(row):
            row.delete()


def _locale_of_version(translation: Translation, code: str | None) -> Locale | None:
    if code is None:
        return None
    version = (
        Translation.objects.filter(
            source_id=translation.source_id, target_locale__language_code=code, enabled=True
        )
        .select_related("target_locale")
        .first()
    )
    return version.target_locale if version else None


def _there(locale: Locale, keys: Iterable[tuple[int, int]]) -> dict[tuple, StringTranslation]:
    wanted = set(keys)
    rows: QuerySet[StringTranslation] = StringTranslation.objects.filter(
        locale=locale, context__in={context for _string, context in wanted}
    ).select_related("translation_of", "context")
    found = {(row.translation_of_id, row.context_id): row for row in rows}
    return {key: row for key, row in found.items() if key in wanted}
