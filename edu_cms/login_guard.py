"""Which address a login comes from, for the lock against guessing."""

from django.http import HttpRequest


def address_behind_proxy(request: HttpRequest) -> str:
    """The address that the proxy in front of the site saw.

    Only the last entry is the proxy's own; those before it are whatever the client sent.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rsplit(",", 1)[-1].strip() or request.META["REMOTE_ADDR"]
