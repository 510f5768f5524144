"""What a page of the ledger costs under any filter, at 1 and 10 million entries.

    make bench-ledger   (python -m tests.benchmarks.bench_ledger [--entries 1000000 10000000])

A line for each kind of filter: median, p95 and the worst of the whole page, sums and template
included, over random filters of that kind, and how much slower p95 is than at the size before.
Beside them the processor's time of a page, on the average: other work on the machine is not in it.
To try one size: --entries 1000000.

Works on SQLite in a temporary VAR_DIR of its own, filled as bench_dashboard fills it, with pages
for most of the pieces. A ledger that is there already is taken as it is: for that, name it in
DATABASE_URL and say --one with its size.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from tests.benchmarks import bench_dashboard
from tests.benchmarks.bench_dashboard import PIECES, say, timed

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MS, LIMIT_WORST_MS, LIMIT_GROWTH = 150, 500, 1.3
METRICS = ["views", "reads", "plays", "attendance", "leaflets", "clicks"]
BASES = ["measured", "platform-reported", "self-reported"]
LANGUAGES = ["zh-hans", "kk", "-"]
# What is filled in; what has a question mark is in one filter of three.
KINDS = [
    "nothing",
    "campaigns",
    "campaigns, region",
    "region, metric",
    "metric, basis, language",
    "campaigns, piece",
    "piece",
    "piece, metric, basis, language",
    "campaigns, no piece",
    "campaigns, risk",
    "risk, region",
    "campaigns, audience",
    "audience, metric, basis, language",
    "region itself",
    "campaigns, piece, origin",
    "farther down, campaigns, metric?, piece?, region?",
    "campaigns?, days?, channels?, region?, metric?, basis?, language?, piece?, risk?, audience?",
]
# Pieces from this one on have no page.
WITHOUT_PAGE = 50


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--looks", type=int, default=60)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one, options.looks)
        return
    say(
        f"limits: p95 {LIMIT_MS} ms, worst {LIMIT_WORST_MS} ms, growth of p95 {LIMIT_GROWTH}x\n"
        "     entries  median ms   p95 ms worst ms  CPU ms growth filter"
    )
    before: dict[str, float] = {}
    for entries in options.entries:
        p95s = {}
        for line in lines_of(entries, options.looks):
            numbers, _tab, name = line.partition("\t")
            p95s[name] = float(numbers.split()[2])
            growth = f"{p95s[name] / before[name]:.2f}x" if name in before else ""
            say(f"{numbers} {growth:>6} {name}")
        before = p95s


def lines_of(entries: int, looks: int) -> list[str]:
    """Measured in a process of its own, on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "VAR_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "ENV_FILE": os.devnull,
            "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
        }
        for command in (["migrate"], ["collectstatic", "--noinput"]):
            run = [sys.executable, "manage.py", *command, "-v", "0"]
            subprocess.run(run, cwd=ROOT, env=environment, check=True)
        run = [sys.executable, "-m", "tests.benchmarks.bench_ledger"]
        run += ["--one", str(entries), "--looks", str(looks)]
        told = subprocess.run(
            run, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    return told.stdout.splitlines()


def measure(entries: int, looks: int) -> None:
    """A line for each kind of filter, its name behind a tab."""
    import django

    django.setup()
    from campaigns.models import ReachEntry
    from campaigns.reach import rollups

    bench_dashboard.settings_that_slow_down_off()
    if not ReachEntry.objects.exists():
        bench_dashboard.fill(entries)
        rollups.rebuild()
        bench_dashboard.expect_reporters()
    publish_pieces()
    look, parts = looker(), filter_parts()
    for kind in KINDS:
        rng = random.Random(20260309)
        filters = [drawn(kind, parts, rng) for _ in range(looks)]
        started = time.process_time()
        times = sorted(timed(look, one) for one in filters)
        cpu = 1000 * (time.process_time() - started) / looks
        p95 = times[int(len(times) * 0.95)]
        median = statistics.median(times)
        say(f"{entries:>12,} {median:>10.1f} {p95:>8.1f} {times[-1]:>8.1f} {cpu:>7.1f}\t{kind}")


def publish_pieces() -> None:
    """A page for most of them: in a risk category, for up to three audience groups.

    The first is alone in its category and for an audience group of its own.
    """
    from content.models import Audience, Category, EducationPage
    from tests.factories import make_case

    categories, audiences = list(Category.objects.all()), list(Audience.objects.all())
    for n in range(WITHOUT_PAGE):
        code = f"piece-{n}"
        if EducationPage.objects.filter(code=code).exists():
            continue
        if n:
            category = categories[1 + n % (len(categories) - 1)]
            meant = [audiences[1 + (n * k) % (len(audiences) - 1)] for k in range(1, 1 + n % 4)]
        else:
            category, meant = categories[0], [audiences[0]]
        make_case(code, category=category, audiences=meant)


def looker():
    """The whole page as a superuser gets it."""
    from django.contrib.auth import get_user_model
    from django.http import QueryDict
    from django.test import RequestFactory
    from django.urls import resolve, reverse

    address = reverse("reachentry:index")
    view = resolve(address).func
    user = get_user_model()(username="bench", is_superuser=True, is_active=True, pk=0)

    def look(filters: dict) -> None:
        asked = QueryDict(mutable=True)
        for name, values in filters.items():
            asked.setlist(name, values if isinstance(values, list) else [values])
        request = RequestFactory().get(f"{address}?{asked.urlencode()}")
        request.user, request.session = user, {}
        response = view(request)
        response.render()
        assert response.status_code == 200, filters

    look({})
    return look


def drawn(kind: str, parts: dict, rng: random.Random) -> dict:
    """A random filter of that kind."""
    found = {}
    for name in kind.split(", "):
        if not name.endswith("?") or rng.random() < 1 / 3:
            found |= parts[name.rstrip("?")](rng)
    return found


def filter_parts() -> dict:
    """What a filter is put together from, by the words that KINDS has for it."""
    from campaigns.models import Channel, Edition, Region
    from content.models import Audience, Category

    editions = Edition.objects.filter(code__startswith="bench-").order_by("starts_on")
    starts = dict(editions.values_list("code", "starts_on"))
    regions = list(Region.objects.order_by("path").values_list("code", flat=True))
    channels = list(Channel.objects.values_list("code", flat=True))
    risks = [*Category.objects.values_list("slug", flat=True), "-"]
    audiences = [*Audience.objects.values_list("slug", flat=True), "-"]

    def days(rng) -> dict:
        first = rng.choice(list(starts.values())) + timedelta(days=rng.randint(0, 10))
        return {"day_from": first, "day_to": first + timedelta(days=rng.randint(0, 25))}

    def farther_down(rng) -> dict:
        day = rng.choice(list(starts.values())) + timedelta(days=rng.randint(0, 29))
        return {"after": f"{day}~{rng.randint(1, 1_000_000)}"}

    return {
        "nothing": lambda _rng: {},
        "campaigns": lambda rng: {
            "campaign": rng.sample(list(starts), rng.choice([1, 1, 2, 2, 4]))
        },
        "days": days,
        "channels": lambda rng: {"channel": rng.sample(channels, rng.randint(1, 2))},
        "region": lambda rng: {"region": rng.choice(regions)},
        "region itself": lambda rng: {"only_region": rng.choice(regions)},
        "metric": lambda rng: {"metric": rng.choice(METRICS)},
        "basis": lambda rng: {"basis": rng.choice(BASES)},
        "language": lambda rng: {"language": rng.choice(LANGUAGES)},
        "piece": lambda rng: {"content": f"piece-{rng.randrange(PIECES)}"},
        "no piece": lambda _rng: {"content": "-"},
        "risk": lambda rng: {"risk": rng.choice(risks)},
        "audience": lambda rng: {"audience": rng.choice(audiences)},
        "origin": lambda _rng: {"origin": "import"},
        "farther down": farther_down,
    }


if __name__ == "__main__":
    main()
