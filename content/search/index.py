"""The index of the search: what of a thing is kept, and keeping it up to date."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from modelsearch.backends.base import BaseIndex, get_model_root
from modelsearch.index import AutocompleteField, RelatedFields, SearchField
from wagtail.models import Page

from content.models import EducationPage, SearchEntry, SearchWord
from content.models.search import entry_key
from content.search import texts, vocabulary
from content.search.tokens import text_tokens, title_tokens

# Raise it when entries have to be made anew: `prepare` then does so.
SHAPE = 3
# Of longer texts the beginning is found.
LONGEST_TEXT = 60_000


class Index(BaseIndex):
    """Wagtail's door to the index."""

    # A rebuild learns all words at its end, in one go.
    learns_words = True

    def add_items(self, model: type[models.Model], items: Iterable[models.Model]) -> None:
        """Index these things of one model."""
        items = list(items)
        if items and model.get_search_fields():
            with transaction.atomic():
                public = keep(model, items)
                if self.learns_words:
                    vocabulary.learn(public)

    def delete_item(self, item: models.Model) -> None:
        """Forget a thing."""
        with transaction.atomic():
            forget(SearchEntry.objects.filter(pk=entry_key(_root(type(item)).pk, item.pk)))

    def reset(self) -> None:
        """Forget everything."""
        with transaction.atomic():
            SearchEntry.objects.all().delete()
            SearchWord.objects.all().delete()
            texts.clear()


class Rebuilder:
    """What update_index does before and after it hands over every object there is."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def start(self) -> Index:
        """Forget what is gone or was prepared by older rules; all else is found meanwhile."""
        forget_gone()
        self.index.learns_words = False
        return self.index

    def finish(self) -> None:
        vocabulary.rebuild()
        texts.settle()


def keep(model: type[models.Model], items: list[models.Model]) -> list[tuple[str, list[str], str]]:
    """Index these things of one model, in place of what is known of them.

    Returns language, head texts and body of those that are public.
    """
    fields = model.get_search_fields()
    root = _root(model)
    read = {item.pk: _texts_of(item, fields) for item in items}
    audiences = _audiences_of(items)
    facts = {item.pk: _facts_of(item, audiences.get(item.pk, "")) for item in items}
    keys = {pk: entry_key(root.pk, pk) for pk in read}
    SearchEntry.objects.bulk_create(
        [
            SearchEntry(pk=keys[pk], content_type=root, object_id=pk, shape=SHAPE, **known)
            for pk, known in facts.items()
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["is_live", "language", "form", "category", "audiences", "date", "shape"],
    )
    texts.write(_prepared(keys[pk], *of) for pk, of in read.items())
    return [
        (facts[pk]["language"], [*title, *summary], "\n".join(body)[:LONGEST_TEXT])
        for pk, (title, summary, body) in read.items()
        if facts[pk]["is_live"]
    ]


def forget(entries: models.QuerySet) -> None:
    """Take these entries out, with their texts."""
    texts.remove(list(entries.values_list("pk", flat=True)))
    entries.delete()


def forget_gone() -> None:
    """Take out what is there no longer, such as after a deletion without signals."""
    for content_type in ContentType.objects.filter(
        pk__in=SearchEntry.objects.values("content_type").distinct()
    ):
        model = content_type.model_class()
        gone = SearchEntry.objects.filter(content_type=content_type)
        if model is not None:
            gone = gone.exclude(object_id__in=model.objects.values("pk"))
        forget(gone)


def is_outdated() -> bool:
    """Whether pages are missing, or stand as older rules prepared them."""
    pages = ContentType.objects.get_for_model(Page)
    known = SearchEntry.objects.filter(content_type=pages)
    return (
        known.exclude(shape=SHAPE).exists()
        or Page.objects.exclude(pk__in=known.values("object_id")).exists()
    )


def _root(model: type[models.Model]) -> ContentType:
    return ContentType.objects.get_for_model(get_model_root(model))


def _prepared(entry: int, title: list[str], summary: list[str], body: list[str]) -> texts.Text:
    plain = "\n".join(body).replace("\x00", "")[:LONGEST_TEXT]
    head = title_tokens(title)
    seen = set(head)
    middle = [
        token for token in text_tokens("\n".join(summary), over_signs=True) if token not in seen
    ]
    seen.update(middle)
    rest = [token for token in text_tokens(plain) if token not in seen]
    return texts.Text(entry, head, middle, rest, plain)


def _audiences_of(items: list[models.Model]) -> dict[int, str]:
    """The audience groups of pieces, each key between commas."""
    through = EducationPage.audiences.through
    keys = [item.pk for item in items if isinstance(item, EducationPage)]
    found: dict[int, str] = {}
    if keys:
        rows = through.objects.filter(educationpage__in=keys).order_by("audience")
        for page, audience in rows.values_list("educationpage", "audience"):
            found[page] = f"{found.get(page, ',')}{audience},"
    return found


def _facts_of(item: models.Model, audiences: str) -> dict:
    """What a search of the public filters by; nothing of what is no piece."""
    if not isinstance(item, EducationPage):
        language = item.locale.language_code if isinstance(item, Page) else ""
        return {
            "is_live": False,
            "language": language,
            "form": "",
            "category": None,
            "audiences": "",
            "date": None,
        }
    return {
        "is_live": item.live,
        "language": item.locale.language_code,
        "form": type(item).__name__.lower(),
        "category": item.category_id,
        "audiences": audiences[:255],
        "date": item.date,
    }


def _texts_of(item: models.Model, fields: list) -> tuple[list[str], list[str], list[str]]:
    """What stands in the title, in the summary and in the rest of a thing."""
    title: dict[str, None] = {}
    summary: dict[str, None] = {}
    body: dict[str, None] = {}
    for field, value in _values(item, fields):
        if isinstance(field, AutocompleteField) or field.field_name in {"title", "name"}:
            title[value] = None
        elif field.field_name == "summary":
            summary[value] = None
        else:
            body[value] = None
    # A code completes what is typed and is searched for: not to be read in an excerpt as well.
    body = {value: None for value in body if value not in title}
    return tuple([text for text in part if text.strip()] for part in (title, summary, body))


def _values(item: models.Model, fields: list) -> Iterable[tuple]:
    for field in fields:
        if isinstance(field, RelatedFields):
            related = field.get_value(item)
            if isinstance(related, models.Manager):
                related = list(related.all())
            for one in related if isinstance(related, list) else [related]:
                if one is not None:
                    yield from _values(one, field.fields)
        elif isinstance(field, SearchField | AutocompleteField):
            yield field, _as_text(field.get_value(item))


def _as_text(value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "\n".join(map(_as_text, value.values()))
    if isinstance(value, list | tuple):
        return "\n".join(map(_as_text, value))
    return "" if value is None else str(value)


def page_entries(pages: Iterable[int]) -> list[int]:
    """The keys of the entries of these pages, in their order."""
    root = _root(Page)
    return [entry_key(root.pk, page) for page in pages]
