"""Settings that hold everywhere. dev, production and test say only what differs."""

import os
import shlex
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from edu_cms.environment import BASE_DIR, env_file, load_environment, var_dir

load_environment()
env = environ.Env()

VAR_DIR = var_dir()
# Everything written at run time goes below it, the database first of all.
VAR_DIR.mkdir(parents=True, exist_ok=True)
ENV_FILE = env_file()
SECRET_KEY = env("SECRET_KEY", default="")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default=f"http://localhost:{env('PORT', default='8000')}").rstrip("/")

INSTALLED_APPS = [
    "edu_cms",
    "campaigns",
    "content",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.snippets",
    "wagtail.sites",
    "campaigns.regions.apps.PeopleConfig",  # wagtail.users
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailmedia",
    "modelcluster",
    "taggit",
    "treebeard",
    "django_crontab",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "edu_cms.nul.NoNulMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "edu_cms.page_cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "edu_cms.locale_middleware.ReaderLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "edu_cms.urls"
WSGI_APPLICATION = "edu_cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Data -------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    if DATABASES["default"]["NAME"] != ":memory:":
        DATABASES["default"]["NAME"] = BASE_DIR / DATABASES["default"]["NAME"]
    # IMMEDIATE takes the write lock at BEGIN, so a transaction waits instead of failing half way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
            "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;"
            # INSERT OR REPLACE has to pass the ledger's trigger against DELETE.
            "PRAGMA recursive_triggers=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "edu_cms",
        }
    }
else:
    # Files, not process memory: the scheduler is another process and has to empty the page cache.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 2000},
        }
    }
PAGE_CACHE_SECONDS = 300
# How long a process may go on showing what another has taken down.
PAGE_CACHE_GENERATION_SECONDS = 0.2

# --- Languages --------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("kk-arab", "قازاقشا"), ("kk", "Қазақша")]
# Without an entry of its own, look-ups of kk-arab silently fall back to kk, left to right.
LANG_INFO["kk-arab"] = {
    "bidi": True,
    "code": "kk-arab",
    "name": "Kazakh (Arabic script)",
    "name_local": "قازاقشا",
}
LANGUAGES_BIDI = ["kk-arab"]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "edu_cms" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"


def one_of(name: str, choices: dict[str, str]) -> str:
    """What the variable chooses, the first choice when it is absent; ImproperlyConfigured names it.

    A misspelt setting must not quietly give every text another spelling.
    """
    from django.core.exceptions import ImproperlyConfigured

    value = env(name, default=next(iter(choices)))
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return choices[value]


# Disputed points of Kazakh in Arabic script: docs/kazakh.md.
KAZAKH_HAMZA = one_of("KAZAKH_HAMZA", {"0621": "\u0621", "0674": "\u0674"})
KAZAKH_HAMZA_WITH_UVULAR = env.bool("KAZAKH_HAMZA_WITH_UVULAR", default=True)
KAZAKH_TSE = one_of("KAZAKH_TSE", {"ts": "تس", "s": "س"})

# --- Files ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
SERVE_MEDIA = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Notices and plans' attachments: never below MEDIA_ROOT, which the proxy serves to everybody.
PRIVATE_DIR = VAR_DIR / "private"
OUTBOX_DIR = VAR_DIR / "outbox"
HIT_SPOOL_DIR = VAR_DIR / "spool"
CLAIMS_DIR = VAR_DIR / "claims"
# Never into a backup: whoever has a salt can find out whether a person was among the readers.
HIT_SALTS_DIR = VAR_DIR / "salts"
# Where this machine reaches the site, to see before a push whether its page answers. Empty:
# SITE_URL, if it is reached; "none": nothing is asked.
PREFLIGHT_URL = env("PREFLIGHT_URL", default="")
# Calls to channels over the network at the same time, all accounts together; 0: one by one.
PUSH_THREADS = 128

# --- Counting readers ---------------------------------------------------------------------------

# Hits go into a Redis stream, and salts into Redis, or both into files of this machine.
HIT_STREAM = env.bool("HIT_STREAM", default=bool(REDIS_URL))
HIT_REDIS_URL = REDIS_URL
# Whether a proxy in front of the site appends the client's address to X-Forwarded-For.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
# One reader's views of one page within so many seconds are one view; 0: each counts.
HIT_REPEAT_SECONDS = env.float("HIT_REPEAT_SECONDS", default=2.0)
# Hits that one address may send to one process, in the long run and at once. A hall full of people
# or a mobile network may lie behind it. 0 a second: no limit.
HIT_LIMIT_PER_SECOND = env.float("HIT_LIMIT_PER_SECOND", default=20.0)
HIT_LIMIT_BURST = env.int("HIT_LIMIT_BURST", default=600)
# So much may wait for folding, in files and in the stream; then hits are refused (503).
HIT_SPOOL_BYTES = env.int("HIT_SPOOL_BYTES", default=4 * 1024**3)
HIT_STREAM_ENTRIES = env.int("HIT_STREAM_ENTRIES", default=5_000_000)

# --- Providers of channels ------------------------------------------------------------------------

