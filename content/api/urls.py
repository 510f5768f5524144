"""Addresses below /api/v2/: Wagtail's router, with our pieces in the place of its pages."""

from wagtail.api.v2.router import WagtailAPIRouter

from content.api.views import GonePiecesView, PiecesView

content_api = WagtailAPIRouter("content_api")
content_api.register_endpoint("pieces", PiecesView)
content_api.register_endpoint("deleted", GonePiecesView)
