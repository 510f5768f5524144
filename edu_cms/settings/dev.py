"""One machine, SQLite, no other service: what `make run` starts."""

from edu_cms.settings.base import *

DEBUG = env.bool("DEBUG", default=False)
# A key for trying things out; `make setup` writes a random one into ENV_FILE.
SECRET_KEY = SECRET_KEY or "not-a-secret-run-make-setup"
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
SERVE_MEDIA = True
