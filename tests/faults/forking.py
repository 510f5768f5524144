"""One process for each line on the standard input, which may be killed while it works."""

import os
import signal
import sys
from collections.abc import Callable


def serve(work: Callable[[str], None]) -> None:
    """Answer "ready"; then for each line the number of the process at it, and how that ended."""
    answer("ready")
    for line in sys.stdin:
        child = forked(work, line.strip())
        answer(child)
        answer(end_of(child))


def forked(work: Callable[..., None], *told) -> int:
    """The number of a new process that does the work and ends: with 0, unless it raises."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work(*told)
        status = 0
    finally:
        os._exit(status)


def end_of(child: int) -> str | int:
    """Wait for it: "killed", or its exit status."""
    _pid, ended = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL
    return "killed" if killed else os.waitstatus_to_exitcode(ended)


def answer(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
