"""Test databases: laid once for all worker processes, put back after tests that commit, and copied
where a test needs its own.

All migrations together take longer than most floors' tests. So the first worker that needs the
database lays it, and hands it on to the others.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases


@contextmanager
def migrated(shared: Path, verbosity: int) -> Iterator[None]:
    """Every migration is applied to this process's test database, which is removed at the end.

    `shared` is a folder that all the workers of a run have in common.
    """
    handed_on = shared / "migrated.sqlite3"
    with _one_at_a_time(shared):
        is_handed_on = handed_on.exists()
        if not is_handed_on:
            made = setup_databases(verbosity, interactive=False)
            _hand_on(handed_on)
    if is_handed_on:
        with _taken_over(handed_on):
            # Kept: all is applied, only the signals after a migration are left to be sent.
            made = setup_databases(verbosity, interactive=False, keepdb=True)
    yield
    teardown_databases(made, verbosity)


@contextmanager
def put_back(folder: Path) -> Iterator[None]:
    """After a test that commits the database is again as the migrations left it.

    Django would empty its tables, and what the migrations laid would be gone for all later tests.
    """
    sqlite = connection.vendor == "sqlite"
    kept = _KeptFile(folder / "kept.sqlite3") if sqlite else _KeptSchema()
    with mock.patch.multiple(
        TransactionTestCase,
        _fixture_setup=kept.keep,
        _fixture_teardown=lambda _case: kept.put_back(),
    ):
        yield


class _KeptFile:
    """A copy, made before the first test that commits: until then every test has rolled back."""

    def __init__(self, path: Path):
        self.path = path

    def keep(self) -> None:
        if not self.path.exists():
            copy_sqlite(connection, self.path)

    def put_back(self) -> None:
        with closing(sqlite3.connect(self.path)) as source:
            source.backup(connection.connection)


class _KeptSchema:
    """The same on PostgreSQL, where to copy a whole database waits for the disk: the rows of its
    tables in a schema of their own."""

    def __init__(self):
        self.rows_of: set[str] | None = None

    def keep(self) -> None:
        if self.rows_of is not None:
            return
        with connection.cursor() as cursor:
            self.rows_of = self._filled(cursor)
            cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
            for table in self.rows_of:
                cursor.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')

    def put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            guarded = self._guarded(cursor)
            for table in guarded:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for table in self._filled(cursor):
                cursor.execute(f'DELETE FROM public."{table}"')
            for table in self.rows_of:
                columns = ", ".join(self._columns(cursor, table))
                cursor.execute(
                    f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM kept."{table}"'
                )
            # References are held to at the end of a transaction, and no table changes before that.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in guarded:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    @staticmethod
    def _filled(cursor) -> set[str]:
        """The tables that have a row."""
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        each = (
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM public.\"{name}\")"
            for (name,) in cursor.fetchall()
        )
        cursor.execute(" UNION ALL ".join(each))
        return {name for (name,) in cursor.fetchall()}

    @staticmethod
    def _guarded(cursor) -> list[str]:
        """The tables that a trigger of ours keeps as they are."""
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        )
        return [name for (name,) in cursor.fetchall()]

    @staticmethod
    def _columns(cursor, table: str) -> list[str]:
        """Those that the database does not reckon itself."""
        cursor.execute(
            "SELECT quote_ident(column_name) FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _taken_over(handed_on: Path) -> Iterator[None]:
    """What is in memory stays there as long as somebody is connected."""
    if connection.vendor == "postgresql":
        yield
        return
    name = connection.creation._get_test_db_name()
    with closing(sqlite3.connect(name, uri=True)) as kept:
        with closing(sqlite3.connect(handed_on)) as source:
            source.backup(kept)
        yield


def _hand_on(handed_on: Path) -> None:
    """Leave a copy to whoever comes next. PostgreSQL copies only what nobody is connected to, so
    there every worker gets its database now."""
    me = os.environ.get("PYTEST_XDIST_WORKER")
    if not me:
        return
    if connection.vendor == "sqlite":
        copy_sqlite(connection, handed_on)
        return
    own, workers = connection.settings_dict["NAME"], os.environ["PYTEST_XDIST_WORKER_COUNT"]
    for other in {f"gw{number}" for number in range(int(workers))} - {me}:
        copy_postgresql(connection, own, own.removesuffix(me) + other)
    handed_on.touch()


def copy_sqlite(original: BaseDatabaseWrapper, path: Path) -> None:
    """Copy what the connection sees into a new file."""
    original.ensure_connection()
    with closing(sqlite3.connect(path)) as target:
        original.connection.backup(target)


def copy_postgresql(beside: BaseDatabaseWrapper, source: str, name: str) -> None:
    """Copy a database on the connection's server, in place of what had that name before."""
    drop_postgresql(beside, name)
    # A live server's threads may not have let go of theirs yet.
    _run_beside(
        beside,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        [source],
    )
    _run_beside(beside, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def drop_postgresql(beside: BaseDatabaseWrapper, name: str) -> None:
    """Remove the database of that name, if there is one, whoever is connected to it."""
    _run_beside(beside, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _run_beside(beside: BaseDatabaseWrapper, statement: str, parameters=None) -> None:
    """Run on the server's own database: a template must have no other user."""
    beside.close()
    with beside._nodb_cursor() as cursor:
        cursor.execute(statement, parameters)
