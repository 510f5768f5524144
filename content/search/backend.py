"""Wagtail's database search, made to find Chinese and to stand any input.

Stock search raises OperationalError on SQLite when a query holds a double quote, and finds nothing
for a part of a Chinese title on either database. A full backend (phrases, both Kazakh scripts,
pinyin) is an issue of its own and will stand in this place.
"""

from copy import copy

from wagtail.search.backends import database
from wagtail.search.query import PlainText

from content.search.spacing import searchable, spaced


class _Readable:
    """Cuts and cleans queries before the engine sees them."""

    def _search(self, query_compiler_class, query, model_or_queryset, **kwargs):
        if isinstance(query, str):
            query = spaced(query)
        elif isinstance(query, PlainText):
            query = PlainText(spaced(query.query_string), operator=query.operator)
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)


class _SpacedIndex:
    """Cuts texts before they are stored."""

    def add_items(self, model, objs) -> None:
        for obj in objs:
            fields = [_cut(field) for field in obj.get_search_fields()]
            obj.get_search_fields = lambda fields=fields: fields
        super().add_items(model, objs)
        for obj in objs:
            del obj.get_search_fields


def _cut(field):
    """A copy of a search field that hands out its value cut for the index."""
    clone = copy(field)
    if hasattr(field, "get_value") and not hasattr(field, "fields"):
        clone.get_value = lambda obj: searchable(field.get_value(obj))
    return clone


def SearchBackend(params):  # noqa: N802 Wagtail looks for this name
    """The backend for the database in use; see WAGTAILSEARCH_BACKENDS."""
    stock = type(database.SearchBackend(dict(params)))
    index = type("SpacedIndex", (_SpacedIndex, stock.index_class), {})
    backend = type("ReadableSearchBackend", (_Readable, stock), {"index_class": index})
    return backend(params)
