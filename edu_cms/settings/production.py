"""PostgreSQL, Redis, HTTPS behind a proxy. Refuses to start without its secrets."""

from edu_cms.settings.base import *

SECRET_KEY = required("SECRET_KEY")
required("DATABASE_URL")
required("REDIS_URL")
required("ALLOWED_HOSTS")
required("SITE_URL")

for _name in ("WECHAT_API_BASE", "JPUSH_API_BASE"):
    refuse_stand_in(_name, globals()[_name])

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
BEHIND_PROXY = True
AXES_CLIENT_IP_CALLABLE = "campaigns.reach.addresses.address_behind_proxy"
# Wagtail's preview shows the page in a frame of our own: SAMEORIGIN, not DENY.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
