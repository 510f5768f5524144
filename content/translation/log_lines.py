"""How a version's history says what was decided about the piece's languages."""

from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from content.translation.staleness import immaterial
from content.translation.together import releases


def register(actions) -> None:
    """For Wagtail's register_log_actions."""

    @actions.register_action(immaterial.DECLARED)
    class Declared(LogFormatter):
        label = _("Declare immaterial")

        def format_message(self, log_entry) -> str:
            told = gettext("The change of the Chinese is declared immaterial: %(reason)s")
            return told % {"reason": log_entry.data.get("reason", "")}

    @actions.register_action(releases.DECIDED)
    class Decided(LogFormatter):
        label = _("Publish together")

        def format_message(self, log_entry) -> str:
            told = gettext("Goes live together with the other languages: %(time)s")
            return told % {"time": day_and_time(log_entry.data.get("at"))}

    @actions.register_action(releases.MOVED)
    class Moved(LogFormatter):
        label = _("Move together")

        def format_message(self, log_entry) -> str:
            told = gettext("Goes live together with the other languages: %(time)s. %(reason)s")
            when = day_and_time(log_entry.data.get("at"))
            return (told % {"time": when, "reason": log_entry.data.get("reason", "")}).strip()

    @actions.register_action(releases.CALLED_OFF)
    class CalledOff(LogFormatter):
        label = _("Call off")

        def format_message(self, log_entry) -> str:
            told = gettext("Going live together is called off: %(reason)s")
            return told % {"reason": log_entry.data.get("reason", "")}

    actions.register_action(
        immaterial.TAKEN_BACK,
        _("Take a declaration back"),
        _("The change of the Chinese matters after all"),
    )


def day_and_time(text: str | None) -> str:
    """In the zone's own time, Beijing's, whatever the reader has chosen for their screens."""
    if not text:
        return gettext("at no set time")
    return f"{localtime(parse_datetime(text), get_default_timezone()):%F %H:%M}"
