"""The texts of the index in the database at hand: an FTS5 table, or tsvectors with GIN indexes.

The only place of the search that knows two databases. Both hold the same tokens without their
places, so that a query of several Han characters is a few exact look-ups and nothing is checked
again in the texts; see docs/decisions/0051.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from wagtail.models import Page

from content.models import EducationPage
from content.models.search import SearchEntry, entry_key
from content.search.asking import All, Expression, Token

TABLE = "content_searchtext"


class Breadth(IntEnum):
    """Where a match may stand."""

    TITLE = 0
    HEAD = 1  # title and summary
    WHOLE = 2


@dataclass(frozen=True)
class Text:
    """What is kept of one entry: tokens, and the text itself for what is shown of a match."""

    entry: int
    title: list[str]
    summary: list[str]
    body: list[str]
    plain: str


def matching(expression: Expression, breadth: Breadth, *, all_at_once: bool = False) -> Q:
    """That an entry matches.

    `all_at_once` is for a query that counts them all: PostgreSQL then goes through the entries
    once. Else it looks up one match after the other; in most steps of a search there are few.
    """
    sql, asked = select(expression, breadth)
    if connection.vendor == "postgresql" and not all_at_once:
        # The planner does not know how many a function brings. Of an array it believes: few.
        sql = f"SELECT unnest(ARRAY({sql}))"
    return Q(pk__in=RawSQL(sql, asked))  # noqa: S611 what is asked is a parameter


def objects_matching(expression: Expression, breadth: Breadth, content_type: int) -> Q:
    """That a thing of this content type matches, in a query for such things themselves."""
    sql, asked = select(expression, breadth)
    first, end = entry_key(content_type, 0), entry_key(content_type + 1, 0)
    if connection.vendor == "sqlite":
        sql = f"SELECT id - {first} FROM ({sql} AND rowid >= {first} AND rowid < {end})"  # noqa: S608
    else:
        # Through the entries: of their keys the planner knows how many there are, so that it joins
        # thousands of things at once and does not look up each.
        sql = (
            f"SELECT object_id FROM {SearchEntry._meta.db_table} "  # noqa: S608, SLF001
            f"WHERE content_type_id = {content_type} AND id IN ({sql})"
        )
    return Q(pk__in=RawSQL(sql, asked))  # noqa: S611 as above


def select(expression: Expression, breadth: Breadth) -> tuple[str, list[str]]:
    """The SELECT of the matching entries' keys, in a column named id, with its parameters."""
    if connection.vendor == "sqlite":
        columns = ("{title}", "{title summary}", "{title summary body}")[breadth]
        query = f"{columns} : ({_fts5(expression)})"
        return f"SELECT rowid AS id FROM {TABLE} WHERE {TABLE} MATCH %s", [query]  # noqa: S608
    # Functions of the migration, which see to it that the index is used.
    function = f"{TABLE}_in_{('title', 'head', 'whole')[breadth]}"
    return f"SELECT id FROM {function}(%s::tsquery, 0) AS id", [_tsquery(expression)]  # noqa: S608


def key() -> str:
    """The name of the column with the entry's key."""
    return "rowid" if connection.vendor == "sqlite" else "id"


# Tokens hold letters, digits and our own marks only (content.search.words): nothing to escape.
def _fts5(expression: Expression) -> str:
    if isinstance(expression, Token):
        return f'"{expression.text}"{" *" if expression.is_beginning else ""}'
    joint = " AND " if isinstance(expression, All) else " OR "
    return f"({joint.join(map(_fts5, expression.parts))})"


def _tsquery(expression: Expression) -> str:
    if isinstance(expression, Token):
        return f"'{expression.text}'{':*' if expression.is_beginning else ''}"
    joint = " & " if isinstance(expression, All) else " | "
    return f"({joint.join(map(_tsquery, expression.parts))})"


def write(texts: Iterable[Text]) -> None:
    """Keep these, in place of what was kept of the same entries."""
    texts = list(texts)
    if connection.vendor == "sqlite":
        remove([text.entry for text in texts])
        statement = (
            f"INSERT INTO {TABLE} (rowid, title, summary, body, plain) "  # noqa: S608
            "VALUES (%s, %s, %s, %s, %s)"
        )
        rows = [
            (
                text.entry,
                *(" ".join(of) for of in (text.title, text.summary, text.body)),
                text.plain,
            )
            for text in texts
        ]
    else:
        statement = (
            f"INSERT INTO {TABLE} (id, title, head, whole, plain) VALUES (%s, "  # noqa: S608
            "array_to_tsvector(%s::text[]), array_to_tsvector(%s::text[]), "
            "array_to_tsvector(%s::text[]), %s) ON CONFLICT (id) DO UPDATE SET "
            "title = EXCLUDED.title, head = EXCLUDED.head, whole = EXCLUDED.whole, "
            "plain = EXCLUDED.plain"
        )
        rows = [
            (
                text.entry,
                text.title,
                text.title + text.summary,
                text.title + text.summary + text.body,
                text.plain,
            )
            for text in texts
        ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def remove(entries: list[int]) -> None:
    """Forget the texts of these entries."""
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {TABLE} WHERE {key()} = %s", [(e,) for e in entries])  # noqa: S608


def clear() -> None:
    """Forget all texts."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608


def settle() -> None:
    """After a rebuild: put what was written in pieces in order, and tell the planner of it.

    And of the pages that are joined with it: after many came at once the server would otherwise
    look through all of them until its own turn comes to count them.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")  # noqa: S608
        else:
            joined = (SearchEntry, Page, EducationPage)
            tables = ", ".join([TABLE, *(model._meta.db_table for model in joined)])  # noqa: SLF001
            cursor.execute(f"ANALYZE {tables}")


def plain_texts(entries: list[int]) -> dict[int, str]:
    """The texts of these entries as they are read."""
    if not entries:
        return {}
    places = ", ".join(["%s"] * len(entries))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key()}, plain FROM {TABLE} WHERE {key()} IN ({places})", entries)  # noqa: S608
        return dict(cursor.fetchall())
