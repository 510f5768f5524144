"""A term as files know it: one row, whatever the format."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import translation

from content.models import GlossaryTerm

# Column in a file, in English and in Chinese; the first is what an export writes.
COLUMNS: dict[str, tuple[str, ...]] = {
    "zh": ("中文", "zh", "zh-hans", "chinese", "术语", "中文术语"),
    "synonyms": ("其他中文说法", "synonyms", "同义词"),
    "not_within": ("排除", "not_within", "排除词"),
    "kk_arab": ("哈萨克文(阿拉伯字母)", "kk-arab", "kk_arab", "哈萨克文（阿拉伯字母）", "kk-cn"),
    "kk": ("哈萨克文(西里尔)", "kk", "kk-cyrl", "哈萨克文（西里尔）", "kk-kz"),
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
    known = {name.lower(): key for key, names in COLUMNS.items() for name in names}
    return [known.get(cell.strip().lower()) for cell in heading]


def values_of(term: GlossaryTerm) -> dict[str, str]:
    """Everything that files say of a term."""
    return {name: getattr(term, name) for name in FIELDS}