WECHAT_API_BASE = env("WECHAT_API_BASE", default="https://api.weixin.qq.com").rstrip("/")
JPUSH_API_BASE = env("JPUSH_API_BASE", default="https://api.jpush.cn").rstrip("/")
# Phrases that credentials are encrypted with, the newest first; empty: SECRET_KEY.
CHANNEL_SECRET_KEYS = env.list("CHANNEL_SECRET_KEYS", default=[])
# What the providers' documents say, and our own patience. Lengths in characters, times in seconds.
WECHAT = {
    "title_length": 32,
    "author_length": 16,
    "digest_length": 128,
    "content_length": 20_000,
    "content_bytes": 1_000_000,
    "body_image_bytes": 1_000_000,
    "material_bytes": 10_000_000,
    "newspic_images": 20,
    "newspic_text_length": 1000,
    "forced_refreshes_a_day": 20,
    # A token is renewed so long before it expires.
    "token_margin": 300,
    "page_size": 20,
    # How many pages of what was published are searched for a push, newest first.
    "pages_searched": 25,
    "connect_timeout": 5,
    "read_timeout": 20,
    # After a submission without an answer: so long nobody says that it was not accepted.
    "settle_seconds": 600,
    "busy_wait": 60,
    "rate_wait": 600,
    "confirm_minutes": 30,
    # Signed events older than this, or from so far ahead, are refused.
    "callback_seconds": 300,
    "callback_bytes": 65_536,
    # Yesterday's figures are there from this hour (Beijing); figures run for so many days.
    "statistics_hour": 8,
    "statistics_days": 30,
}
JPUSH = {
    "tags": 20,
    "alert_length": 200,
    "payload_bytes": 4000,
    # A cid is good for a day; some of it is kept in reserve.
    "cid_seconds": 23 * 3600,
    "time_to_live": 86_400,
    "connect_timeout": 5,
    "read_timeout": 20,
    "rate_wait": 60,
    "busy_wait": 60,
}

# --- Mail -------------------------------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
# No call may hold up the scheduler: seconds.
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("MAIL_FROM", default="webmaster@localhost")

# --- Wagtail ----------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "金融教育宣传系统"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILIMAGES_IMAGE_MODEL = "content.EducationImage"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILMEDIA = {"MEDIA_MODEL": "content.EducationMedia"}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "content.search.backend"}}
WAGTAIL_ALLOW_UNICODE_SLUGS = False
# A translation begins as a draft, whatever the Chinese is: it goes through legal review itself.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "content.translation.finishing.finish_review"
WAGTAILADMIN_COMMENTS_ENABLED = True
LOGIN_URL = "wagtailadmin_login"

# --- Work at fixed times ------------------------------------------------------------------------


def for_cron(path: object) -> str:
    """A path as one word of a crontab line: quoted for the shell, % kept from cron's own use."""
    return shlex.quote(str(path)).replace("%", r"\%")


CRONJOBS = [("* * * * *", "campaigns.cron.tick")]
CRONTAB_EXECUTABLE = shlex.quote(shutil.which("crontab") or "crontab")
CRONTAB_DJANGO_PROJECT_NAME = "edu_cms"
CRONTAB_DJANGO_SETTINGS_MODULE = os.environ["DJANGO_SETTINGS_MODULE"]
CRONTAB_PYTHON_EXECUTABLE = for_cron(sys.executable)
CRONTAB_DJANGO_MANAGE_PATH = for_cron(BASE_DIR / "manage.py")
# Cron's environment is empty: without this the tick would run on the default database.
CRONTAB_COMMAND_PREFIX = f"ENV_FILE={for_cron(ENV_FILE)}"
# The checks of everything at every minute would cost more than the tick itself.
CRONTAB_COMMAND_SUFFIX = f"--skip-checks >> {for_cron(VAR_DIR / 'cron.log')} 2>&1"
# The lines of two installations of one user differ by this; `crontab remove` goes by it.
CRONTAB_COMMENT = f"edu_cms tick {for_cron(ENV_FILE)}"

# --- Security ---------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Five wrong passwords for one name from one address: nothing more from there for a quarter hour.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_COOLOFF_MESSAGE = _("Too many wrong passwords. Try again in 15 minutes.")
AXES_VERBOSE = False
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
# A page of many blocks, or the desk with a long piece, sends more fields than Django's 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
CONTENT_SECURITY_POLICY = {
    # Wagtail's own screens use inline scripts; the public site does not.
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'", "https:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"secrets": {"()": "edu_cms.secret_addresses.HideSecretAddresses"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO").upper()},
    "loggers": {
        name: {"level": "WARNING"}
        for name in (
            "axes",
            "django_tasks",
            "fontTools",
            "httpcore",
            "httpx",
            "wagtail",
            "weasyprint",
        )
    }
    # These two say the addresses that were asked for, the second to a handler of Django's own.
    | {
        "django.request": {"filters": ["secrets"]},
        "django.server": {"handlers": ["console"], "propagate": False, "filters": ["secrets"]},
    },
}


def required(name: str) -> str:
    """The value of a variable that this installation cannot do without.

    Raises ImproperlyConfigured naming the variable and the file that may hold it.
    """
    from django.core.exceptions import ImproperlyConfigured

    value = env(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: put it into the environment or {ENV_FILE}")
    return value


def refuse_stand_in(name: str, address: str) -> None:
    """A provider is spoken to over https, and is not on this machine.

    Raises ImproperlyConfigured naming the variable.
    """
    from django.core.exceptions import ImproperlyConfigured

    parts = urlsplit(address)
    local = parts.hostname in {None, "localhost", "::1"} or parts.hostname.startswith("127.")
    if parts.scheme != "https" or local:
        raise ImproperlyConfigured(f"{name} has to be the provider's own https address")


__all__ = [name for name in dir() if name.isupper()] + [
    "Path",
    "env",
    "refuse_stand_in",
    "required",
]
