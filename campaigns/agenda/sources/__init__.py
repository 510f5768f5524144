"""The kinds of entries, in the order in which they stand on a day. A new kind: a file, a line."""

from campaigns.agenda.sources.base import Key, Source
from campaigns.agenda.sources.editions import Editions
from campaigns.agenda.sources.pushes import Pushes
from campaigns.agenda.sources.sessions import Sessions
from campaigns.agenda.sources.tasks import Tasks
from campaigns.agenda.sources.windows import RegionalWindows

SOURCES: tuple[Source, ...] = (Editions(), RegionalWindows(), Pushes(), Sessions(), Tasks())
BY_KIND: dict[str, Source] = {source.kind: source for source in SOURCES}


def may_look(user) -> bool:
    """Whether there is anything in the calendar for this user."""
    return any(user.has_perm(source.view_permission) for source in SOURCES)


__all__ = ["BY_KIND", "SOURCES", "Key", "Source", "may_look"]
