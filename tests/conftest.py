"""Fixtures that every floor's tests share. Factories make rows; these make situations."""

import gc
import shutil

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from campaigns.reach import metrics
from campaigns.regions.models import Posting, Region
from campaigns.regions.roles import Role
from edu_cms.memory import RARELY
from tests import databases

# The database is migrated here too, and each test makes its models and pages anew.
gc.set_threshold(*RARELY)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items: list[pytest.Item]) -> None:
    """What only one database can show is left out on the other, and what no database has a part in
    (`once`) runs with SQLite; everything else runs on both.

    Long tests begin first, so that at the end no process is left alone with them. Those that commit
    come last: the live server's threads and the browser's loop are beside all that follow. What
    needs no database comes before what does, behind one: while its process migrates for all, the
    others have something to do.
    """
    others = {"postgresql": ("sqlite", "once"), "sqlite": ("postgresql",)}[connection.vendor]
    left_out = {item for item in items if any(map(item.get_closest_marker, others))}
    config.hook.pytest_deselected(items=list(left_out))
    kept = [item for item in items if item not in left_out]
    items[:] = sorted(
        kept, key=lambda item: (commits(item), needs_database(item), not is_long(item))
    )
    first = next(filter(needs_database, items), None)
    if first:
        items.remove(first)
        items.insert(0, first)


def is_long(item: pytest.Item) -> bool:
    return any(map(item.get_closest_marker, ("long", "fault")))


def needs_database(item: pytest.Item) -> bool:
    by_fixture = not {"db", "transactional_db", "django_db_setup"}.isdisjoint(item.fixturenames)
    return by_fixture or item.get_closest_marker("django_db") is not None


def commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    by_fixture = not {"live_server", "transactional_db"}.isdisjoint(item.fixturenames)
    return by_fixture or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="session")
def django_db_setup(
    request,
    tmp_path_factory,
    django_test_environment,
    django_db_blocker,
    django_db_modify_db_settings,
):
    """In place of pytest-django's: one worker migrates for all, and all keep what it laid."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if hasattr(request.config, "workerinput") else own
    with (
        django_db_blocker.unblock(),
        databases.migrated(shared, request.config.option.verbose),
        databases.put_back(own),
        django_db_blocker.block(),
    ):
        yield


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
        # By code among brothers, as treebeard would lay them.
        ("000000", "430000", "province", "湖南分公司"),
        ("430000", "430100", "city", "长沙中心支公司"),
        ("430100", "430102", "county", "芙蓉支公司"),
        ("000000", "650000", "province", "新疆分公司"),
        ("650000", "654300", "city", "阿勒泰中心支公司"),
        ("654300", "654321", "county", "布尔津支公司"),
    ]
    regions = {"000000": head_office}
    for parent, code, level, name in rows:
        above = regions[parent]
        above.numchild += 1
        depth = above.depth + 1
        path = Region._get_path(above.path, depth, above.numchild)
        regions[code] = Region(path=path, depth=depth, code=code, level=level, name=name)
    head_office.save()
    # At once: more tests stand on these than on anything else.
    Region.objects.bulk_create(regions[code] for _parent, code, _level, _name in rows)
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
