"""Where configuration comes from: the environment first, then the file that ENV_FILE names.

Cron starts its jobs with an empty environment, so every entry point (manage.py, the web server)
reads the file before Django chooses its settings module. The installed cron line names the file.

``python -m edu_cms.environment`` writes the file; it needs no settings, so it also prepares an
installation whose settings refuse to start without their secrets.
"""

import os
import secrets
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

# Every variable the product reads, with what it means when it is absent. docs/operations.md prints
# the same table; tests/edu_cms/test_environment.py compares the two.
VARIABLES = {
    "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
    "VAR_DIR": "var",
    "ENV_FILE": "VAR_DIR/env",
    "DATABASE_URL": "sqlite file VAR_DIR/db.sqlite3",
    "REDIS_URL": "none: files in VAR_DIR/cache",
    "SECRET_KEY": "written by make setup",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "CSRF_TRUSTED_ORIGINS": "none",
    "SITE_URL": "http://localhost:PORT",
    "PREFLIGHT_URL": "SITE_URL, if it is reached from here",
    "HIT_STREAM": "true where REDIS_URL is set",
    "BEHIND_PROXY": "false; production settings: true",
    "HIT_REPEAT_SECONDS": "2",
    "HIT_LIMIT_PER_SECOND": "20",
    "HIT_LIMIT_BURST": "600",
    "HIT_SPOOL_BYTES": "4294967296",
    "HIT_STREAM_ENTRIES": "5000000",
    "EMAIL_URL": "smtp://localhost:25; dev settings: files in VAR_DIR/mails",
    "MAIL_FROM": "webmaster@localhost",
    "KAZAKH_HAMZA": "0621",
    "KAZAKH_HAMZA_WITH_UVULAR": "true",
    "KAZAKH_TSE": "ts",
    "LOG_LEVEL": "INFO",
    "SECURE_SSL_REDIRECT": "true",
    "WECHAT_API_BASE": "the provider; dev settings: the stand-in",
    "JPUSH_API_BASE": "the provider; dev settings: the stand-in",
    "CHANNEL_SECRET_KEYS": "SECRET_KEY",
    "STANDIN_PORT": "8790, or a free one if it is taken",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "WEB_WORKERS": "one for each processor, at most 2",
    "WEB_THREADS": "4",
    "DEBUG": "false",
}
# These belong to one start of the site and are not written down for the next.
NOT_STORED = {"ENV_FILE", "HOST", "PORT", "WEB_WORKERS", "WEB_THREADS", "DEBUG", "STANDIN_PORT"}


def var_dir() -> Path:
    """The folder for everything written at run time; relative paths hang off the project."""
    return (BASE_DIR / (os.environ.get("VAR_DIR") or "var")).resolve()


def env_file() -> Path:
    """The configuration file: ENV_FILE, else VAR_DIR/env."""
    named = os.environ.get("ENV_FILE")
    return Path(os.path.abspath(BASE_DIR / named)) if named else var_dir() / "env"  # noqa: PTH100


def load_environment() -> None:
    """Fill what the environment leaves open from the file; what is set already stays as it is."""
    path = env_file()
    if not os.environ.get("ENV_FILE"):
        # Found by its place, so that place is VAR_DIR, even if the project was moved since.
        os.environ["VAR_DIR"] = str(var_dir())
    os.environ["ENV_FILE"] = str(path)
    if path.is_file():
        environ.Env.read_env(path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", VARIABLES["DJANGO_SETTINGS_MODULE"])


def write_environment(explicit: Mapping[str, str]) -> Path:
    """Write down what cron and the next start need to know; return the file.

    What `explicit` says is stored, what the file holds besides stays, line by line. SECRET_KEY is
    made once. The file is readable by its owner alone and replaced as a whole; it is left untouched
    when nothing changes. Raises ValueError for a value that no line can hold.
    """
    path = env_file()
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    held = {line.split("=", 1)[0] for line in lines if "=" in line}
    stored = {
        name: explicit[name] for name in VARIABLES if explicit.get(name) and name not in NOT_STORED
    }
    if not (os.environ.get("ENV_FILE") and "VAR_DIR" in held and "VAR_DIR" not in stored):
        stored["VAR_DIR"] = str(var_dir())
    if "SECRET_KEY" not in held:
        stored.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    written = []
    for line in lines:
        name = line.split("=", 1)[0]
        written.append(_line(name, stored.pop(name)) if name in stored else line)
    written += [_line(name, value) for name, value in stored.items()]
    if written != lines:
        _replace(path, "\n".join(written) + "\n")
    path.chmod(0o600)
    return path


def _line(name: str, value: str) -> str:
    if "\n" in value or "\r" in value or (value[:1] in "'\"" and value[-1:] == value[:1]):
        raise ValueError(f"{name}: a value with line breaks or quotes around it cannot be stored")
    return f"{name}={value}"


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes the file 0600 from its first byte on.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".env-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    Path(temporary).replace(path)


if __name__ == "__main__":
    try:
        write_environment(os.environ)
    except (OSError, ValueError) as error:
        sys.exit(f"The configuration file {env_file()} cannot be written: {error}")
