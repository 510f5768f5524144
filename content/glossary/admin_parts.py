"""What the glossary hangs into Wagtail's admin: its screens and what is done to many terms."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from content.glossary.bulk import ApproveBulkAction, UseBulkAction
from content.glossary.viewsets import GlossaryTermViewSet

register_snippet(GlossaryTermViewSet)
for action in (ApproveBulkAction, UseBulkAction):
    hooks.register("register_bulk_action", action)
