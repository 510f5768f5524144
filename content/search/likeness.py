"""Pieces that have some of what was asked, where none has all: whole questions, mostly."""

from typing import Final

from django.db import connection
from django.db.models import QuerySet

from content.search import texts
from content.search.asking import Asked, Expression, Token
from content.search.fillers import content_runs, is_filler
from content.search.texts import Breadth
from content.search.words import bigrams

MOST_PARTS: Final = 12
# Of what very many pieces have, so many are looked at: it tells little anyway.
MOST_ROWS: Final = 2000
MOST_FOUND: Final = 20
# What scores less than this share of the best is left out.
LEAST_SHARE: Final = 0.35


def alike(asked: Asked, entries: QuerySet, language: str) -> list[int]:
    """Keys of the likest pieces, the best first: rare parts count more, titles three times."""
    parts = parts_of(asked)
    if not parts:
        return []
    scores = dict(_scores(parts, language))
    allowed = entries.filter(language=language, pk__in=list(scores))
    found = {key: scores[pk] for pk, key in allowed.values_list("pk", "object_id")}
    if not found:
        return []
    least = LEAST_SHARE * max(found.values())
    best = sorted(found, key=lambda key: (-found[key], -key))
    return [key for key in best if found[key] >= least][:MOST_FOUND]


def parts_of(asked: Asked) -> list[Expression]:
    """What of the question tells something: pairs of Han characters and stems."""
    parts: dict[Expression, None] = {}
    for term in asked.terms:
        if not term.is_han:
            if not is_filler(term.word):
                parts[term.expression()] = None
            continue
        for run in content_runs(term.plain):
            parts.update(dict.fromkeys(Token(two) for two in bigrams(run)))
    return list(parts)[:MOST_PARTS]


def _scores(parts: list[Expression], language: str) -> list[tuple[int, float]]:
    selects, parameters = [], []
    for part in parts:
        for breadth in Breadth:
            found, asked = texts.select(part, breadth)
            selects.append(
                "SELECT found.id, 1000.0 / (10 + count(*) OVER ()) AS weight FROM "  # noqa: S608
                f"({found} LIMIT {MOST_ROWS}) AS found"
            )
            parameters += asked
    statement = (
        "SELECT part.id, sum(part.weight) AS score "  # noqa: S608
        f"FROM ({' UNION ALL '.join(selects)}) AS part "
        "JOIN content_searchentry ON content_searchentry.id = part.id "
        "WHERE content_searchentry.is_live AND content_searchentry.language = %s "
        "GROUP BY part.id ORDER BY score DESC, part.id DESC LIMIT 100"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, language])
        return [(key, float(score)) for key, score in cursor.fetchall()]
