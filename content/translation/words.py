"""How much text a piece holds, and whether its words are those that were taken over.

Read for many pieces at once: one query a form of piece.
"""

import json
import re
from collections.abc import Iterable

from django.db import models
from django.db.models.functions import Cast
from wagtail.fields import StreamField
from wagtail_localize.fields import TranslatableField, get_translatable_fields

from content.models import EducationPage

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


def characters(text: str) -> int:
    """The Chinese characters of a text (字数): what else there is is mostly carried over."""
    return len(_HAN.findall(text))


def words_of(pks: Iterable[int]) -> dict[int, dict[str, object]]:
    """What is to be translated of each of these pages, by field; structured text as it holds."""
    pks = list(pks)
    found: dict[int, dict[str, object]] = {}
    if not pks:
        return found
    for model in EducationPage.__subclasses__():
        names = _names(model)
        for row in model.objects.filter(pk__in=pks).values("pk", **_columns(model, names)):
            pk = row.pop("pk")
            found[pk] = {name: _read(row[f"{name}_words"]) for name in names}
    return found


def _names(model: type[EducationPage]) -> list[str]:
    return [
        field.field_name
        for field in get_translatable_fields(model)
        if isinstance(field, TranslatableField)
    ]


def _columns(model: type[EducationPage], names: list[str]) -> dict:
    """Structured text is asked for as text: building its blocks is what costs."""
    return {
        f"{name}_words": Cast(name, models.TextField())
        if isinstance(model._meta.get_field(name), StreamField)  # noqa: SLF001
        else models.F(name)
        for name in names
    }


def _read(value: object) -> object:
    """Structured text as what it holds: databases keep the keys of JSON in different orders."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def are_those(now: dict[str, object], then: dict[str, object]) -> bool:
    """Whether a page's words are those that a stored copy of the page has."""
    return all(_read(then.get(name)) == value for name, value in now.items())


def length(words: dict[str, object]) -> int:
    """The Chinese characters of a page's words."""
    return sum(_length(value) for value in words.values())


def _length(value: object) -> int:
    if isinstance(value, str):
        return characters(value)
    if isinstance(value, dict):
        return sum(_length(part) for part in value.values())
    if isinstance(value, list):
        return sum(map(_length, value))
    return 0
