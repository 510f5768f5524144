"""How long a search takes among 20,000 pages, and what it finds, beside stock Wagtail.

    make bench-search    (python -m tests.benchmarks.bench_search [--pages 20000] [--queries 150])

On SQLite in a temporary VAR_DIR, and on PostgreSQL where BENCH_DATABASE_URL names an empty
database. The pages are the demo's own words in new order (search_pages), half Chinese, a quarter
each Kazakh script. Asked is for parts of titles drawn at random, of 1 to 4 characters with at
least one letter, digit or Han character. Timed is what a listing asks for: the first 20 of the
page's language, fetched, and their number. "found" is the share of the parts that find the page
they come from, among all results. Stock is wagtail.search.backends.database on the same pages.
"public page" is /<language>/search/ from the request to the whole answer, with facets, highlights
and counting. LIMIT_MS is the aim for p95.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MS = 50
BACKENDS = {"ours": "content.search.backend", "stock": "wagtail.search.backends.database"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=150, help="of each length")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        measure(options.pages, options.queries)
        return
    say(f"{options.pages:,} pages; aim: p95 {LIMIT_MS} ms, found 100 %")
    say(f"{'database':<11} {'what':<12} {'length':<12} {'p50 ms':>8} {'p95 ms':>8} {'found':>8}")
    urls = {"sqlite": "", "postgresql": os.environ.get("BENCH_DATABASE_URL", "")}
    for name, url in urls.items():
        if name == "sqlite" or url:
            run(name, url, options)


def run(name: str, url: str, options: argparse.Namespace) -> None:
    """Measured in a process of its own, on a database of its own."""
    from tests.benchmarks.bench_home import bare_environment

    scratch = tempfile.mkdtemp(prefix="bench-search-")
    told = {
        "VAR_DIR": scratch,
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "only-here",
        "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
    }
    if url:
        told["DATABASE_URL"] = url
    command = [sys.executable, "-m", "tests.benchmarks.bench_search", "--child"]
    command += ["--pages", str(options.pages), "--queries", str(options.queries)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=bare_environment(**told), check=True, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    for line in map(json.loads, done.stdout.splitlines()):
        found = f"{line['found']:.1%}" if line["found"] is not None else ""
        say(
            f"{name:<11} {line['what']:<12} {line['length']:<12} "
            f"{line['p50']:>8.1f} {line['p95']:>8.1f} {found:>8}"
        )


def measure(pages: int, queries: int) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tests.benchmarks import search_pages
    from tests.benchmarks.bench_dashboard import settings_that_slow_down_off

    settings_that_slow_down_off()
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    began = time.perf_counter()
    search_pages.make(pages)
    note(f"{pages} pages made in {time.perf_counter() - began:.0f} s")
    backends = {name: backend_of(path) for name, path in BACKENDS.items()}
    for name, backend in backends.items():
        began = time.perf_counter()
        index(backend)
        note(f"{name}: indexed in {time.perf_counter() - began:.0f} s")
    asked = parts_of_titles(queries)
    for name, backend in backends.items():
        for kind, parts in asked.items():
            report(name, kind, [timed_search(backend, *part) for part in parts])
    everything = [part for parts in asked.values() for part in parts]
    timed_page("保险", 0, "zh-hans")  # what a process does once
    report("public page", "all", [(timed_page(*part), None) for part in everything])
    report("public page", "questions", [(timed_page(*part), None) for part in questions(queries)])


def backend_of(path: str):
    from django.utils.module_loading import import_module

    return import_module(path).SearchBackend({})


def index(backend) -> None:
    """What update_index does, for the pages."""
    from content.models import CaseWarningPage

    rebuilder = backend.rebuilder_class(backend.get_index_for_model(CaseWarningPage))
    writer = rebuilder.start()
    pages = CaseWarningPage.objects.select_related("locale").order_by("pk")
    for first in range(0, pages.count(), 1000):
        writer.add_items(CaseWarningPage, list(pages[first : first + 1000]))
    rebuilder.finish()


def parts_of_titles(queries: int) -> dict[str, list[tuple]]:
    """Kind -> (part, page's key, language), of pages drawn at random."""
    from content.models import CaseWarningPage

    rng = random.Random(7)
    pages = list(
        CaseWarningPage.objects.order_by("pk").values_list("pk", "title", "locale__language_code")
    )
    found: dict[str, list[tuple]] = {}
    for script, languages in (("Chinese", {"zh-hans"}), ("Kazakh", {"kk", "kk-arab"})):
        of_these = [page for page in pages if page[2] in languages]
        for length in (1, 2, 3, 4):
            parts = found[f"{script} {length}"] = []
            while len(parts) < queries:
                pk, title, language = rng.choice(of_these)
                start = rng.randrange(len(title) - length + 1)
                part = title[start : start + length]
                if any(map(str.isalnum, part)):
                    parts.append((part, pk, language))
    return found


def questions(queries: int) -> list[tuple]:
    """What no page has as a whole: two clauses of different pages in one."""
    from tests.benchmarks.search_pages import clauses

    rng = random.Random(8)
    return [
        ("".join(word[:8] for word in rng.sample(clauses(language), 2)), 0, language)
        for language in rng.choices(["zh-hans", "kk", "kk-arab"], k=queries)
    ]


def timed_search(backend, part: str, pk: int, language: str) -> tuple[float, bool]:
    from django.db import DatabaseError
    from wagtail.models import Locale

    from content.models import EducationPage

    locale = Locale.objects.get(language_code=language)
    pages = EducationPage.objects.filter(live=True, locale=locale)
    began = time.perf_counter()
    try:
        results = backend.search(part, pages)
        list(results[:20])
        results.count()
        took = (time.perf_counter() - began) * 1000
        return took, bool(backend.search(part, pages.filter(pk=pk)).count())
    except DatabaseError as error:  # stock search raises on some signs: a miss
        note(f"{part!r}: {type(error).__name__}")
        return (time.perf_counter() - began) * 1000, False


@cache
def reader():
    """One browser: a new one would load the middleware anew."""
    from django.test import Client

    return Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})


def timed_page(part: str, _pk: int, language: str) -> float:
    client = reader()
    began = time.perf_counter()
    response = client.get(f"/{language}/search/", {"q": part})
    assert response.status_code == 200, response
    return (time.perf_counter() - began) * 1000


def report(what: str, length: str, told: list[tuple]) -> None:
    times = sorted(took for took, _found in told)
    hits = [found for _took, found in told]
    line = {
        "what": what,
        "length": length,
        "p50": statistics.median(times),
        "p95": times[min(len(times) - 1, int(len(times) * 0.95))],
        "found": None if hits[0] is None else sum(hits) / len(hits),
    }
    say(json.dumps(line))


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
