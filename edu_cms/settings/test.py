"""Tests: fast password hashing, no manifest, a folder of its own for everything written.

Nothing of the developer's own installation is read: ENV_FILE names no file, VAR_DIR is thrown away.
A test that starts a process hands both on, or says its own.
"""

import os
import sys
import tempfile
from urllib.parse import urlsplit

if "pytest" in sys.modules:
    os.environ["ENV_FILE"] = os.devnull
    _thrown_away = tempfile.TemporaryDirectory(prefix="edu-cms-tests-")
    os.environ["VAR_DIR"] = _thrown_away.name

from edu_cms.settings.base import *

SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
SERVE_MEDIA = True
# Nothing reaches outside: a test that wants pages to be asked names a server of its own.
PREFLIGHT_URL = "none"
# A test's transaction is seen by its own thread alone; tests of the threads say otherwise.
PUSH_THREADS = 0
# Nobody listens there: a test that wants a provider starts a stand-in and says where it is.
WECHAT_API_BASE = JPUSH_API_BASE = "http://127.0.0.1:9"
SITE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# client.login() has no request to judge by; the lock's own test switches it on.
AXES_ENABLED = False
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns when it is not there
# Tests look at once whether what was taken down is gone.
PAGE_CACHE_GENERATION_SECONDS = 0
# Files, whatever the environment says; tests of the stream start a Redis of their own.
HIT_STREAM = False
if REDIS_URL:
    # Each worker empties the cache between its tests, so each has a database of its own.
    _url = urlsplit(REDIS_URL)
    _number = int(_url.path.strip("/") or 0)
    _number += int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    CACHES["default"]["LOCATION"] = _url._replace(path=f"/{_number}").geturl()
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA synchronous=OFF; PRAGMA recursive_triggers=ON;"
    )
else:
    # Nothing stays connected that a later test would have to copy or drop.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    # Thrown away at the end: no commit has to wait for the disk.
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
