"""Requests per second of our home page beside its peers, on the same server in the same run.

    make bench-home        (python -m tests.benchmarks.bench_home [--runs 5] [--seconds 2])

The peers: the home page of a fresh `wagtail start` project, and a bare "hello" view of Django
without middleware. All run under granian with the same workers and threads, on SQLite, with DEBUG
off; ours holds the demo content. "Uncached" asks with a parameter that is not kept in the cache.
The load comes from this machine over loopback: 8 connections that are kept open. The targets take
turns, so that what else the machine does meets all of them.
"""

import argparse
import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = 8
SERVER = ("--interface", "wsgi", "--no-ws", "--workers", "1", "--blocking-threads", "4")
HELLO = """\
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("hello", headers={"Content-Length": 5}))]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="only-here")
application = get_wsgi_application()
"""
PEER_SETTINGS = """\
from .base import *
DEBUG = False
SECRET_KEY = "only-here"
ALLOWED_HOSTS = ["*"]
"""


def bare_environment(**variables: str) -> dict[str, str]:
    """This environment without what it says about an installation of ours."""
    from edu_cms.environment import VARIABLES

    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return kept | {"PYTHONWARNINGS": "ignore"} | variables


def run(folder: Path, env: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, *command], cwd=folder, env=env, check=True, capture_output=True)


# --- The sites ------------------------------------------------------------------------------------


def make_ours(scratch: Path) -> tuple[Path, dict[str, str], str]:
    env = bare_environment(
        VAR_DIR=str(scratch / "ours"), SECRET_KEY=secrets.token_urlsafe(50), ENV_FILE=os.devnull
    )
    run(ROOT, env, "manage.py", "prepare", "--demo")
    return ROOT, env, "edu_cms.wsgi:application"


def make_peer(scratch: Path) -> tuple[Path, dict[str, str], str]:
    folder = scratch / "peer"
    folder.mkdir()
    tool = Path(sys.executable).with_name("wagtail")
    command = [tool, "start", "peer", str(folder)]
    subprocess.run(command, check=True, capture_output=True, env=bare_environment())
    (folder / "peer" / "settings" / "bench.py").write_text(PEER_SETTINGS)
    env = bare_environment(DJANGO_SETTINGS_MODULE="peer.settings.bench")
    run(folder, env, "manage.py", "migrate", "-v0")
    return folder, env, "peer.wsgi:application"


def make_hello(scratch: Path) -> tuple[Path, dict[str, str], str]:
    folder = scratch / "hello"
    folder.mkdir()
    (folder / "hello.py").write_text(HELLO)
    return folder, bare_environment(), "hello:application"


class Site(NamedTuple):
    """A server that answers at this port."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What the server and its workers have taken of the processors until now."""
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                pid = int(path.parent.name)
                # The name of the program, in brackets, may hold anything.
                told = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # ended meanwhile
            if self.pid in (pid, int(told[1])):
                ticks += int(told[11]) + int(told[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(folder: Path, env: dict[str, str], application: str) -> Iterator[Site]:
    """The site under granian."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", application, *SERVER, "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise
                time.sleep(0.1)
        yield Site(port, server.pid)
    finally:
        server.terminate()
        server.wait(10)


# --- The load -------------------------------------------------------------------------------------


class Connection:
    """One kept-open HTTP connection."""

    def __init__(self, port: int, path: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        self.request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()

    def get(self) -> int:
        """Ask once; the size of the body. Raises RuntimeError unless the answer is 200."""
        self.socket.sendall(self.request)
        status = self.file.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"{self.request!r} was answered with {status!r}")
        length = None
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if length is None:
            raise RuntimeError(f"{self.request!r}: an answer without a length")
        return len(self.file.read(length))


def requests_per_second(port: int, path: str, seconds: float) -> float:
    """What CONNECTIONS connections get answered in so many seconds."""
    counts, failures = [], []
    end = time.monotonic() + seconds

    def ask() -> None:
        count = 0
        try:
            connection = Connection(port, path)
            while time.monotonic() < end:
                connection.get()
                count += 1
        except (OSError, RuntimeError) as error:
            failures.append(error)
        counts.append(count)

    begun = time.monotonic()
    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / (time.monotonic() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="edu-cms-bench-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        ours = stack.enter_context(served(*make_ours(scratch))).port
        peer = stack.enter_context(served(*make_peer(scratch))).port
        hello = stack.enter_context(served(*make_hello(scratch))).port
        targets = {
            'bare "hello" view': (hello, "/"),
            "our home, cached": (ours, "/zh-hans/"),
            "our home, uncached": (ours, "/zh-hans/?uncached=1"),
            "wagtail start home": (peer, "/"),
        }
        sizes = {name: Connection(*target).get() for name, target in targets.items()}
        results: dict[str, list[float]] = {name: [] for name in targets}
        for target in targets.values():
            requests_per_second(*target, 0.5)
        for _ in range(options.runs):
            for name, target in targets.items():
                results[name].append(requests_per_second(*target, options.seconds))
    report(results, sizes)


def report(results: dict[str, list[float]], sizes: dict[str, int]) -> None:
    median = {name: statistics.median(runs) for name, runs in results.items()}
    hello, stock = median['bare "hello" view'], median["wagtail start home"]
    heads = ("requests/s", "lowest", "highest", "x hello", "x stock", "bytes")
    lines = [" " * 20 + "".join(f"{head:>11}" for head in heads)]
    for name, runs in results.items():
        rates = "".join(f"{rate:>11.0f}" for rate in (median[name], min(runs), max(runs)))
        ratios = "".join(f"{median[name] / one:>11.3f}" for one in (hello, stock))
        lines.append(f"{name:<20}{rates}{ratios}{sizes[name]:>11}")
    print("\n".join(lines))  # noqa: T201 a table is what this is for


if __name__ == "__main__":
    main()
