"""A stand-in for WeChat and JPush: their documented calls, state, limits and errors, on one port.

Tests, `make run` and `manage.py run_standin` use it, so that the product can be tried end to end
without an account. Nothing it accepts goes anywhere.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _


def stand_ins() -> list[str]:
    """Names of the providers that this installation only pretends to reach."""
    providers = {_("WeChat"): settings.WECHAT_API_BASE, _("JPush"): settings.JPUSH_API_BASE}
    return [name for name, address in providers.items() if is_stand_in(address)]


def mail_folder() -> str:
    """Where mail is kept as files instead of being sent; empty where it is sent."""
    is_kept = settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    return str(settings.EMAIL_FILE_PATH) if is_kept else ""


def is_stand_in(address: str) -> bool:
    """Whether the address is on this machine or not even https: no provider is."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    return parts.scheme != "https" or host in ("localhost", "::1") or host.startswith("127.")
