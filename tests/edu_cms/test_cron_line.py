"""The line that `manage.py crontab add` installs, run as cron runs it: with nothing around it."""

import os
import re
import sqlite3
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.db import connection

from edu_cms.environment import BASE_DIR
from edu_cms.settings.base import for_cron
from tests.databases import copy_sqlite

pytestmark = pytest.mark.once

# Stands in for cron's own program: keeps the table in a file.
CRONTAB = """#!/bin/sh
table="$(dirname "$0")/table"
if [ "$1" = -l ]; then cat "$table" 2>/dev/null || true; else cat "$1" > "$table"; fi
"""


@pytest.fixture
def programs(tmp_path):
    """A folder with the stand-in of cron's own program."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "crontab").write_text(CRONTAB)
    (folder / "crontab").chmod(0o755)
    return folder


@pytest.fixture
def installation(programs, tmp_path):
    """An installation in a folder with an awkward name; returns manage(*arguments)."""
    env = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "VAR_DIR": str(tmp_path / "100% awkward 'folder'"),
        "LC_ALL": "C.UTF-8",
    }
    subprocess.run([sys.executable, "-m", "edu_cms.environment"], cwd=BASE_DIR, env=env, check=True)

    def manage(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=BASE_DIR, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return manage


def table(tmp_path) -> list[str]:
    return (tmp_path / "bin" / "table").read_text().splitlines()


def command_of(line: str) -> str:
    """The command as cron hands it to the shell: what follows a bare % would be its input."""
    command = re.match(r"(?:\S+\s+){5}(.*)", line).group(1)
    assert not re.search(r"(?<!\\)%", command)
    return command.replace(r"\%", "%")


@pytest.mark.long
def test_the_installed_line_ticks_on_the_right_database_in_an_empty_environment(
    installation, tmp_path, django_db_setup, django_db_blocker
):
    var = tmp_path / "100% awkward 'folder'"
    with django_db_blocker.unblock():
        copy_sqlite(connection, var / "db.sqlite3")
    installation("crontab", "add")
    (line,) = table(tmp_path)
    assert line.startswith("* * * * * ")
    assert "--settings=edu_cms.settings.dev" in line
    assert f"{os.sep}manage.py" in line
    done = subprocess.run(
        ["env", "-i", "/bin/sh", "-c", command_of(line)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with sqlite3.connect(var / "db.sqlite3") as database:
        beats = database.execute("SELECT count(*) FROM campaigns_heartbeat").fetchone()
    assert beats == (1,), (var / "cron.log").read_text()


def test_adding_twice_leaves_one_line_and_removing_leaves_what_others_wrote(
    programs, tmp_path, settings, capsys
):
    settings.CRONTAB_EXECUTABLE = str(programs / "crontab")
    others = "0 3 * * * /usr/bin/true # of somebody else"
    (programs / "table").write_text(others + "\n")
    call_command("crontab", "add")
    call_command("crontab", "add")
    assert len(table(tmp_path)) == 2
    call_command("crontab", "show")
    assert "campaigns.cron.tick" in capsys.readouterr().out
    call_command("crontab", "remove")
    assert table(tmp_path) == [others]


@pytest.mark.parametrize("path", ["/srv/a b", "/srv/100%", "/srv/it's", "/srv/$HOME", "/srv/金融"])
def test_any_path_is_one_word_of_the_line(path):
    word = command_of(f"* * * * * printf %%s {for_cron(path)}".replace("%%", r"\%"))
    done = subprocess.run(["/bin/sh", "-c", word], capture_output=True, text=True, check=True)
    assert done.stdout == path
