"""Append-only hit files: one line a hit, one file a process and day.

A line that was written is with the kernel, so it survives `kill -9` of the process. The writer
holds a shared lock on its file for as long as it may still write; whoever gets the exclusive lock
knows that nobody ever will again.
"""

import contextlib
import fcntl
import os
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

SUFFIX = ".hits"
_MICROSECONDS_A_DAY = 86_400_000_000
_BEIJING = 8 * 3_600_000_000
_ROTATE_BYTES = 64 * 1024 * 1024
# Seconds for which a process believes what it last saw of the folder.
_LOOK_AGAIN = 2.0
# Microseconds for which it believes that its own file is still there.
_STILL_THERE = 100_000


class SpoolWriter:
    """This process's open file. Safe between threads; a forked child opens its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fd: int | None = None
        self._kept: tuple[str, int] | None = None  # folder and day that the open file belongs to
        self._seen_at = 0  # when that file was last seen in the folder
        self._size = 0
        self._looked_at = -_LOOK_AGAIN
        self._is_full = False
        os.register_at_fork(after_in_child=self._forget)

    def append(self, line: bytes) -> None:
        """Write a hit's line down. Raises OSError when it could not be kept whole."""
        with self._lock:
            fd = self._open(time.time_ns() // 1000)
            written = os.write(fd, line)
            self._size += written
            if written != len(line):
                # Torn: the disk is full. The stump stays in a file that nobody writes to again.
                self._close()
                raise OSError("the hit was not written whole")

    def is_full(self) -> bool:
        """Whether HIT_SPOOL_BYTES wait to be folded, as of the last seconds."""
        now = time.monotonic()
        if abs(now - self._looked_at) >= _LOOK_AGAIN:
            self._looked_at = now
            self._is_full = waiting_bytes() >= settings.HIT_SPOOL_BYTES
        return self._is_full

    def is_there(self) -> bool:
        """Whether the folder can be written to."""
        folder = Path(settings.HIT_SPOOL_DIR)
        return os.access(folder if folder.exists() else folder.parent, os.W_OK | os.X_OK)

    def close(self) -> None:
        """Let go of the file, so that it can be folded to its end and removed."""
        with self._lock:
            self._close()
            # What was seen of the folder is not believed any longer either.
            self._looked_at = -_LOOK_AGAIN

    def _open(self, now: int) -> int:
        wanted = (os.fspath(settings.HIT_SPOOL_DIR), (now + _BEIJING) // _MICROSECONDS_A_DAY)
        if self._fd is not None:
            if wanted == self._kept and self._size < _ROTATE_BYTES and self._is_in_place(now):
                return self._fd
            self._close()
        folder = Path(wanted[0])
        folder.mkdir(parents=True, exist_ok=True)
        while self._fd is None:
            name = f"{time.strftime('%Y%m%d', time.gmtime((now + _BEIJING) // 1_000_000))}"
            path = folder / f"{name}-{uuid.uuid4().hex}{SUFFIX}"
            fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
                gone = not os.fstat(fd).st_nlink
            except BlockingIOError:
                gone = True  # a folding holds it, and may do so for minutes: it will tidy it away
            except OSError:
                os.close(fd)
                raise
            if gone:  # tidied away between making and locking it
                os.close(fd)
            else:
                self._fd, self._kept = fd, wanted
                self._size, self._seen_at = 0, now
        return self._fd

    def _is_in_place(self, now: int) -> bool:
        """Not gone from the folder: whatever is written to it then, nobody would ever read.

        Nobody takes away a file that is locked, except by hand; so it is not asked for every hit.
        """
        if abs(now - self._seen_at) >= _STILL_THERE:
            self._seen_at = now
            return bool(os.fstat(self._fd).st_nlink)
        return True

    def _close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        with contextlib.suppress(OSError):
            self._close()


def spools() -> list[Path]:
    """Every hit file there is, oldest day first."""
    return sorted(Path(settings.HIT_SPOOL_DIR).glob(f"*{SUFFIX}"))


def waiting_bytes() -> int:
    """How much all hit files take, folded or not; what is folded to its end goes soon."""
    total = 0
    for path in spools():
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def identity() -> str:
    """This folder's own name, made once: positions of other machines' spools are left alone."""
    path = Path(settings.HIT_SPOOL_DIR) / ".identity"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f".{uuid.uuid4().hex}")
    own.write_text(uuid.uuid4().hex, encoding="ascii")
    with contextlib.suppress(FileExistsError):
        os.link(own, path)  # whole or not at all, and the first one stays
    own.unlink()
    return path.read_text(encoding="ascii")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO | None]:
    """The file for reading; None when another process has just removed it."""
    try:
        spool = path.open("rb")
    except FileNotFoundError:
        yield None
        return
    with spool:
        yield spool


def finished(spool: BinaryIO) -> bool:
    """Whether its writer is gone for good. Holds the file from then on, until it is closed."""
    try:
        fcntl.flock(spool, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


writer = SpoolWriter()
