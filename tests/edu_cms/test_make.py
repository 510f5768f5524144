"""The commands of the house, with real processes: they begin, mend what is broken, and end."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from edu_cms import serve
from edu_cms.environment import BASE_DIR, VARIABLES

pytestmark = pytest.mark.once

ENDS_WITHIN = 5.0


def group_is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def wait_until(condition, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def started():
    """start(command, **environment): a process in a group of its own, gone after the test."""
    groups = []

    def start(command: list[str], **environment: str) -> subprocess.Popen:
        inherited = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        process = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=inherited | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        groups.append(process.pid)
        return process

    yield start
    for group in groups:
        if not group_is_gone(group):
            os.killpg(group, signal.SIGKILL)


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


# --- make run -------------------------------------------------------------------------------------


@pytest.mark.long
def test_make_run_from_nothing_then_again_and_one_sigterm_ends_all(started, port, tmp_path):
    environment = {"VAR_DIR": str(tmp_path), "PORT": str(port)}
    first = started(["make", "run"], **environment)
    assert wait_until(lambda: healthy(port) or first.poll() is not None, 300)
    assert first.poll() is None, first.stdout.read()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/zh-hans/") as answer:
        assert "金融" in answer.read().decode()
    begun = time.monotonic()
    first.terminate()
    output, _ = first.communicate(timeout=30)
    assert wait_until(lambda: group_is_gone(first.pid), ENDS_WITHIN)
    assert time.monotonic() - begun < ENDS_WITHIN
    assert first.returncode == -signal.SIGTERM
    assert "Stand-in of WeChat and JPush: http://127.0.0.1:" in output
    assert f"http://localhost:{port}/zh-hans/" in output
    assert "reviewer" in output

    before = written(tmp_path)
    again = started(["make", "run"], **environment)
    assert wait_until(lambda: healthy(port) or again.poll() is not None, 300)
    assert written(tmp_path) == before
    os.killpg(again.pid, signal.SIGINT)  # as a terminal does at Ctrl-C
    again.communicate(timeout=ENDS_WITHIN)
    assert wait_until(lambda: group_is_gone(again.pid), ENDS_WITHIN)


def written(var: Path) -> dict[str, tuple[int, int]]:
    """The files of an installation, without those that work writes all the time."""
    always = {"cache", "claims", "outbox", "spool", "standin"}
    always |= {"db.sqlite3", "db.sqlite3-shm", "db.sqlite3-wal"}
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in var.rglob("*")
        if path.is_file() and path.relative_to(var).parts[0] not in always
    }


def test_a_port_that_is_taken_is_said_before_anything_starts(started, port, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = started(
            [sys.executable, "-m", "edu_cms.serve"], VAR_DIR=str(tmp_path), PORT=str(port)
        )
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"cannot listen on 127.0.0.1, port {port}" in output
    assert "make run PORT=" in output


@pytest.mark.parametrize("port", ["0", "70000", "http", "-1"])
def test_a_port_that_is_none_is_refused(port):
    assert "has to be a number" in serve.cannot_listen("127.0.0.1", port)


def together(**commands: str) -> list[str]:
    """The command line of a process that runs these shell commands together."""
    spelled = {name: ["/bin/sh", "-c", command] for name, command in commands.items()}
    return [
        sys.executable,
        "-c",
        f"import sys; from edu_cms import serve; sys.exit(serve.run_together({spelled!r}))",
    ]


@pytest.mark.parametrize("status", [0, 3])
def test_when_one_dies_the_other_ends_and_the_status_is_not_zero(started, status):
    process = started(together(web="exec sleep 300", scheduler=f"exit {status}"))
    output, _ = process.communicate(timeout=ENDS_WITHIN)
    assert process.returncode == 1
    assert f"scheduler ({status})" in output
    assert group_is_gone(process.pid)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_signal_ends_both(started, number):
    process = started(together(web="echo up; exec sleep 300", scheduler="exec sleep 300"))
    assert process.stdout.readline() == "up\n"
    process.send_signal(number)
    assert process.wait(ENDS_WITHIN) == 128 + number
    assert wait_until(lambda: group_is_gone(process.pid), 1)


def test_one_that_does_not_listen_is_killed(started):
    stubborn = "trap '' TERM; echo up; exec sleep 300"
    process = started(together(web=stubborn, scheduler="exec sleep 300"))
    assert process.stdout.readline() == "up\n"
    process.terminate()
    process.wait(serve.GRACE_SECONDS + 2)
    assert wait_until(lambda: group_is_gone(process.pid), 1)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells children of their parent's death")
def test_nobody_is_left_when_the_parent_is_killed_outright(started):
    process = started(together(web="echo up; exec sleep 300", scheduler="exec sleep 300"))
    assert process.stdout.readline() == "up\n"
    process.kill()
    process.wait(1)
    assert wait_until(lambda: group_is_gone(process.pid), ENDS_WITHIN)


# --- the virtual environment ----------------------------------------------------------------------


@pytest.fixture
def project(tmp_path):
    """A project with nothing but tools/venv.py and requirements that pin nothing."""
    (tmp_path / "tools").mkdir()
    shutil.copy(BASE_DIR / "tools" / "venv.py", tmp_path / "tools")
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    return tmp_path


def prepare(project: Path) -> str:
    done = subprocess.run(
        [sys.executable, "tools/venv.py", "requirements.txt"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.long
def test_the_environment_is_made_once_and_mended_when_broken(project):
    venv = project / ".venv"
    assert "Making the virtual environment" in prepare(project)
    assert prepare(project) == ""

    (venv / "unfinished").touch()  # pip was interrupted
    assert "Making the virtual environment" in prepare(project)

    (venv / "bin" / "python").unlink()  # its Python vanished
    (venv / "bin" / "python").symlink_to("/nowhere/python3")
    assert "Making the virtual environment" in prepare(project)

    (project / "requirements.txt").write_text("# nothing, said anew\n")
    assert prepare(project) == "Installing requirements.txt\n"
    assert prepare(project) == ""


def venv_tool():
    spec = importlib.util.spec_from_file_location("venv_tool", BASE_DIR / "tools" / "venv.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_old_python_is_told_so(monkeypatch):
    tool = venv_tool()
    monkeypatch.setattr(tool, "OLDEST", (9, 9))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed"):
        tool.main("requirements.txt")


def test_a_package_that_went_missing_is_noticed(monkeypatch, project):
    tool = venv_tool()
    monkeypatch.setattr(tool, "ROOT", str(project))
    monkeypatch.setattr(tool, "VENV", str(project / ".venv"))
    held = project / ".venv" / "lib" / "python3.11" / "site-packages" / "Held_Here-1.0.dist-info"
    held.mkdir(parents=True)
    (held / "RECORD").touch()
    (project / "requirements.txt").write_text("held-here==1.0\ngone==2.0\n    # via nobody\n")
    assert tool.missing("requirements.txt") == ["gone==2.0"]


# --- the pins -------------------------------------------------------------------------------------


def pins(name: str) -> set[str]:
    lines = (BASE_DIR / name).read_text().splitlines()
    return {line for line in lines if line and not line.startswith((" ", "#", "-"))}


def test_everything_is_pinned_exactly_and_alike_for_tests_and_for_work():
    assert all("==" in pin for pin in pins("requirements.txt") | pins("requirements-dev.txt"))
    assert pins("requirements.txt") <= pins("requirements-dev.txt")
    assert any(pin.startswith("wagtail==7.4.") for pin in pins("requirements.txt"))
    assert any(pin.startswith("django==5.2.") for pin in pins("requirements.txt"))


def test_the_pins_name_no_index_and_no_machine():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (BASE_DIR / name).read_text()
        assert "://" not in text
        assert "--" not in text
