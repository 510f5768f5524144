"""Which address a request comes from. Kept in memory while it is limited, never stored."""

from django.conf import settings
from django.http import HttpRequest


def address_behind_proxy(request: HttpRequest) -> str:
    """The address that the proxy in front of the site saw.

    Only the last entry is the proxy's own; those before it are whatever the client sent.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return forwarded.rsplit(",", 1)[-1].strip() or request.META["REMOTE_ADDR"]


def address_of(request: HttpRequest) -> str:
    """The client's address, by the proxy's word only where there is one (BEHIND_PROXY)."""
    return address_behind_proxy(request) if settings.BEHIND_PROXY else request.META["REMOTE_ADDR"]
