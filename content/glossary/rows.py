"""A term as files know it: one row, whatever the format."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import translation

from content.models import GlossaryTerm

# Kazakh without a word on the script is China's; a text in the other script is told row by row.
_KAZAKH = ("哈萨克文", "哈萨克语", "kazakh")
# Column in a file, in English and in Chinese; the first is what an export writes.
COLUMNS: dict[str, tuple[str, ...]] = {
    "zh": ("中文", "zh", "zh-hans", "chinese", "术语", "中文术语"),
    "synonyms": ("其他中文说法", "synonyms", "同义词"),
    "not_within": ("排除", "not_within", "排除词"),
    "kk_arab": ("哈萨克文(阿拉伯字母)", "kk-arab", "kk_arab", "kk-cn", *_KAZAKH),
    "kk": ("哈萨克文(西里尔)", "kk", "kk-cyrl", "kk-kz"),
    "variants": ("也可用", "variants", "其他哈萨克文说法"),
    "notes": ("定义与备注", "notes", "备注", "definition", "note"),
    "subject": ("领域", "subject", "subjectfield"),
    "source": ("来源", "source"),
    "status": ("状态", "status"),
}
FIELDS = tuple(COLUMNS)

# More than any glossary of one subject holds, and little enough to be checked while one waits.
MOST_ROWS = 5000
MOST_BYTES = 8 * 1024 * 1024


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass
class TermRow:
    """What a file says of one term: only fields that it says something of.

    `number` is the row, or the entry, counted from one as the file's own program counts them.
    With `adds`, lists come on top of what stands; else they take its place.
    """

    number: int
    values: dict[str, str]
    adds: bool = False
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class TermFile:
    """The rows of a file, and what it held that has no place here: its name, and how often."""

    rows: list[TermRow]
    skipped: dict[str, int] = field(default_factory=dict)


def choice_of(text: str, choices) -> str | None:
    """The value of a choice that a file names by its value or its label, in either language."""
    wanted = text.strip().lower()
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for value, label in choices.choices:
                if wanted in (str(value).lower(), str(label).lower()):
                    return value
    return None


def label_of(value: str, choices) -> str:
    """What an export writes for a choice."""
    with translation.override("zh-hans"):
        return str(choices(value).label)


def columns_of(heading: Iterable[str]) -> list[str | None]:
    """The field of each column of a heading row; None where it has none here."""
    return [_column_of(cell) for cell in heading]


def _column_of(cell: str) -> str | None:
    """The field of a heading, however wide, spaced or explained in brackets it is."""
    heading = _plain(cell)
    if heading in _KNOWN:
        return _KNOWN[heading]
    rest = _KAZAKH_WORDS.sub("", _BRACKET_SIGNS.sub("", heading))
    scripts = [key for key, pattern in _SCRIPTS.items() if pattern.search(rest)]
    if len(scripts) == 1 and not _SCRIPTS[scripts[0]].sub("", rest):
        return scripts[0]
    bare = _BRACKETS.sub("", heading)
    # Kazakh with something else in brackets may be either script.
    return _KNOWN.get(bare) if bare != heading and _KAZAKH_WORDS.sub("", bare) else None


def _plain(cell: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", cell).lower())


_KNOWN = {_plain(name): key for key, names in COLUMNS.items() for name in names}
_BRACKETS = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]")
_BRACKET_SIGNS = re.compile(r"[()\[\]【】〔〕,，:：/·_-]")
_KAZAKH_WORDS = re.compile(
    "哈萨克|哈文|哈语|kazakh|qazaq|kk|语言|文字|字母|字|文|语|script|alphabet"
)
_SCRIPTS = {
    "kk_arab": re.compile("阿拉伯|老|arabic|arab"),
    "kk": re.compile("西里尔|斯拉夫|cyrillic|cyrl"),
}


def values_of(term: GlossaryTerm) -> dict[str, str]:
    """Everything that files say of a term."""
    return {name: getattr(term, name) for name in FIELDS}
