"""Hits a second that folding brings into the ledger, by one core.

    make bench-folding        (python -m tests.benchmarks.bench_folding [--hits 400000] [--runs 5])

In a temporary VAR_DIR, on SQLite, and on PostgreSQL where BENCH_DATABASE_URL names an empty
database. Four processes' spools of a busy hour: a fifth of the readers look twice, three views in
ten come over one of 40 links in 30 regions, the others are spread over 20 pages of which half have
a place on the home page; each line carries tokens under the month's and an edition's salt. Measured
is the processor time of the folding process (on PostgreSQL the server's comes on top, so the wall
clock stands beside it); afterwards ledger, sums and sketches have to agree with what was written.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 50_000
SPOOLS = 4


def child(hits: int, runs: int) -> list[tuple[float, float]]:
    """Runs inside the installation; processor and wall seconds of each folding."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db.models import Sum

    call_command("migrate", verbosity=0)
    from campaigns.models import ReachEntry
    from campaigns.reach import rollups
    from campaigns.reach.folding import fold_spools

    links, edition = furnish()
    seconds, written, expected = [], 0, 0
    for number in range(runs):
        expected += write(hits, number, links, edition)
        written += hits
        cpu, wall = time.process_time(), time.perf_counter()
        result = fold_spools()
        seconds.append((time.process_time() - cpu, time.perf_counter() - wall))
        assert result.hits + result.repeats == hits, result
    counted = ReachEntry.objects.aggregate(n=Sum("count"))["n"]
    assert counted == expected, (counted, expected)
    assert list(rollups.differences()) == []
    return seconds


def furnish():
    from datetime import timedelta

    from django.utils import timezone

    from campaigns.calendar.windows import beijing_day
    from campaigns.models import Channel, Placement, Region, TrackedLink
    from tests.factories import AccountFactory, EditionFactory, make_case

    now = timezone.now()
    today = beijing_day(now)
    edition = EditionFactory(starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=1))
    head = Region.objects.get(code="000000")
    regions = [
        Region.objects.get(pk=head.pk).add_child(
            code=f"{n + 11}0000", level="province", name=f"第{n}分公司"
        )
        for n in range(30)
    ]
    pages = [make_case(f"case-{n}", title=f"第{n}号案例") for n in range(20)]
    account = AccountFactory(code="website:000000", adapter="website")
    for page in pages[:10]:
        Placement.objects.create(
            key=f"00000000-0000-0000-0000-{page.pk:012}", account=account, edition=edition,
            page=page, language="zh-hans", starts_at=now - timedelta(days=1),
            ends_at=now + timedelta(days=1),
        )  # fmt: skip
    wechat = Channel.objects.get(code="wechat")
    links = [
        TrackedLink.objects.create(
            label="海报",
            page=pages[n % 20],
            edition=edition,
            channel=wechat,
            region=regions[n % 30],
        )
        for n in range(40)
    ]
    return links, edition


def write(hits: int, number: int, links, edition) -> int:
    """The spools of an hour; how many of the hits count."""
    from django.conf import settings

    chance = random.Random(number)
    folder = Path(settings.HIT_SPOOL_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    start = (time.time_ns() // 1000) - (10 - number) * 3600 * 1_000_000
    step = 3600 * 1_000_000 // hits
    files = [(folder / f"20260101-{number}-{n}.hits").open("wb") for n in range(SPOOLS)]
    repeats = 0
    last = None
    for n in range(hits):
        if last and chance.random() < 0.2:
            rest = last
            last, repeats = None, repeats + 1
        else:
            reader = chance.getrandbits(64)
            if chance.random() < 0.3:
                link = chance.choice(links)
                where = f"{link.page.code}\t{link.code}"
            else:
                where = f"case-{chance.randrange(20)}\t"
            tokens = f"m202611.0a1b2c3d={reader:016x},e{edition.pk}.4e5f6a7b={reader ^ 7:016x}"
            rest = last = f"view\t{where}\t{tokens}\n"
        files[n % SPOOLS].write(f"{start + n * step}\t{rest}".encode())
    for file in files:
        file.close()
    return hits - repeats


def measure(hits: int, runs: int, database_url: str) -> list[tuple[float, float]]:
    from tests.benchmarks.bench_home import bare_environment

    scratch = tempfile.mkdtemp(prefix="bench-folding-")
    told = {
        "VAR_DIR": scratch,
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "only-here",
        "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
    }
    if database_url:
        told["DATABASE_URL"] = database_url
    command = [sys.executable, "-m", "tests.benchmarks.bench_folding", "--child"]
    try:
        answer = subprocess.run(
            [*command, "--hits", str(hits), "--runs", str(runs)],
            cwd=ROOT, env=bare_environment(**told), check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return json.loads(answer.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hits", type=int, default=400_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(options.hits, options.runs)))  # noqa: T201 read by the parent
        return
    heads = ("hits/s a core", "lowest", "highest", "by the clock", "limit")
    lines = [" " * 12 + "".join(f"{head:>15}" for head in heads)]
    for name, url in (("SQLite", ""), ("PostgreSQL", os.environ.get("BENCH_DATABASE_URL", ""))):
        if name == "SQLite" or url:
            seconds = measure(options.hits, options.runs, url)
            core, clock = (
                [options.hits / one for one in column] for column in zip(*seconds, strict=True)
            )
            told = (statistics.median(core), min(core), max(core), statistics.median(clock))
            lines.append(
                f"{name:<12}" + "".join(f"{one:>15,.0f}" for one in told) + f"{LIMIT:>15,}"
            )
    print("\n".join(lines))  # noqa: T201 a table is what this is for


if __name__ == "__main__":
    main()
