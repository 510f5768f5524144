"""Addresses below /api/v2/: Wagtail's router, with our pieces in the place of its pages."""

from django.urls import re_path
from wagtail.api.v2.router import WagtailAPIRouter

from content.api.views import GonePiecesView, PiecesView, unknown_address

content_api = WagtailAPIRouter("content_api")
content_api.register_endpoint("pieces", PiecesView)
content_api.register_endpoint("deleted", GonePiecesView)

# Behind everything else: what lies below /api/ answers in JSON, also when there is nothing.
nothing_else = re_path(r"^api/", unknown_address, name="no_such_api")
