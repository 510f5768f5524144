"""One machine, SQLite, no other service: what `make run` starts."""

from edu_cms.settings.base import *

DEBUG = env.bool("DEBUG", default=False)
# A key for trying things out; `make setup` writes a random one into ENV_FILE.
SECRET_KEY = SECRET_KEY or "not-a-secret-run-make-setup"
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
SERVE_MEDIA = True
# Nothing leaves this machine unless the environment says so: `make run` starts the stand-in.
STANDIN = f"http://127.0.0.1:{env('STANDIN_PORT', default='8790')}"
WECHAT_API_BASE = env("WECHAT_API_BASE", default=STANDIN).rstrip("/")
JPUSH_API_BASE = env("JPUSH_API_BASE", default=STANDIN).rstrip("/")
