"""What the content floor tells Wagtail's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from content.viewsets import TermGroup

register_snippet(TermGroup)


@hooks.register("register_log_actions")
def register_publish_without_review(actions) -> None:
    """An import with --publish puts a piece before the public that nobody reviewed."""
    actions.register_action(
        "content.publish_without_review",
        _("Publish without review"),
        _("Published by an import, without review"),
    )
