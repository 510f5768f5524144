"""`make run`: web server, scheduler and, in development, the stand-in, ended together.

``python -m edu_cms.serve`` after the installation was prepared. One SIGTERM, Ctrl-C or a closed
terminal ends all; if one dies, the others are ended too and the exit status is 1. Why not a process
manager from the shelf: docs/operations.md.
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from functools import partial

from edu_cms.environment import BASE_DIR, VARIABLES, load_environment, var_dir

GRACE_SECONDS = 4
# Seconds a request may still take after SIGTERM, before its worker is ended.
WEB_GRACE_SECONDS = 2


def main() -> int:
    load_environment()
    host = os.environ.get("HOST") or VARIABLES["HOST"]
    port = os.environ.get("PORT") or VARIABLES["PORT"]
    problem = cannot_listen(host, port)
    if problem:
        say(problem)
        return 1
    os.environ["PORT"] = port
    # The scheduler sees for itself whether a piece's page answers before it is pushed.
    os.environ.setdefault("PREFLIGHT_URL", f"http://{local_name(host)}:{port}")
    commands = {"web": web_command(host, port), "scheduler": scheduler_command()}
    if stand_in_is_wanted():
        commands["stand-in"] = stand_in_command()
    for line in welcome(host, port):
        say(line)
    return run_together(commands)


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 this is a command


def cannot_listen(host: str, port: str) -> str:
    """Why the site cannot have that address; empty when it can."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return f"PORT is {port!r}: it has to be a number from 1 to 65535."
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            return (
                f"The site cannot listen on {host}, port {port}: {error.strerror}. "
                "Choose another one: make run PORT=9000"
            )
    return ""


def local_name(host: str) -> str:
    """The site as this machine reaches it."""
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return f"[{name}]" if ":" in name else name


def welcome(host: str, port: str) -> list[str]:
    """What a person needs to begin: addresses, and the demo's logins where there are any."""
    name = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104
    url = f"http://{name}:{port}"
    lines = [
        "",
        f"  Public zone   {url}/zh-hans/   {url}/kk-arab/   {url}/kk/",
        f"  Admin         {url}/admin/",
        f"  Health        {url}/healthz",
    ]
    path = var_dir() / "demo-logins.json"
    try:
        logins = json.loads(path.read_text(encoding="utf-8"))
        rows = [f"  {one['role']:<22} {one['username']:<22} {one['password']}" for one in logins]
    except (OSError, ValueError, KeyError, TypeError):
        rows = []
    if rows:
        lines += ["", f"  Demo logins (role, name, password; from {path}):", *rows]
    return [*lines, "", "  Ctrl-C ends it.", ""]


def web_command(host: str, port: str) -> list[str]:
    """Granian, sized for one machine with SQLite unless the environment says otherwise."""
    workers = os.environ.get("WEB_WORKERS") or str(min(os.cpu_count() or 1, 2))
    threads = os.environ.get("WEB_THREADS") or VARIABLES["WEB_THREADS"]
    return [
        *(sys.executable, "-m", "granian", "edu_cms.wsgi:application"),
        *("--interface", "wsgi", "--no-ws", "--host", host, "--port", port),
        *("--workers", workers, "--blocking-threads", threads),
        *("--workers-kill-timeout", f"{WEB_GRACE_SECONDS}s"),
    ]


def scheduler_command() -> list[str]:
    return [sys.executable, str(BASE_DIR / "manage.py"), "run_scheduler"]


def stand_in_is_wanted() -> bool:
    """Development settings reach for the stand-in wherever the environment names no provider."""
    development = os.environ["DJANGO_SETTINGS_MODULE"] == VARIABLES["DJANGO_SETTINGS_MODULE"]
    named = [os.environ.get(name) for name in ("WECHAT_API_BASE", "JPUSH_API_BASE")]
    return development and not all(named)


def stand_in_command() -> list[str]:
    """The stand-in on its port, or on a free one, which the site and the scheduler are told."""
    port = os.environ.get("STANDIN_PORT") or "8790"
    if cannot_listen("127.0.0.1", port):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
    os.environ["STANDIN_PORT"] = port
    folder = var_dir() / "standin"
    return [
        *(sys.executable, str(BASE_DIR / "manage.py"), "run_standin", "--port", port),
        *("--record", str(folder / "calls.jsonl"), "--state", str(folder / "state.json")),
    ]


def run_together(commands: dict[str, list[str]]) -> int:
    """Run the commands until a signal comes or one of them ends; return the exit status."""
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: received.append(got))
    children: dict[str, subprocess.Popen] = {}
    try:
        for name, command in commands.items():
            follow = partial(_follow, os.getpid())
            children[name] = subprocess.Popen(command, cwd=BASE_DIR, preexec_fn=follow)  # noqa: PLW1509
        while not received and all(child.poll() is None for child in children.values()):
            time.sleep(0.1)
        dead = [f"{name} ({c.returncode})" for name, c in children.items() if c.poll() is not None]
    finally:
        end(list(children.values()))
    if received:
        return 128 + received[0]
    _say_to_whoever_listens(f"Ended, because this ended by itself: {', '.join(dead)}.")
    return 1


def end(children: list[subprocess.Popen]) -> None:
    """Ask the children to end; kill those that have not after GRACE_SECONDS."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _say_to_whoever_listens(line: str) -> None:
    try:
        say(line)
    except OSError:
        # The terminal or the reader of our output is gone: nobody is left to be told.
        sys.stdout = None


def _follow(parent: int) -> None:
    """Linux: have the child told to end even if this process is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # killed before it could be asked for
            os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
