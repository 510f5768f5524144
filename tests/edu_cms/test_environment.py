"""The environment comes first, the file second; the file is written once and kept."""

import io
import os
import re
import stat
import subprocess
import sys
from unittest import mock

import environ
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edu_cms import environment
from edu_cms.environment import BASE_DIR, VARIABLES, load_environment, write_environment


@pytest.fixture(autouse=True)
def bare(tmp_path):
    """Nothing said in the environment but VAR_DIR, in an empty folder."""
    with mock.patch.dict(os.environ):
        for name in VARIABLES:
            os.environ.pop(name, None)
        os.environ["VAR_DIR"] = str(tmp_path / "var")
        yield


def lines() -> dict[str, str]:
    return dict(line.split("=", 1) for line in environment.env_file().read_text().splitlines())


def test_the_first_write_makes_a_secret_key_and_names_the_folder(tmp_path):
    path = write_environment({})
    assert path == tmp_path / "var" / "env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert lines()["VAR_DIR"] == str(tmp_path / "var")
    assert len(lines()["SECRET_KEY"]) >= 50


def test_what_the_environment_says_is_stored_and_the_rest_stays():
    write_environment({"DATABASE_URL": "postgres://a/b"})
    key = lines()["SECRET_KEY"]
    with environment.env_file().open("a") as file:
        file.write("# a person's note\nMINE=1\n")
    write_environment({"REDIS_URL": "redis://c", "HOME": "/nowhere"})
    text = environment.env_file().read_text()
    assert "# a person's note\nMINE=1\n" in text
    assert "HOME" not in text
    assert "DATABASE_URL=postgres://a/b\n" in text
    assert "REDIS_URL=redis://c\n" in text
    assert f"SECRET_KEY={key}\n" in text


def test_writing_again_changes_nothing():
    path = write_environment({})
    before = path.stat().st_mtime_ns, path.read_text()
    write_environment({})
    assert (path.stat().st_mtime_ns, path.read_text()) == before


def test_a_file_that_others_could_read_is_closed():
    path = write_environment({})
    path.chmod(0o644)
    write_environment({})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_belongs_to_one_start_is_not_stored():
    write_environment({"PORT": "9000", "DEBUG": "1"})
    assert not {"PORT", "DEBUG"} & set(lines())


def test_a_value_that_no_line_can_hold_is_refused_and_nothing_is_written():
    with pytest.raises(ValueError, match="SITE_URL"):
        write_environment({"SITE_URL": "two\nlines"})
    assert not environment.env_file().exists()


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1))
def test_what_was_written_is_what_is_read(value):
    try:
        line = environment._line("SITE_URL", value)
    except ValueError:
        return
    os.environ.pop("SITE_URL", None)
    environ.Env.read_env(io.StringIO(line))
    assert os.environ["SITE_URL"] == value


def test_the_environment_wins_over_the_file():
    write_environment({"SITE_URL": "https://from-file", "ALLOWED_HOSTS": "from-file"})
    os.environ["SITE_URL"] = "https://from-environment"
    load_environment()
    assert os.environ["SITE_URL"] == "https://from-environment"
    assert os.environ["ALLOWED_HOSTS"] == "from-file"


def test_env_file_alone_leads_to_the_folder(tmp_path):
    path = write_environment({})
    del os.environ["VAR_DIR"]
    os.environ["ENV_FILE"] = str(path)
    load_environment()
    assert environment.var_dir() == tmp_path / "var"


def test_an_installation_that_was_moved_uses_its_new_folder(tmp_path):
    write_environment({})
    (tmp_path / "var").rename(tmp_path / "moved")
    os.environ["VAR_DIR"] = str(tmp_path / "moved")
    load_environment()
    assert environment.var_dir() == tmp_path / "moved"
    write_environment(os.environ)
    assert lines()["VAR_DIR"] == str(tmp_path / "moved")


def test_relative_paths_hang_off_the_project():
    os.environ["VAR_DIR"] = "elsewhere"
    assert environment.var_dir() == BASE_DIR / "elsewhere"
    os.environ["VAR_DIR"] = ""
    assert environment.var_dir() == BASE_DIR / "var"


def test_the_file_is_written_without_any_settings(tmp_path):
    env = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path / "other"),
        "DJANGO_SETTINGS_MODULE": "edu_cms.settings.production",
    }
    subprocess.run([sys.executable, "-m", "edu_cms.environment"], cwd=BASE_DIR, env=env, check=True)
    assert (
        "DJANGO_SETTINGS_MODULE=edu_cms.settings.production"
        in (tmp_path / "other" / "env").read_text()
    )


def test_the_table_of_variables_in_the_documentation_is_complete():
    text = (BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", text, flags=re.MULTILINE)
    assert {name: default.strip(" `") for name, default in rows} == VARIABLES


def test_every_variable_that_the_settings_read_is_in_the_table():
    read = set()
    for path in [*(BASE_DIR / "edu_cms" / "settings").glob("*.py"), BASE_DIR / "edu_cms/serve.py"]:
        read |= set(
            re.findall(
                r"""(?:\benv(?:\.\w+)?\(|required\(|environ\.get\(|environ\[)["']([A-Z_]+)""",
                path.read_text(encoding="utf-8"),
            )
        )
    assert read - {"PYTEST_XDIST_WORKER"} <= set(VARIABLES)
