"""One machine, SQLite, no other service: what `make run` starts."""

from edu_cms.settings.base import *

DEBUG = env.bool("DEBUG", default=False)
# A key for trying things out; `make setup` writes a random one into ENV_FILE.
SECRET_KEY = SECRET_KEY or "not-a-secret-run-make-setup"
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
SERVE_MEDIA = True
# Mail is kept as files, to be looked at, until the environment names a server.
if not env("EMAIL_URL", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mails"
# Nothing leaves this machine unless the environment says so: `make run` starts the stand-in.
STANDIN = f"http://127.0.0.1:{env('STANDIN_PORT', default='8790')}"
WECHAT_API_BASE = env("WECHAT_API_BASE", default=STANDIN).rstrip("/")
JPUSH_API_BASE = env("JPUSH_API_BASE", default=STANDIN).rstrip("/")
