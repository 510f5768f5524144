"""Wagtail's search over our own index: choosers, listings and the API ask here.

WAGTAILSEARCH_BACKENDS names this module. One shape on SQLite and PostgreSQL, see
docs/decisions/0051; the public search (content.search.finding) asks the same index.
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When
from modelsearch.backends.base import (
    BaseSearchBackend,
    BaseSearchQueryCompiler,
    BaseSearchResults,
    FilterFieldError,
    get_model_root,
)
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

from content.models import SearchEntry
from content.models.search import entry_key
from content.search import texts
from content.search.asking import Any, Asked, Expression, read
from content.search.index import Index, Rebuilder
from content.search.texts import Breadth

# SQLite takes so many parameters in a query and no more.
_BATCH = 5000
# So many times as many of the newest as are wanted are looked at before all are.
_NEAR = 5
# Searching these fields only is searching titles.
TITLE_FIELDS = {"title", "name", "code", "slug"}


@dataclass(frozen=True)
class Step:
    """A condition, and the texts that it asks for where it asks for nothing else."""

    condition: Q
    texts: tuple[Expression, Breadth] | None = None
    # One character is in half of all pages.
    is_common: bool = False


class Compiler(BaseSearchQueryCompiler):
    """A query over a queryset of any indexed model."""

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True

    @property
    def breadth(self) -> Breadth:
        """Titles only where only fields of that kind are asked for."""
        titles_only = self.fields is not None and TITLE_FIELDS.issuperset(self.fields)
        return Breadth.TITLE if titles_only else Breadth.WHOLE

    def found(self) -> QuerySet:
        """What matches, in no order of its own."""
        return self.queryset.filter(self._condition(self.query))

    def best(self, start: int, stop: int | None) -> list:
        """The keys of the best matches from one place to another.

        Step by step from titles to the whole text, the newest of a step first: a query that many
        titles answer never looks at the texts, nor sorts what they would bring.
        """
        keys: list = []
        before: Q | None = None
        for step in self._steps():
            wanted = None if stop is None else stop - len(keys)
            if wanted is not None and wanted <= 0:
                break
            keys += self._newest(step, keys, before, wanted)
            before = step.condition
        return keys[start:]

    def _newest(self, step: Step, had: list, before: Q | None, wanted: int | None) -> list:
        """The newest that this step finds and those before it did not."""
        most = (wanted or _BATCH) * _NEAR
        if step.texts is not None and most <= _BATCH:
            near = self._near(step, most)
            within = set(self.queryset.filter(pk__in=near).values_list("pk", flat=True))
            keys = [key for key in near if key in within and key not in had][:wanted]
            if len(near) < most or len(keys) == wanted:
                return keys
        found = self.queryset.filter(step.condition)
        found = found.exclude(before) if had else found
        found = found.annotate(_date=self._date()).order_by("-_date", "-pk")
        return list(found.values_list("pk", flat=True)[:wanted])

    def _near(self, step: Step, most: int) -> list[int]:
        """Keys of the newest of all things of this kind, read off the narrow table alone.

        Most listings have enough of them, and need not sort thousands of pages for it.
        """
        matches = texts.matching(*step.texts, all_at_once=step.is_common)
        newest = SearchEntry.objects.filter(matches, content_type=self._root)
        newest = newest.order_by("-date", "-object_id")
        return list(newest.values_list("object_id", flat=True)[:most])

    def sorted(self) -> QuerySet:
        """What matches, in the queryset's own order; the newest first where it has none."""
        found = self.found()
        return found if found.query.order_by else found.order_by("-pk")

    def scored(self, field: str) -> QuerySet:
        """What matches with its score: the number of steps of `best` that hold it."""
        steps = self._steps()
        places = enumerate(steps)
        score = Case(
            *(
                When(step.condition, then=Value(float(len(steps) - place)))
                for place, step in places
            ),
            default=Value(0.0),
            output_field=FloatField(),
        )
        return self.found().annotate(**{field: score})

    def _condition(self, query: SearchQuery) -> Q:
        if isinstance(query, MatchAll):
            return Q()
        if isinstance(query, Not):
            return ~self._condition(query.subquery)
        if isinstance(query, Boost):
            return self._condition(query.subquery)
        if isinstance(query, And | Or):
            joint = Q.AND if isinstance(query, And) else Q.OR
            return Q(*map(self._condition, query.subqueries), _connector=joint)
        if isinstance(query, PlainText | Phrase | Fuzzy):
            expression = self._expression(query, strict=False)
            return self._matches(expression, self.breadth) if expression else Q(pk__in=[])
        raise NotImplementedError(f"{type(query).__name__} is not supported by this search")

    def _expression(self, query: SearchQuery, *, strict: bool) -> Expression | None:
        asked: Asked = read(query.query_string)
        if getattr(query, "operator", "and") == "or" and len(asked.terms) > 1:
            return Any(tuple(term.expression(parts=not strict) for term in asked.terms))
        return asked.strict if strict else asked.wide

    def _matches(self, expression: Expression, breadth: Breadth) -> Q:
        return texts.objects_matching(expression, breadth, self._root.pk)

    def _steps(self) -> list[Step]:
        """The narrowest first, each of which holds what those before it hold."""
        query = self.query
        while isinstance(query, Boost):
            query = query.subquery
        if not isinstance(query, PlainText | Phrase | Fuzzy):
            return [Step(self._condition(query))]
        strict = self._expression(query, strict=True)
        wide = self._expression(query, strict=False)
        asked = []
        if strict:
            asked = [(strict, breadth) for breadth in Breadth if breadth <= self.breadth]
        if wide and strict != wide:
            asked.append((wide, self.breadth))
        is_common = len(query.query_string.strip()) == 1
        return [Step(self._matches(*of), of, is_common) for of in asked] or [Step(Q(pk__in=[]))]

    def _date(self) -> Subquery:
        key = OuterRef("pk") + entry_key(self._root.pk, 0)
        return Subquery(SearchEntry.objects.filter(pk=key).values("date")[:1])

    @cached_property
    def _root(self) -> ContentType:
        return ContentType.objects.get_for_model(get_model_root(self.queryset.model))


