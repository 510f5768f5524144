"""Loads before a fork what a tick would load after it, so that kills land in the work."""


def warm_up() -> None:
    """Everything that a tick imports by and by; opens no connection to the database."""
    import httpx
    from babel import dates
    from django.db import connections
    from django.template import engines
    from django.urls import reverse
    from PIL import Image

    from campaigns import cron
    from campaigns.channels.adapters import ADAPTERS, outgoing

    assert cron
    assert ADAPTERS
    assert dates
    # The address of a page needs all the site's addresses, and those all its screens.
    reverse("wagtail_serve", args=[""])
    engines["django"].from_string("")
    Image.preinit()
    outgoing._tls()
    httpx.Client(transport=httpx.HTTPTransport()).close()
    connections.close_all()
