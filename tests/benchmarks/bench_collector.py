"""Hits a second that POST /hit takes and keeps, beside a view that does nothing.

    make bench-collector      (python -m tests.benchmarks.bench_collector [--runs 5] [--seconds 2])

All under granian with one worker and the same threads, DEBUG off. "No-op, bare" is Django with one
POST view and no middleware; "no-op, our site" is the same view behind all that our site puts before
one. Ours writes each hit into the spool (with Redis at hand, also into a stream) with tokens under
two salts, from readers at a thousand addresses whose share is limited. After each run the hits that
lie in the store are counted: as many as were answered. The load comes from this machine over
loopback: 8 connections that are kept open. The targets take turns. The first two ratios are by the
clock, in which the load and whatever else runs here have a part; the last two by the CPU time that
the server takes for a hit.
"""

import argparse
import json
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

from tests.benchmarks.bench_home import CONNECTIONS, ROOT, Site, bare_environment, run, served

LIMIT = 0.5
NO_OP = """\
from django.core.wsgi import get_wsgi_application
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

urlpatterns = [path("no-op", csrf_exempt(lambda request: HttpResponse(status=204)))]
"""
BARE = (
    NO_OP
    + """\
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="only-here")
application = get_wsgi_application()
"""
)
BEHIND = NO_OP + "application = get_wsgi_application()\n"
SETTINGS = "from edu_cms.settings.dev import *\nROOT_URLCONF = 'no_op'\n"
LAY_SALTS = """\
from datetime import timedelta
from django.utils import timezone
from campaigns.calendar.windows import beijing_day
from campaigns.models import Edition, Series
from campaigns.reach import salts
today = beijing_day(timezone.now())
Edition.objects.create(series=Series.objects.first(), year=today.year, code="bench", name="bench",
    starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=1))
assert salts.turn_over()["made"] >= 2
"""


def environment(folder: Path, **told: str) -> dict[str, str]:
    return bare_environment(
        VAR_DIR=str(folder),
        SECRET_KEY=secrets.token_urlsafe(50),
        ENV_FILE="/dev/null",
        BEHIND_PROXY="true",
        LOG_LEVEL="ERROR",
        **told,
    )


def make_ours(folder: Path, **told: str) -> tuple[Path, dict[str, str], str]:
    env = environment(folder, **told)
    run(ROOT, env, "manage.py", "prepare")
    run(ROOT, env, "manage.py", "shell", "-c", LAY_SALTS)
    return ROOT, env, "edu_cms.wsgi:application"


def make_bare(folder: Path) -> tuple[Path, dict[str, str], str]:
    folder.mkdir()
    (folder / "bare.py").write_text(BARE)
    return folder, bare_environment(), "bare:application"


def make_behind(folder: Path, ours: Path) -> tuple[Path, dict[str, str], str]:
    """The same view in our site's settings, on our site's files."""
    folder.mkdir()
    (folder / "no_op.py").write_text(BEHIND)
    (folder / "no_op_settings.py").write_text(SETTINGS)
    env = environment(ours, PYTHONPATH=f"{folder}:{ROOT}", DJANGO_SETTINGS_MODULE="no_op_settings")
    return folder, env, "no_op:application"