class Results(BaseSearchResults):
    """Results as Wagtail's screens page through, count and facet them."""

    supports_facet = True

    def facet(self, field_name: str) -> OrderedDict:
        """Value of the field -> how many results have it, the most first."""
        if self.query_compiler._get_filterable_field(field_name) is None:  # noqa: SLF001 as Wagtail's own
            raise FilterFieldError(
                f"Cannot facet by {field_name!r}: it is no index.FilterField",
                field_name=field_name,
            )
        counted = self.query_compiler.found().order_by().values(field_name)
        rows = counted.annotate(count=Count("pk")).order_by("-count")
        return OrderedDict((row[field_name], row["count"]) for row in rows)

    def _do_search(self) -> list:
        compiler = self.query_compiler
        if isinstance(compiler.query, MatchAll) or not compiler.order_by_relevance:
            return list(self._with_scores(compiler.sorted())[self.start : self.stop])
        keys = compiler.best(self.start, self.stop)
        places = {key: place for place, key in enumerate(keys)}
        found = [
            thing
            for first in range(0, len(keys), _BATCH)
            for thing in self._with_scores(compiler.queryset).filter(
                pk__in=keys[first : first + _BATCH]
            )
        ]
        return sorted(found, key=lambda thing: places[thing.pk])

    def _with_scores(self, queryset: QuerySet) -> QuerySet:
        if not self._score_field:
            return queryset
        return self.query_compiler.scored(self._score_field)

    def _do_count(self) -> int:
        found = self.query_compiler.found().order_by()
        return found[self.start : self.stop].count()


class SearchBackend(BaseSearchBackend):
    """The backend for either database; see WAGTAILSEARCH_BACKENDS."""

    query_compiler_class = Compiler
    autocomplete_query_compiler_class = Compiler
    index_class = Index
    results_class = Results
    rebuilder_class = Rebuilder
