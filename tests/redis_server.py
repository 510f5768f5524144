"""A Redis of a test's own, on a socket in its folder; skipped, visibly, where there is none."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

INSTALL = "apt-get install redis-server"


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Gives its address; what it held is gone with it."""
    program = shutil.which("redis-server")
    if program is None:
        message = f"redis-server is not here: {INSTALL}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    socket = folder / "redis.sock"
    server = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    url = f"unix://{socket}"
    try:
        with redis.Redis.from_url(url) as client:
            for _attempt in range(200):
                try:
                    client.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.02)
        yield url
    finally:
        server.terminate()
        server.wait(10)
