"""A database that other processes can open, with everything committed.

A copy of the tests' database, so that nothing has to be emptied afterwards: what Wagtail's
migrations laid (permissions, the root collection) would not come back.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from tests.databases import copy_postgresql, copy_sqlite, drop_postgresql

PROJECT = Path(__file__).resolve().parents[2]


def environment(database_url: str, var_dir: Path) -> dict[str, str]:
    """For a process that works on that database and in that folder, with the usual settings."""
    told = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
        "DATABASE_URL": database_url,
        "VAR_DIR": str(var_dir),
        "ENV_FILE": os.devnull,
        # No site runs beside it.
        "PREFLIGHT_URL": "none",
        "PYTHONPATH": str(PROJECT),
        "PYTHONUNBUFFERED": "1",
    }
    if settings.REDIS_URL:
        # This worker's (edu_cms.settings.test): what others keep there is about other databases.
        told["REDIS_URL"] = settings.CACHES["default"]["LOCATION"]
    return told


@pytest.fixture
def own_database(django_db_setup, django_db_blocker, tmp_path) -> Iterator[str]:
    """Point the default connection at a copy; gives the copy's DATABASE_URL."""
    with django_db_blocker.unblock(), copied(tmp_path) as url:
        yield url


@pytest.fixture
def db(request):
    """pytest-django's, unless the test has asked for a database of its own."""
    own = "own_database" in request.fixturenames
    return request.getfixturevalue("own_database" if own else "_django_db_helper")


@contextmanager
def copied(folder) -> Iterator[str]:
    original = connections["default"]
    if original.vendor == "sqlite":
        path = folder / "copy.sqlite3"
        copy_sqlite(original, path)
        # As edu_cms.settings.base sets it; the mode is kept in the file.
        with closing(sqlite3.connect(path)) as made:
            made.execute("PRAGMA journal_mode=WAL")
        name, url = str(path), f"sqlite:///{path}"
    else:
        name = f"{original.settings_dict['NAME']}_copy"
        copy_postgresql(original, original.settings_dict["NAME"], name)
        url = _postgres_url(original.settings_dict, name)
    copy = connections.create_connection("default")
    # A connection of its own that is not shared between threads, as in production.
    copy.settings_dict = {**original.settings_dict, "NAME": name, "CONN_MAX_AGE": 0}
    connections["default"] = copy
    try:
        yield url
    finally:
        copy.close()
        connections["default"] = original
        if original.vendor != "sqlite":
            drop_postgresql(original, name)


def _postgres_url(settings: dict, name: str) -> str:
    login = settings["USER"] + (f":{settings['PASSWORD']}" if settings["PASSWORD"] else "")
    return f"postgres://{login}@{settings['HOST'] or 'localhost'}:{settings['PORT'] or 5432}/{name}"
