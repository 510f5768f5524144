"""Very many rows into a table at once, past the models: what a file of figures brings.

Making a model instance for each row costs several times what the database takes for it.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection, models

_AT_ONCE = 10_000


def insert(model: type[models.Model], columns: tuple[str, ...], rows: Iterable[tuple]) -> None:
    """Insert tuples in the order of the columns, which have to be all that has no default.

    Raises what the database raises, as Django does. Signals and save() are passed by.
    """
    table, names = model._meta.db_table, ", ".join(columns)  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        sql = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
        several = iter(rows)
        while some := list(islice(several, _AT_ONCE)):
            cursor.executemany(sql, some)


def adapted(value: date | datetime | None) -> Any:
    """A day or a moment as this database takes it in a raw statement."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value)


def as_json(value: list) -> str:
    """Text for a JSON column; without NUL and lone surrogates, which PostgreSQL refuses."""
    told = json.dumps(value)
    if "\\u0000" in told or "\\ud" in told:
        told = json.dumps(json.loads(told.replace("\\u0000", "")), ensure_ascii=False)
        told = told.encode("utf-8", "replace").decode()
    return told
