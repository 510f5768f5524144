"""Text as a reader of each language needs it: dates, lengths, foreign runs inside a line."""

import re
from datetime import date, datetime, timedelta

from babel.dates import format_date
from babel.numbers import format_decimal
from django import template
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from content.languages import ReaderLanguage, language_of
from content.markdown import render_markdown

register = template.Library()

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_OPEN, _CLOSE = "《〈「『【", "》〉」』】"
_WITHIN = rf"[{_HAN}{_OPEN}{_CLOSE}0-9A-Za-z、，。：；·\s]"
_HAN_RUN = rf"[{_OPEN}]*(?:[0-9A-Za-z][0-9A-Za-z·]*)?[{_HAN}](?:{_WITHIN}*[{_HAN}{_CLOSE}])?"
# Digits joined by signs, such as 3·15 or 400-123-4567: after Arabic letters they change places.
_NUMBER_RUN = r"\+?[0-9]+(?:[·.,:/+\-–—][0-9]+)+%?"
_FOREIGN_RUN = re.compile(rf"(?P<han>{_HAN_RUN})|(?P<number>{_NUMBER_RUN})")
# A whole tag, quoted attribute values included, so that text is never changed inside one.
_TAG = re.compile(r"""(<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>)""")


@register.filter
def reader_date(value: date | datetime | None, language: str | None = None) -> str:
    """A Beijing day in words: 2026年3月9日; 9-ناۋرىز، 2026; 2026 ж. 9 наурыз."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return format_date(value, "long", locale=language_of(language or get_language()).babel)


@register.filter
def reader_number(value: int | None, language: str | None = None) -> str:
    """A whole number as the language groups it: 9,449; 9 449 in Kazakh, in either script."""
    if value is None:
        return ""
    return format_decimal(value, locale=_number_locale(language_of(language or get_language())))


def _number_locale(reader: ReaderLanguage) -> str:
    """Both Kazakh scripts group digits alike; Babel's data for the Arabic one has no grouping."""
    return "kk_Cyrl" if reader.code == "kk-arab" else reader.babel


@register.filter
def last_day(ends_at: datetime) -> date:
    """The last Beijing day of a span that ends just before this instant."""
    return timezone.localdate(ends_at - timedelta(microseconds=1))


@register.filter
def clock_length(seconds: int | None) -> str:
    """A video's length for the eye: 3:07, 1:02:03."""
    minutes, rest = divmod(int(seconds or 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def iso_length(seconds: int | None) -> str:
    """A video's length for machines: PT187S."""
    return f"PT{int(seconds or 0)}S"


@register.filter
def markdown_text(text: str) -> SafeString:
    """Markdown as clean HTML."""
    return mark_safe(render_markdown(text))  # noqa: S308 render_markdown sanitises


@register.filter
def isolated(html: str, language: str | None = None) -> SafeString:
    """Text with what is foreign to its language set apart, so that nothing changes places.

    In Kazakh text a run of Chinese, such as a law's name, gets its own language, and a number with
    signs in it keeps its order. Chinese text stays as it is.
    """
    html = conditional_escape(html)
    if language_of(language or get_language()).code == "zh-hans":
        return html
    parts = _TAG.split(html)
    parts[::2] = [_FOREIGN_RUN.sub(_isolate, text) for text in parts[::2]]
    return mark_safe("".join(parts))  # noqa: S308 escaped above; only text between tags is wrapped


@register.filter
def outlined(html: str, top: int) -> SafeString:
    """Clean HTML whose headings begin at the level `top` and leave out none below it.

    An author picks headings by their size; a screen reader's user walks along their levels.
    """
    html = conditional_escape(html)
    used = sorted({int(level) for level in re.findall(r"<h([1-6])[\s>]", html)})
    level_of = {level: min(top + place, 6) for place, level in enumerate(used)}
    changed = re.sub(
        r"<(/?)h([1-6])(?=[\s>])", lambda tag: f"<{tag[1]}h{level_of[int(tag[2])]}", html
    )
    return mark_safe(changed)  # noqa: S308 escaped above; only the level of headings is changed


def _isolate(match: re.Match) -> str:
    if match["han"]:
        return f'<bdi lang="zh-Hans">{match["han"]}</bdi>'
    return f'<bdi dir="ltr">{match["number"]}</bdi>'
