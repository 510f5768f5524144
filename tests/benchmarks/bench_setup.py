"""How long the two commands take: in a fresh copy of the project, cold, and again.

    make bench-setup        (python3 tests/benchmarks/bench_setup.py)

Copies what git would (tracked, and new but not ignored) into a temporary folder. "Cold" makes the
virtual environment and installs every package; what pip keeps in its own cache on this machine it
may use. `make run` is timed until /healthz answers. Runs on the standard library alone.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALLATION = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ENV_FILE", "VAR_DIR", "PORT"}
AGAIN = 5


def copy_to(folder: Path) -> None:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    for name in names.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def environment(port: int) -> dict[str, str]:
    kept = {n: v for n, v in os.environ.items() if n not in INSTALLATION and "MAKE" not in n}
    return kept | {"PORT": str(port)}


def setup_seconds(folder: Path, port: int) -> float:
    begun = time.monotonic()
    command = ["make", "setup"]
    done = subprocess.run(
        command, cwd=folder, env=environment(port), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.monotonic() - begun


def run_seconds(folder: Path, port: int) -> tuple[float, float]:
    """Seconds until `make run` answers, and until it has ended after a SIGTERM."""
    begun = time.monotonic()
    site = subprocess.Popen(
        ["make", "run"], cwd=folder, env=environment(port), stdout=subprocess.DEVNULL
    )
    try:
        while not healthy(port):
            if site.poll() is not None or time.monotonic() - begun > 600:
                sys.exit("make run ended by itself or did not answer in 10 minutes")
            time.sleep(0.05)
        up = time.monotonic() - begun
    finally:
        ending = time.monotonic()
        site.send_signal(signal.SIGTERM)
        site.wait(20)
    return up, time.monotonic() - ending


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def main() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="edu-cms-bench-") as name:
        folder = Path(name)
        copy_to(folder)
        rows = [("make setup, cold", setup_seconds(folder, port))]
        rows += [("make setup, again", setup_seconds(folder, port))]
        rows += [("make run, first (demo)", run_seconds(folder, port)[0])]
        again = [run_seconds(folder, port) for _ in range(AGAIN)]
        rows += [
            (f"make run, again (median of {AGAIN})", sorted(up for up, _ in again)[AGAIN // 2])
        ]
        rows += [(f"SIGTERM to end (slowest of {AGAIN})", max(down for _, down in again))]
    for what, seconds in rows:
        print(f"{what:<34} {seconds:>7.1f} s")  # noqa: T201 a table is what this is for


if __name__ == "__main__":
    main()
