"""What one look at the dashboard costs, at 1 and 10 million ledger entries.

    make bench-dashboard      (python -m tests.benchmarks.bench_dashboard
                               [--entries 1000000 10000000] [--looks 200] [--keep FOLDER])

Two lines for each view, under the same random filters (campaigns, days, region, channels, metrics,
basis, language): "figures" is everything behind what the view shows, through the view's own
functions, its charts included; "page" is the whole answer to somebody logged in, sessions, rights
and templates included. Each by the clock and in this process's CPU time: on a machine that others
use as well, the second says what the look itself costs. Beside them one GROUP BY on the ledger
itself, for the same campaigns.

On SQLite, in a temporary VAR_DIR. Ledgers are filled by SQL and summed up by rebuild_reach's own
function. With --keep they stay in FOLDER, one a number of entries, and the next run only looks;
it migrates them, and sums up again where the migrations are not those of the last time.
"""

import argparse
import itertools
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MS, LIMIT_GROWTH = 150, 1.3
EDITIONS, DAYS, PIECES = 10, 30, 60
PROVINCES, CITIES, COUNTIES = 31, 11, 2
FIRST = date(2016, 3, 1)
# Entries that are filled in by one statement.
A_LOAD = 500_000
# Five are enough for what is two orders of magnitude away.
PEERS = 5
ADDRESSES = {
    "overview": "dashboard",
    "regions": "dashboard_regions",
    "times": "dashboard_times",
    "pieces": "dashboard_pieces",
    "completeness": "dashboard_completeness",
}
# Milliseconds by the clock and of CPU.
Times = tuple[float, float]

FILL = """
WITH RECURSIVE numbers(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM numbers WHERE n < %s),
drawn AS MATERIALIZED (
    SELECT n, ABS(RANDOM()) AS a, ABS(RANDOM()) AS b, ABS(RANDOM()) AS c FROM numbers
)
INSERT INTO campaigns_reachentry (edition_id, channel_id, region_id, content, language, metric,
    basis, day, count, origin, source_key, reason, recorded_at)
SELECT editions.pk, channels.pk, regions.pk,
    CASE WHEN b %% 4 THEN 'piece-' || (b / 7 %% 60) ELSE '' END,
    CASE c %% 3 WHEN 0 THEN 'zh-hans' WHEN 1 THEN 'kk' ELSE '' END,
    CASE b / 500 %% 6 WHEN 0 THEN 'views' WHEN 1 THEN 'reads' WHEN 2 THEN 'plays'
        WHEN 3 THEN 'attendance' WHEN 4 THEN 'leaflets' ELSE 'clicks' END,
    CASE c / 3 %% 3 WHEN 0 THEN 'measured' WHEN 1 THEN 'platform-reported'
        ELSE 'self-reported' END,
    DATE(editions.starts_on, '+' || (a / 11 %% 30) || ' days'),
    c %% 1000, 'import', 'bench:' || drawn.n, '', '2026-01-01 00:00:00'
FROM drawn
CROSS JOIN bench_editions editions ON editions.n = a %% 10
CROSS JOIN bench_channels channels ON channels.n = b / 3000 %% (SELECT COUNT(*) FROM bench_channels)
CROSS JOIN bench_regions regions ON regions.n = c / 9 %% (SELECT COUNT(*) FROM bench_regions)
"""
NUMBERED = {
    "editions": "id AS pk, starts_on, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n "
    "FROM campaigns_edition",
    "channels": "id AS pk, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n FROM campaigns_channel",
    "regions": "id AS pk, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n FROM campaigns_region",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--looks", type=int, default=200)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the ledgers there")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one, options.looks)
        return
    say(" " * 34 + "by the clock, ms      CPU, ms")
    say("     entries view         of        median     p95   median     p95  limit  GROUP BY")
    taken = []
    for entries in options.entries:
        with folder_for(entries, options.keep) as folder:
            taken.append(dict(told_by_a_child(entries, options.looks, folder)))
    for (few, smaller), (many, larger) in itertools.pairwise(
        zip(options.entries, taken, strict=True)
    ):
        say(f"growth of p95 from {few:,} to {many:,} entries (limit {LIMIT_GROWTH}x)")
        for name in larger:
            clock, cpu = (larger[name][of] / smaller[name][of] for of in ("clock", "cpu"))
            say(f"             {name} {clock:>14.2f}x {cpu:>15.2f}x")


# --- Ledgers --------------------------------------------------------------------------------------


