"""The database's own guard of the ledger: whoever speaks to it, nothing is changed or deleted.

PostgreSQL has its triggers from the migrations (0003, and 0014 against TRUNCATE). On SQLite Django
makes a table anew at most changes of its columns, and the triggers go with the old one; so they
are laid after every `migrate`, where they are missing.
"""

from django.db import connection

from campaigns.reach.models import ReachEntry

_TABLE = ReachEntry._meta.db_table  # noqa: SLF001


def lay() -> None:
    """Lay SQLite's triggers; doing it twice changes nothing."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for statement in sqlite_triggers():
            cursor.execute(statement)


def sqlite_triggers() -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {trigger_name(act)} BEFORE {act} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only: add a correction instead of {act}'); "
        "END"
        for act in ("UPDATE", "DELETE")
    ]


def trigger_name(act: str) -> str:
    return f"{_TABLE}_no_{act.lower()}"
