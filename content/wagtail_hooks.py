"""What the content floor tells Wagtail's admin; its larger rooms hang in their own parts."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from content.dates import ACTION as DATES_SET
from content.glossary import admin_parts as glossary_parts
from content.search import admin_parts as search_parts
from content.translation import adapting_views, spelling_admin, version_parts
from content.translation import admin_parts as translation_parts
from content.translation.desk import admin_parts as desk_parts
from content.translation.log_lines import day_and_time
from content.viewsets import TermGroup

# Imported because each registers its own hooks.
PARTS = (
    adapting_views,
    desk_parts,
    glossary_parts,
    search_parts,
    spelling_admin,
    translation_parts,
    version_parts,
)

register_snippet(TermGroup)


@hooks.register("register_log_actions")
def register_publish_without_review(actions) -> None:
    """An import with --publish puts a piece before the public that nobody reviewed."""
    actions.register_action(
        "content.publish_without_review",
        _("Publish without review"),
        _("Published by an import, without review"),
    )


@hooks.register("register_log_actions")
def register_dates_set(actions) -> None:
    """The dates of a piece were set from outside the editor, by a campaign's push."""

    @actions.register_action(DATES_SET)
    class DatesSet(LogFormatter):
        label = _("Set dates")

        def format_message(self, log_entry) -> str:
            after = log_entry.data.get("after", {})
            told = gettext("Goes live: %(begin)s; comes down: %(end)s. %(reason)s") % {
                "begin": day_and_time(after.get("go_live_at")),
                "end": day_and_time(after.get("expire_at")),
                "reason": log_entry.data.get("reason", ""),
            }
            return told.strip()
