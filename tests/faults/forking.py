"""One process for each line on the standard input, which may be killed while it works."""

import os
import signal
import sys
from collections.abc import Callable


def serve(work: Callable[[str], None]) -> None:
    """Answer "ready"; then for each line the number of the process at it, and how that ended."""
    _answer("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                work(line.strip())
                status = 0
            finally:
                os._exit(status)
        _answer(child)
        _pid, ended = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL
        _answer("killed" if killed else os.waitstatus_to_exitcode(ended))


def _answer(word: str | int) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