class Readers:
    """Many connections that tell of views, and how many were answered."""

    BODY = json.dumps({"page": "case-1", "event": "view", "link": "A7Kx"}).encode()

    def __init__(self, site: Site, path: str) -> None:
        self.site, self.path = site, path

    def answered(self, seconds: float) -> tuple[int, float, float]:
        """Answers of 204, and the seconds they took by the clock and of the server's CPU.

        Raises RuntimeError at any other answer.
        """
        counts, failures = [], []
        end = time.monotonic() + seconds

        def tell(number: int) -> None:
            try:
                counts.append(self._tell(number, end))
            except (OSError, RuntimeError) as error:
                failures.append(error)

        begun, cpu = time.monotonic(), self.site.cpu_seconds()
        threads = [threading.Thread(target=tell, args=(n,)) for n in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return sum(counts), time.monotonic() - begun, self.site.cpu_seconds() - cpu

    def _tell(self, number: int, end: float) -> int:
        import socket

        connection = socket.create_connection(("127.0.0.1", self.site.port), 30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = connection.makefile("rb")
        count = 0
        for request in cycle(self._requests(number)):
            if time.monotonic() >= end:
                return count
            connection.sendall(request)
            status = answers.readline()
            if b" 204 " not in status:
                raise RuntimeError(f"answered with {status!r}")
            while answers.readline() not in (b"\r\n", b""):
                pass
            count += 1
        return count

    def _requests(self, number: int) -> list[bytes]:
        return [
            (
                f"POST {self.path} HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Type: application/json\r\n"
                f"X-Forwarded-For: 10.{number}.{reader // 250}.{reader % 250}\r\n"
                "User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger\r\n"
                f"Accept-Language: zh-CN\r\nContent-Length: {len(self.BODY)}\r\n\r\n"
            ).encode()
            + self.BODY
            for reader in range(1000)
        ]


def lines_in(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in (folder / "spool").glob("*.hits"))


def start_redis(stack: ExitStack, folder: Path) -> str:
    """The address of a Redis of our own that writes each hit to its log; empty: there is none."""
    program = shutil.which("redis-server")
    if program is None:
        return ""
    folder.mkdir()
    address = folder / "redis.sock"
    command = [program, "--port", "0", "--unixsocket", str(address), "--dir", str(folder)]
    server = subprocess.Popen(
        [*command, "--save", "", "--appendonly", "yes"], stdout=subprocess.DEVNULL
    )
    stack.callback(server.wait)
    stack.callback(server.terminate)
    while not address.exists():
        time.sleep(0.05)
    return f"unix://{address}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="bench-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        ours = scratch / "ours"
        targets = {
            "no-op, bare": make_bare(scratch / "bare"),
            "POST /hit, spool": make_ours(ours),
            "no-op, our site": make_behind(scratch / "behind", ours),
        }
        redis_url = start_redis(stack, scratch / "redis")
        if redis_url:
            targets["POST /hit, stream"] = make_ours(scratch / "stream", REDIS_URL=redis_url)
        readers = {
            name: Readers(
                stack.enter_context(served(*target)),
                "/no-op" if name.startswith("no-op") else "/hit",
            )
            for name, target in targets.items()
        }
        results: dict[str, list[float]] = {name: [] for name in targets}
        costs: dict[str, list[float]] = {name: [] for name in targets}
        kept = 0
        for reader in readers.values():
            reader.answered(0.5)
        before = lines_in(ours)
        for _ in range(options.runs):
            for name, reader in readers.items():
                count, seconds, cpu = reader.answered(options.seconds)
                results[name].append(count / seconds)
                costs[name].append(cpu / count)
                kept += count if name == "POST /hit, spool" else 0
        if lines_in(ours) - before != kept:
            sys.exit(f"{kept} hits were answered, {lines_in(ours) - before} lie in the spool")
        if redis_url:
            import redis

            waiting = redis.Redis.from_url(redis_url).xlen("edu_cms:hits")
            if not waiting:
                sys.exit("nothing lies in the stream")
    report(results, costs)


def report(results: dict[str, list[float]], costs: dict[str, list[float]]) -> None:
    median = {name: statistics.median(runs) for name, runs in results.items()}
    cost = {name: statistics.median(runs) for name, runs in costs.items()}
    peers = ("no-op, bare", "no-op, our site")
    heads = ("hits/s", "lowest", "highest", "x bare", "x site", "CPU us", "x bare", "x site")
    lines = [" " * 20 + "".join(f"{head:>9}" for head in (*heads, "limit"))]
    for name, runs in results.items():
        rates = "".join(f"{rate:>9.0f}" for rate in (median[name], min(runs), max(runs)))
        by_clock = "".join(f"{median[name] / median[peer]:>9.2f}" for peer in peers)
        # The other way round, so that more is better here as well.
        by_cpu = "".join(f"{cost[peer] / cost[name]:>9.2f}" for peer in peers)
        limit = "" if name.startswith("no-op") else f">= {LIMIT}"
        lines.append(f"{name:<20}{rates}{by_clock}{1e6 * cost[name]:>9.0f}{by_cpu}{limit:>9}")
    print("\n".join(lines))  # noqa: T201 a table is what this is for


if __name__ == "__main__":
    main()
