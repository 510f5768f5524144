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
    from content import publishing
    from content.search import folding, sounds

    assert cron
    assert ADAPTERS
    assert dates
    assert publishing
    # What a page is indexed by when it is published.
    folding.fold("繁體")
    sounds.typed_forms("退保")
    # The address of a page needs all the site's addresses, and those all its screens.
    reverse("wagtail_serve", args=[""])
    engines["django"].from_string("")
    Image.preinit()
    outgoing._tls()
    httpx.Client(transport=httpx.HTTPTransport()).close()
    connections.close_all()
