"""What a page of the ledger costs under any filter, at 1 and 10 million entries.

    make bench-ledger   (python -m tests.benchmarks.bench_ledger [--entries 1000000 10000000]
                               [--looks 60] [--keep FOLDER])

A line for each kind of filter: median, p95 and the worst of the whole page, sums and template
included, over random filters of that kind. First by the clock, then the p95 of its CPU time, in
which other work on the machine has no part; at the end how much longer p95 is, by clock and CPU,
than at the size before. To try one size: --entries 1000000.

Works on SQLite in a VAR_DIR of its own, filled as bench_dashboard fills it, with pages for most of
the pieces; the two share what --keep keeps.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.benchmarks import bench_dashboard
from tests.benchmarks.bench_dashboard import PIECES, p95, say, timed

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
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the ledgers there")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one, options.looks)
        return
    say(
        f"limits: p95 {LIMIT_MS} ms, worst {LIMIT_WORST_MS} ms, growth of p95 {LIMIT_GROWTH}x\n"
        "     entries  median ms   p95 ms worst ms  p95 CPU     growth  filter"
    )
    before: dict[str, dict] = {}
    for entries in options.entries:
        with bench_dashboard.folder_for(entries, options.keep) as folder:
            told = {line["name"]: line for line in told_by_a_child(entries, options.looks, folder)}
        for name, line in told.items():
            growth = [
                f"{line[of] / before[name][of]:.2f}x" for of in ("clock", "cpu") if name in before
            ]
            say(
                f"{entries:>12,} {line['median']:>10.1f} {line['clock']:>8.1f} "
                f"{line['worst']:>8.1f} {line['cpu']:>8.1f} {' '.join(growth):>11}  {name}"
            )
        before = told


def told_by_a_child(entries: int, looks: int, folder: Path) -> list[dict]:
    """Measured in a process of its own, on a database of its own."""
    environment = bench_dashboard.prepared(entries, folder)
    run = [sys.executable, "-m", "tests.benchmarks.bench_ledger"]
    run += ["--one", str(entries), "--looks", str(looks)]
    told = subprocess.run(
        run, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return [json.loads(line) for line in told.stdout.splitlines()]


def measure(entries: int, looks: int) -> None:
    """A line for each kind of filter."""
    import django

    django.setup()
    bench_dashboard.settings_that_slow_down_off()
    bench_dashboard.fill_unless_kept(entries)
    publish_pieces()
    look, parts = looker(), filter_parts()
    for kind in KINDS:
        rng = random.Random(20260309)
        filters = [drawn(kind, parts, rng) for _ in range(looks)]
        clock, cpu = zip(*(timed(look, one) for one in filters), strict=True)
        told = {"name": kind, "median": statistics.median(clock), "worst": max(clock)}
        say(json.dumps(told | {"clock": p95(clock), "cpu": p95(cpu)}))


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
