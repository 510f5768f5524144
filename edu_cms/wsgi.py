"""WSGI entry point for any WSGI server."""

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from edu_cms.environment import load_environment

load_environment()
django_application = get_wsgi_application()

from campaigns.reach.door import HitDoor  # noqa: E402 it needs what was just set up

application = HitDoor(django_application)
# The addresses lead to all that is ever loaded, and that stays. Walked again by each full garbage
# collection, it would cost a page in fifty a fifth of a second.
_ADDRESSES = get_resolver().url_patterns
gc.collect()
gc.freeze()
