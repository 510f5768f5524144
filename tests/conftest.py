"""Fixtures that every floor's tests share. Factories make rows; these make situations."""

import shutil

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from campaigns.reach import append_only, metrics
from campaigns.reach.models import ReachEntry
from campaigns.regions.models import Posting, Region
from campaigns.regions.roles import Role


def pytest_collection_modifyitems(config, items: list[pytest.Item]) -> None:
    """What only one database can show is left out on the other, and what no database has a part in
    (`once`) runs with SQLite; everything else runs on both."""
    others = {"postgresql": ("sqlite", "once"), "sqlite": ("postgresql",)}[connection.vendor]
    left_out = [item for item in items if any(map(item.get_closest_marker, others))]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_the_ledger():
    """What empties the tables after a test that commits has to pass the ledger's guard.

    It gets up again in the same breath. Set on the class: Playwright's tests run in a context of
    their own, and so on another connection.
    """
    operations = type(connection.ops)
    flush = operations.sql_flush

    def with_the_guard_down(self, style, tables, **options):
        statements = flush(self, style, tables, **options)
        if not statements or ReachEntry._meta.db_table not in tables:
            return statements
        return [*guard("DISABLE"), *statements, *guard("ENABLE")]

    def guard(act: str) -> list[str]:
        if connection.vendor == "postgresql":
            return [f"ALTER TABLE {ReachEntry._meta.db_table} {act} TRIGGER USER"]
        if act == "ENABLE":
            return append_only.sqlite_triggers()
        return [f"DROP TRIGGER {append_only.trigger_name(act)}" for act in ("UPDATE", "DELETE")]

    operations.sql_flush = with_the_guard_down


@pytest.fixture(autouse=True)
def _clean_files_and_cache():
    """Nothing written by one test is there for the next."""
    cache.clear()
    metrics.forget()
    yield
    for folder in (
        settings.OUTBOX_DIR,
        settings.HIT_SPOOL_DIR,
        settings.HIT_SALTS_DIR,
        settings.CLAIMS_DIR,
        settings.PRIVATE_DIR,
    ):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def head_office(db) -> Region:
    return Region.objects.get(code="000000")


@pytest.fixture
def tree(head_office) -> dict[str, Region]:
    """A small organisation: head office, two provinces, one city with a county each."""
    rows = [
        ("000000", "650000", "province", "新疆分公司"),
        ("000000", "430000", "province", "湖南分公司"),
        ("650000", "654300", "city", "阿勒泰中心支公司"),
        ("654300", "654321", "county", "布尔津支公司"),
        ("430000", "430100", "city", "长沙中心支公司"),
        ("430100", "430102", "county", "芙蓉支公司"),
    ]
    regions = {"000000": head_office}
    for parent, code, level, name in rows:
        above = Region.objects.get(pk=regions[parent].pk)
        regions[code] = above.add_child(code=code, level=level, name=name)
    Region.objects.filter(code="650000").update(informal_zone=Region.InformalZone.URUMQI)
    return {region.code: region for region in Region.objects.all()}


@pytest.fixture
def person(tree, django_user_model):
    """Make a user in a role at a region: person(Role.EDITOR, "650000")."""

    def make(role: Role, region: str = "000000", username: str | None = None):
        user = django_user_model.objects.create_user(
            username=username or f"{role.value}-{region}", password="pass-word-1"
        )
        Posting.objects.create(user=user, role=role, region=tree[region])
        return user

    return make
