"""Pushes a second when many fall due in the same minute, beside a loop that only writes the same.

    python -m tests.benchmarks.bench_pushes [--pushes 10000] [--pieces 50] [--profile]

In a temporary VAR_DIR, on SQLite, and on PostgreSQL where BENCH_DATABASE_URL names a server (a
database of its own is made there and dropped). "Bare" writes the same files, brought to the disk by
the batch, and the same rows, without looking at anything: what the work itself costs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
BATCH = 100


def child(count: int, pieces: int, *, profile: bool) -> dict:
    """Runs inside the prepared installation; seconds of the tick and of the bare loop, by name."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    answers = {}
    for adapter in ("file", "website"):
        make_pushes(adapter, count, pieces)
        answers[adapter] = tick(count, profile=profile)
        answers[f"{adapter} bare"] = bare(adapter)
    return answers


def make_pushes(adapter: str, count: int, pieces: int) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from campaigns.calendar.windows import beijing_day
    from campaigns.models import Push, TrackedLink
    from tests.factories import AccountFactory, EditionFactory, make_case

    now = timezone.now()
    today = beijing_day(now)
    edition = EditionFactory(starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=1))
    code = {"file": "wechat:000000", "website": "website:000000"}[adapter]
    account = AccountFactory(code=code, adapter=adapter)
    pages = [make_case(f"{adapter}-{n}", title=f"第{n}号案例") for n in range(pieces)]
    links = [None] * pieces
    if adapter == "file":
        links = [
            TrackedLink.objects.create(
                label="x", page=page, edition=edition, account=account,
                channel=account.channel, region=account.region,
            )
            for page in pages
        ]  # fmt: skip
    Push.objects.bulk_create(
        Push(
            edition=edition, page=pages[n % pieces], link=links[n % pieces], language="zh-hans",
            account=account, slot=n + 1, state="approved", scheduled_at=now, try_at=now,
        )
        for n in range(count)
    )  # fmt: skip


def tick(count: int, *, profile: bool) -> float:
    import cProfile
    import pstats

    from campaigns.pushes import engine

    recorder = cProfile.Profile() if profile else None
    began = time.perf_counter()
    if recorder:
        recorder.enable()
    result = engine.tick()
    seconds = time.perf_counter() - began
    if recorder:
        recorder.disable()
        pstats.Stats(recorder, stream=sys.stderr).sort_stats("cumulative").print_stats(45)
    assert result.sent == count, result
    return seconds


def bare(adapter: str) -> float:
    """The same rows and files again, from memory."""
    import uuid

    from django.conf import settings
    from django.db import transaction

    from campaigns.channels.models import Placement
    from campaigns.models import Push, PushAttempt, PushTransition

    pks = list(Push.objects.filter(account__adapter=adapter).values_list("pk", flat=True))
    mine = PushAttempt.objects.filter(push__account__adapter=adapter)
    attempts = list(mine.values("push_id", "started_at", "outcome", "detail"))
    changes = list(PushTransition.objects.filter(push_id=pks[0]).values())
    places = list(Placement.objects.values()) if adapter == "website" else []
    outbox = Path(settings.OUTBOX_DIR)
    packages = []
    for folder in (outbox / "wechat:000000").iterdir() if adapter == "file" else ():
        found = [path for path in folder.rglob("*") if path.is_file()]
        files = {path.relative_to(folder): path.read_bytes() for path in found}
        packages.append(files)
    began = time.perf_counter()
    for start in range(0, len(pks), BATCH):
        some = slice(start, start + BATCH)
        with transaction.atomic():
            PushAttempt.objects.bulk_create(
                PushAttempt(**{**row, "number": 2}) for row in attempts[some]
            )
        for number, files in enumerate(packages[some]):
            folder = outbox / "bare" / str(start + number)
            (folder / "images").mkdir(parents=True)
            for name, content in files.items():
                (folder / name).write_bytes(content)
        if packages:
            os.sync()
        with transaction.atomic():
            PushTransition.objects.bulk_create(
                PushTransition(**{**row, "id": None, "push_id": pk})
                for pk in pks[some]
                for row in changes
            )
            Push.objects.filter(pk__in=pks[some]).update(claimed_by="")
            Placement.objects.bulk_create(
                Placement(**{**row, "id": None, "key": uuid.uuid4()}) for row in places[some]
            )
    return time.perf_counter() - began


def run(database_url: str, arguments: argparse.Namespace) -> dict:
    with tempfile.TemporaryDirectory(prefix="bench-pushes-") as var:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "REDIS_URL"},
            "VAR_DIR": var,
            "ENV_FILE": os.devnull,
            "SECRET_KEY": "bench",
            "PREFLIGHT_URL": "none",
            "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
            "DATABASE_URL": database_url or f"sqlite:///{var}/db.sqlite3",
        }
        command = [sys.executable, "-m", "tests.benchmarks.bench_pushes", "--child"]
        command += ["--pushes", str(arguments.pushes), "--pieces", str(arguments.pieces)]
        command += ["--profile"] * arguments.profile
        done = subprocess.run(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
        return json.loads(done.stdout.splitlines()[-1])


def on_postgresql(server: str, arguments: argparse.Namespace) -> dict:
    import psycopg

    name = "bench_pushes"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            return run(urlsplit(server)._replace(path=f"/{name}").geturl(), arguments)
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pushes", type=int, default=10_000)
    parser.add_argument("--pieces", type=int, default=50)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        answers = child(arguments.pushes, arguments.pieces, profile=arguments.profile)
        print(json.dumps(answers))  # noqa: T201
        return
    results = {"SQLite": run("", arguments)}
    if server := os.environ.get("BENCH_DATABASE_URL"):
        results["PostgreSQL"] = on_postgresql(server, arguments)
    say(f"{arguments.pushes} pushes due in the same minute, {arguments.pieces} pieces\n")
    say("| Database | Channel | Pushes/s | Bare loop/s | Ratio |")
    say("|---|---|---|---|---|")
    for database, answers in results.items():
        for channel in ("file", "website"):
            own, least = answers[channel], answers[f"{channel} bare"]
            say(
                f"| {database} | {channel} | {arguments.pushes / own:.0f} "
                f"| {arguments.pushes / least:.0f} | {own / least:.1f} |"
            )


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
