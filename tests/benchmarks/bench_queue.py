"""What a look at the translation queue costs with thousands of pieces.

    make bench-queue     (python -m tests.benchmarks.bench_queue [--pieces 500 2000] [--looks 30])

The pieces stand at every stage in both Kazakh scripts (queue_pieces), twelve texts each. A line
for each look of a translator: the whole answer of the queue, unfiltered, under each filter,
searched and leafed through; the page of one piece; and the panel of the home page alone. By the
clock, and p95 of CPU time, in which other work on the machine has no part; the number of queries;
and how often the CPU time of the size before. LIMIT_MS is the aim for p95 at 2,000 pieces; it may
grow as the pieces do.

On SQLite in a temporary VAR_DIR, and on PostgreSQL where BENCH_DATABASE_URL names a server (a
database of its own is made there and dropped).
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.bench_dashboard import p95, progress, say, timed

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MS = 500
QUEUE = {
    "first page": {},
    "page 10": {"p": "10"},
    "everything, page 10": {"state": "all", "p": "10"},
    "not started": {"state": "not_started"},
    "changed": {"state": "changed"},
    "to be read": {"state": "to_read"},
    "published": {"state": "published"},
    "one language": {"language": "kk"},
    "a campaign": {"campaign": "bench-1"},
    "mine": {"assigned": "me"},
    "nobody's": {"assigned": "nobody"},
    "search": {"q": "保险"},
    "search, nothing found": {"q": "没有这个"},
    "four filters": {"state": "all", "language": "kk", "assigned": "nobody", "q": "保险"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pieces", type=int, nargs="+", default=[500, 2000])
    parser.add_argument("--looks", type=int, default=30)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one, options.looks)
        return
    say(f"aim: p95 {LIMIT_MS} ms at 2,000 pieces, growing no faster than they")
    say(
        f"{'database':<11} {'pieces':>7} {'what':<22} {'p50 ms':>7} {'p95 ms':>7} {'p95 CPU':>8} "
        f"{'queries':>8} {'growth':>7}"
    )
    databases = {"sqlite": "", "postgresql": os.environ.get("BENCH_DATABASE_URL", "")}
    for name, server in databases.items():
        before: dict[str, float] = {}
        for pieces in options.pieces if name == "sqlite" or server else ():
            for line in told_by_a_child(pieces, options.looks, server):
                what, cpu = line["what"], line["cpu"]
                growth = f"{cpu / before[what]:.1f}x" if what in before else ""
                before[what] = cpu
                say(
                    f"{name:<11} {pieces:>7,} {what:<22} {line['p50']:>7.0f} {line['p95']:>7.0f} "
                    f"{cpu:>8.0f} {line['queries']:>8} {growth:>7}"
                )


def told_by_a_child(pieces: int, looks: int, server: str) -> Iterator[dict]:
    """Each line as soon as it is known, from a process and a database of its own."""
    from tests.benchmarks.bench_home import bare_environment

    with tempfile.TemporaryDirectory(prefix="bench-queue-") as folder, database(server) as url:
        told = {
            "VAR_DIR": folder,
            "ENV_FILE": os.devnull,
            "SECRET_KEY": "only-here",
            "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
        }
        environment = bare_environment(**told, **({"DATABASE_URL": url} if url else {}))
        run = [sys.executable, "-m", "tests.benchmarks.bench_queue"]
        run += ["--one", str(pieces), "--looks", str(looks)]
        with subprocess.Popen(
            run, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as child:
            yield from map(json.loads, child.stdout)
        if child.returncode:
            sys.exit(child.returncode)


@contextmanager
def database(server: str) -> Iterator[str]:
    """The address of an empty database on that PostgreSQL server; nothing without a server."""
    if not server:
        yield ""
        return
    import psycopg

    name = "bench_queue"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def measure(pieces: int, looks: int) -> None:
    """In a process of its own, on the database that the environment names; a line a look."""
    import django

    django.setup()
    from tests.benchmarks import queue_pieces
    from tests.benchmarks.bench_dashboard import settings_that_slow_down_off

    settings_that_slow_down_off()
    translators = prepare()
    began = time.perf_counter()
    queue_pieces.make(pieces, translators)
    settle()
    progress(f"{pieces:,} pieces made in {time.perf_counter() - began:.0f} s")
    looks_there = looks_of(translators[0])
    queries_of(looks_there["first page"])  # what a process does once
    # As edu_cms.wsgi does: else each look pays for walking over all that was loaded.
    gc.collect()
    gc.freeze()
    for what, look in looks_there.items():
        queries = queries_of(look)
        clock, cpu = zip(*(timed(look, None) for _ in range(looks)), strict=True)
        told = {"what": what, "p50": statistics.median(clock), "p95": p95(clock), "cpu": p95(cpu)}
        say(json.dumps(told | {"queries": queries}))


def prepare() -> list:
    """An empty installation with five translators."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from campaigns.models import Posting, Region
    from campaigns.regions.roles import Role

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    users = [get_user_model().objects.create_user(f"translator-{n}") for n in range(5)]
    head = Region.objects.get(code="000000")
    for user in users:
        Posting.objects.create(user=user, role=Role.TRANSLATOR, region=head)
    return users


def settle() -> None:
    """What PostgreSQL does by itself some minutes after so many rows."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def looks_of(user) -> dict[str, Callable]:
    from django.test import Client, RequestFactory
    from django.urls import reverse

    from content.models import EducationPage
    from content.translation.admin_parts import MyTranslationsPanel

    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    request = RequestFactory().get("/")
    request.user = user
    key = EducationPage.objects.get(code="piece-3").translation_key

    def page(address: str, given: dict) -> Callable:
        def look(_selection) -> None:
            answer = client.get(address, given)
            assert answer.status_code == 200, answer

        return look

    def panel(_selection) -> None:
        assert MyTranslationsPanel().render_html({"request": request})

    queue = reverse("translation:queue")
    looks = {what: page(queue, given) for what, given in QUEUE.items()}
    looks["one piece"] = page(reverse("translation:piece", args=[key, "kk"]), {})
    return looks | {"home panel": panel}


def queries_of(look: Callable) -> int:
    """How many one look asks, after one that warms up what a process keeps."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    look(None)
    with CaptureQueriesContext(connection) as queries:
        look(None)
    return len(queries)


if __name__ == "__main__":
    main()