@contextmanager
def folder_for(entries: int, keep: Path | None) -> Iterator[Path]:
    """The VAR_DIR of a ledger of that size."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="bench-dashboard-") as folder:
            yield Path(folder)
        return
    folder = keep.resolve() / str(entries)
    if folder.exists() and not (folder / "filled").exists():
        # The last run did not come to the end of filling it.
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


def told_by_a_child(entries: int, looks: int, folder: Path) -> Iterator[tuple[str, dict]]:
    """Name and p95 of each line, which is shown as soon as it is known."""
    environment = prepared(entries, folder)
    run = [sys.executable, "-m", "tests.benchmarks.bench_dashboard"]
    run += ["--one", str(entries), "--looks", str(looks)]
    with subprocess.Popen(
        run, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as child:
        for line in child.stdout:
            told = json.loads(line)
            say(
                f"{entries:>12,} {told['name']} {told['median_clock']:>10.1f} "
                f"{told['clock']:>7.1f} {told['median_cpu']:>8.1f} {told['cpu']:>7.1f} "
                f"{LIMIT_MS:>6} {told['group_by']:>9.0f}"
            )
            yield told["name"], told
    if child.returncode:
        sys.exit(child.returncode)


def prepared(entries: int, folder: Path) -> dict[str, str]:
    """The environment of an installation in that folder, which is ready to be filled."""
    from tests.benchmarks.bench_home import bare_environment

    environment = bare_environment(
        VAR_DIR=str(folder),
        DATABASE_URL=f"sqlite:///{folder}/db.sqlite3",
        ENV_FILE=os.devnull,
        SECRET_KEY="only-here",
        DJANGO_SETTINGS_MODULE="edu_cms.settings.dev",
    )
    progress(f"preparing {entries:,} entries")
    run = [sys.executable, "manage.py", "prepare"]
    subprocess.run(run, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return environment


def fill_unless_kept(entries: int) -> None:
    """Fill and sum up; of a ledger that was kept, only what later migrations ask for."""
    from campaigns.reach import rollups

    stamp = Path(os.environ["VAR_DIR"]) / "filled"
    schema = migrations()
    if not stamp.exists():
        with taking("filled"):
            fill(entries)
            expect_reporters()
    if not stamp.exists() or stamp.read_text() != schema:
        with taking("summed up"):
            rollups.rebuild()
        stamp.write_text(schema)


def migrations() -> str:
    """The names of those that have run on this database."""
    from django.db.migrations.recorder import MigrationRecorder

    ran = MigrationRecorder.Migration.objects.filter(app="campaigns")
    return "\n".join(ran.order_by("name").values_list("name", flat=True))


@contextmanager
def taking(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    progress(f"{what} in {time.perf_counter() - started:.0f} s")


# --- Looks ----------------------------------------------------------------------------------------


def measure(entries: int, looks: int) -> None:
    """In a process of its own, on the database that the environment names; a line a result."""
    import django

    django.setup()
    settings_that_slow_down_off()
    fill_unless_kept(entries)
    rng = random.Random(20260309)
    selections = [some_selection(rng) for _ in range(looks)]
    peers = [timed(group_by, selection) for selection in selections[:PEERS]]
    pages = pages_by_view()
    for name, figures in looks_by_view().items():
        for of, look in (("figures", figures), ("page", pages[name])):
            look(selections[0])
            clock, cpu = zip(*(timed(look, selection) for selection in selections), strict=True)
            told = {
                "name": f"{name:<12} {of:<8}",
                "median_clock": statistics.median(clock),
                "clock": p95(clock),
                "median_cpu": statistics.median(cpu),
                "cpu": p95(cpu),
                "group_by": statistics.median(clock for clock, _cpu in peers),
            }
            say(json.dumps(told))


def settings_that_slow_down_off() -> None:
    """No list of every query is kept."""
    from django.conf import settings

    settings.DEBUG = False


def fill(entries: int) -> None:
    from django.db import connection, transaction

    from campaigns.models import Edition, Region, Series

    series = Series.objects.first()
    for n in range(EDITIONS):
        first = FIRST.replace(year=FIRST.year + n)
        Edition.objects.create(
            series=series,
            year=first.year,
            code=f"bench-{n}",
            name=f"{first.year}",
            starts_on=first,
            ends_on=first + timedelta(days=DAYS - 1),
        )
    with transaction.atomic(), connection.cursor() as cursor:
        plant(Region)
        for name, columns in NUMBERED.items():
            cursor.execute(f"CREATE TEMP TABLE bench_{name} AS SELECT {columns}")
            cursor.execute(f"CREATE INDEX temp.bench_{name}_n ON bench_{name} (n)")
        for first in range(0, entries, A_LOAD):
            last = min(first + A_LOAD, entries)
            cursor.execute(FILL, [first, last - 1])
            progress(f"{last:,} of {entries:,} entries")


def plant(region: type) -> None:
    """31 provinces, their cities and counties, under head office."""
    head = region.objects.get(code="000000")
    for province in range(PROVINCES):
        above = region.objects.get(pk=head.pk).add_child(
            code=f"{11 + province}0000", level="province", name=f"省{province}"
        )
        for city in range(CITIES):
            below = region.objects.get(pk=above.pk).add_child(
                code=f"{11 + province}{city + 1:02}00", level="city", name=f"市{city}"
            )
            for county in range(COUNTIES):
                region.objects.get(pk=below.pk).add_child(
                    code=f"{11 + province}{city + 1:02}{county + 1:02}",
                    level="county",
                    name=f"县{county}",
                )


def some_selection(rng: random.Random):
    """Mostly one or two campaigns and the whole company, now and then anything at all."""
    from campaigns.models import Channel, Edition, Region
    from campaigns.reports.figures import Selection

    def some(values: list, share: float) -> tuple:
        chosen = rng.random() < share
        return tuple(rng.sample(values, rng.randint(1, min(2, len(values))))) if chosen else ()

    known = list(Edition.objects.filter(code__startswith="bench-"))
    editions = tuple(rng.sample(known, rng.choice([1, 1, 2, 2, 4])))
    first = last = None
    if rng.random() < 0.4:
        first = editions[0].starts_on + timedelta(days=rng.randint(0, 10))
        last = first + timedelta(days=rng.randint(0, 25))
    region = rng.choice(list(Region.objects.all())) if rng.random() < 0.5 else None
    return Selection(
        editions,
        False,
        first,
        last,
        region=region,
        channels=some(list(Channel.objects.values_list("code", flat=True)), 0.3),
        metrics=some(["views", "reads", "plays", "attendance"], 0.2),
        bases=some(["measured", "platform-reported", "self-reported"], 0.2),
        languages=some(["zh-hans", "kk"], 0.2),
    )


def expect_reporters() -> None:
    """Every province and every city of every edition: who is expected to report."""
    from django.utils import timezone

    from campaigns.models import Edition, ExpectedReporter, Region

    ExpectedReporter.objects.bulk_create(
        ExpectedReporter(
            edition=edition, region=region, due_on=edition.ends_on, fixed_at=timezone.now()
        )
        for edition in Edition.objects.filter(code__startswith="bench-")
        for region in Region.objects.filter(depth__in=(2, 3))
    )


def looks_by_view() -> dict:
    """What each view of the dashboard does with a selection."""
    from dataclasses import replace

    from django.contrib.auth import get_user_model
    from django.http import QueryDict
    from django.test import RequestFactory

    from campaigns.reports.dashboard import completeness, overview, pieces, regions, times
    from campaigns.reports.dashboard.look import Look
    from campaigns.reports.filters import Filters

    user = get_user_model()(username="bench", is_superuser=True, is_active=True, pk=0)

    def of(shown):
        def look(selection) -> None:
            request = RequestFactory().get("/")
            request.user, request.GET = user, QueryDict()
            # A selection without what the last look has kept.
            shown(Look(request, Filters(replace(selection, user=user), [])))

        return look

    views = (overview, regions, times, pieces, completeness)
    return {view.__name__.rpartition(".")[2]: of(view.shown) for view in views}


def pages_by_view() -> dict:
    """The whole page of each view, as somebody gets it who may see everything."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import reverse

    from campaigns.reports.filters import Filters

    user, _made = get_user_model().objects.get_or_create(username="bench", is_superuser=True)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)

    def of(address: str):
        def page(selection) -> None:
            answer = client.get(f"{address}?{Filters(selection, []).query()}")
            assert answer.status_code == 200, answer

        return page

    return {name: of(reverse(f"campaigns_admin:{address}")) for name, address in ADDRESSES.items()}


def group_by(selection) -> None:
    """The same campaigns straight from the ledger, grouped as the channels' table is."""
    from django.db.models import Sum

    from campaigns.models import ReachEntry

    rows = ReachEntry.objects.filter(edition__in=selection.editions).order_by()
    list(rows.values_list("channel", "metric", "basis").annotate(Sum("count")))


def timed(act: Callable, selection) -> Times:
    clock, cpu = time.perf_counter(), time.process_time()
    act(selection)
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - cpu)


def p95(times: tuple[float, ...]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def progress(words: str) -> None:
    """For whoever waits; the table is on standard output alone."""
    sys.stderr.write(f"  … {words}\n")
    sys.stderr.flush()


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
