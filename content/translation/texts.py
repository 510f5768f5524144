"""What a piece says to its readers: comparable between two of its states, and counted."""

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import models
from django.db.models.functions import Cast
from wagtail.fields import StreamField
from wagtail.models import Revision
from wagtail_localize.fields import TranslatableField, get_translatable_fields

from content.models import EducationPage
from content.translation.comparing import Compared, compare

# wagtail-localize lets these be translated; a reader is told nothing by them.
NO_WORDS = frozenset({"slug", "code"})
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")

Words = dict[str, object]


@dataclass(frozen=True)
class Change:
    """A place of a piece that reads differently: the field's name, the lines before and after."""

    field: str
    before: list[str]
    after: list[str]

    @property
    def parts(self) -> Compared:
        return compare("\n".join(self.before), "\n".join(self.after))


def word_fields(model: type[EducationPage]) -> list[str]:
    """The names of the fields that hold words."""
    return [
        field.field_name
        for field in get_translatable_fields(model)
        if isinstance(field, TranslatableField) and field.field_name not in NO_WORDS
    ]


def words_of(page: EducationPage) -> Words:
    """What the (specific) page says as it is in memory."""
    return _taken(page.serializable_data(), type(page))


def words_in(revision: Revision, model: type[EducationPage]) -> Words:
    """What a page of that form said in the revision."""
    return _taken(revision.content, model)


def words_from_json(content: str, model: type[EducationPage]) -> Words:
    """What a page of that form said when it was written down so, by wagtail-localize say."""
    return _taken(json.loads(content), model)


def digest(words: Words) -> str:
    """A short name for exactly these words."""
    told = json.dumps(words, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def changes(then: Words | None, now: Words, model: type[EducationPage]) -> list[Change]:
    """Where the words differ, field by field; everything is new where nobody knows what was."""
    found = []
    for name in word_fields(model):
        label = str(model._meta.get_field(name).verbose_name)  # noqa: SLF001
        before = list(_lines((then or {}).get(name)))
        after = list(_lines(now.get(name)))
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        for kind, a, b, c, d in matcher.get_opcodes():
            if kind != "equal":
                found.append(Change(label, before[a:b], after[c:d]))
    return found


def characters(text: str) -> int:
    """The Chinese characters of a text (字数): what else there is is mostly carried over."""
    return sum(map(len, _HAN.findall(text)))


def lengths(pks: Iterable[int]) -> dict[int, int]:
    """The Chinese characters of each of these pages' words; one query a form of piece."""
    pks = list(pks)
    found: dict[int, int] = {}
    for model in EducationPage.__subclasses__() if pks else ():
        # By the page's own number: "pk" is a relation, and costs more to ask for a thousand times.
        rows = model.objects.filter(id__in=pks)
        for pk, *values in rows.values_list("pk", *map(_column, _fields(model))):
            found[pk] = characters(" ".join(map(_plain, values)))
    return found


def _plain(value: str | None) -> str:
    """Structured text in its own letters; names of blocks and numbers have none of ours."""
    if value and value.startswith(("[", "{")):
        with contextlib.suppress(ValueError):
            return json.dumps(json.loads(value), ensure_ascii=False)
    return value or ""


def _fields(model: type[EducationPage]) -> list[models.Field]:
    return [model._meta.get_field(name) for name in word_fields(model)]  # noqa: SLF001


def _column(field: models.Field) -> models.Expression:
    """Structured text is asked for as text: building its blocks is what costs."""
    if isinstance(field, StreamField):
        return Cast(field.name, models.TextField())
    return models.F(field.name)


def _taken(data: dict, model: type[EducationPage]) -> Words:
    return {name: _read(data.get(name)) for name in word_fields(model)}


def _read(value: object) -> object:
    """Structured text as what it holds, without the numbers of its blocks.

    PostgreSQL keeps the keys of JSON in another order, and an import numbers its blocks anew.
    """
    if isinstance(value, str) and value.startswith(("[", "{")):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    return _without_ids(value) if isinstance(value, list | dict) else value or ""


def _without_ids(value: object) -> object:
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    if isinstance(value, dict):
        return {
            key: _without_ids(item)
            for key, item in value.items()
            if not (key == "id" and "type" in value)
        }
    return value


def _lines(value: object) -> Iterator[str]:
    """The lines of text, however deep they stand."""
    if isinstance(value, str):
        yield from (line for line in value.splitlines() if line.strip())
    elif isinstance(value, list):
        for item in value:
            yield from _lines(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not (key == "type" and "value" in value):
                yield from _lines(item)
