"""What one look at the dashboard costs, at 1 and 10 million ledger entries.

    python -m tests.benchmarks.bench_dashboard [--entries 1000000 10000000] [--looks 200]

A line for each view of the dashboard. To try one size: --entries 1000000.


Works on SQLite in a temporary VAR_DIR of its own; the ledger is filled by SQL and summed up by
rebuild_reach's own function. A look is everything behind a view's figures under random
filters (campaigns, days, region, channels, metrics, basis, language), through the same functions as
the view, its charts included. Beside it one GROUP BY on the ledger itself, for the same campaigns.
"""

import argparse
import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MS, LIMIT_GROWTH = 150, 1.3
EDITIONS, DAYS, PIECES = 10, 30, 60
PROVINCES, CITIES, COUNTIES = 31, 11, 2
FIRST = date(2016, 3, 1)

FILL = """
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s),
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
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--looks", type=int, default=200)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one, options.looks)
        return
    say("     entries  median ms   p95 ms  limit  GROUP BY ms fill/sum s view")
    p95s = []
    for entries in options.entries:
        with tempfile.TemporaryDirectory() as folder:
            environment = {
                **os.environ,
                "VAR_DIR": folder,
                "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
                "ENV_FILE": os.devnull,
                "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
            }
            run = [sys.executable, "manage.py", "migrate", "-v", "0"]
            subprocess.run(run, cwd=ROOT, env=environment, check=True)
            run = [sys.executable, "-m", "tests.benchmarks.bench_dashboard"]
            run += ["--one", str(entries), "--looks", str(options.looks)]
            told = subprocess.run(
                run, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
            )
        say(told.stdout.rstrip())
        lines = [line.split() for line in told.stdout.splitlines()]
        p95s.append({line[-1]: float(line[2]) for line in lines})
    for smaller, larger in itertools.pairwise(p95s):
        for name, p95 in larger.items():
            say(f"growth of p95, {name}: {p95 / smaller[name]:.2f}x (limit {LIMIT_GROWTH}x)")


def measure(entries: int, looks: int) -> None:
    """In a process of its own, on the database that the environment names."""
    import django

    django.setup()
    from campaigns.reach import rollups

    settings_that_slow_down_off()
    started = time.perf_counter()
    fill(entries)
    filled = time.perf_counter()
    rollups.rebuild()
    summed = time.perf_counter()
    rng = random.Random(20260309)
    selections = [some_selection(rng) for _ in range(looks)]
    expect_reporters()
    # Five are enough for what is two orders of magnitude away.
    peers = [timed(group_by, selection) for selection in selections[:5]]
    for name, look in looks_by_view().items():
        look(selections[0])
        times = sorted(timed(look, selection) for selection in selections)
        p95 = times[int(len(times) * 0.95)]
        say(
            f"{entries:>12,} {statistics.median(times):>10.1f} {p95:>8.1f} {LIMIT_MS:>6} "
            f"{statistics.median(peers):>12.0f} {filled - started:.0f}/{summed - filled:.0f} {name}"
        )


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
        cursor.execute(FILL, [entries - 1])


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


def group_by(selection) -> None:
    """The same campaigns straight from the ledger, grouped as the channels' table is."""
    from django.db.models import Sum

    from campaigns.models import ReachEntry

    rows = ReachEntry.objects.filter(edition__in=selection.editions).order_by()
    list(rows.values_list("channel", "metric", "basis").annotate(Sum("count")))


def timed(act, selection) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    act(selection)
    return 1000 * (time.perf_counter() - started)


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
