"""What the content floor tells Wagtail's admin."""

from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from content.dates import ACTION as DATES_SET
from content.translation import (  # noqa: F401 they register their own hooks
    adapting_views,
    admin_parts,
    spelling_admin,
)
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


@hooks.register("register_log_actions")
def register_dates_set(actions) -> None:
    """The dates of a piece were set from outside the editor, by a campaign's push."""

    @actions.register_action(DATES_SET)
    class DatesSet(LogFormatter):
        label = _("Set dates")

        def format_message(self, log_entry) -> str:
            after = log_entry.data.get("after", {})
            told = gettext("Goes live: %(begin)s; comes down: %(end)s. %(reason)s") % {
                "begin": _day_and_time(after.get("go_live_at")),
                "end": _day_and_time(after.get("expire_at")),
                "reason": log_entry.data.get("reason", ""),
            }
            return told.strip()


def _day_and_time(text: str | None) -> str:
    """In the zone's own time, Beijing's, whatever the reader has chosen for their screens."""
    if not text:
        return gettext("at no set time")
    return f"{localtime(parse_datetime(text), get_default_timezone()):%F %H:%M}"
