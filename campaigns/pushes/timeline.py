"""What happened to a push, in one list: planned, moved, tried, answered."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.pushes.models import Push, PushAttempt, PushTransition


@dataclass(frozen=True)
class Event:
    """A change of state, or an attempt."""

    at: datetime
    transition: PushTransition | None = None
    attempt: PushAttempt | None = None


def timeline(push: Push) -> list[Event]:
    """Everything that happened to the push, first first."""
    events = [
        *(Event(at=row.at, transition=row) for row in push.transitions.select_related("by")),
        *(Event(at=row.started_at, attempt=row) for row in push.attempts.all()),
    ]
    return sorted(events, key=lambda event: event.at)
