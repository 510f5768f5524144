"""What happened to a push, in one list: planned, approved, tried, answered."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.pushes.models import Push, PushAttempt, PushConsent, PushTransition
from campaigns.pushes.states import MOVES, Mover


@dataclass(frozen=True)
class Event:
    """A change of state, an attempt, or a consent."""

    at: datetime
    transition: PushTransition | None = None
    attempt: PushAttempt | None = None
    consent: PushConsent | None = None

    @property
    def is_engine(self) -> bool:
        """Whether a change that names nobody was the engine's: nobody else may make it."""
        change = self.transition
        return change is not None and MOVES.get((change.from_state, change.to_state)) == {
            Mover.ENGINE
        }


def timeline(push: Push) -> list[Event]:
    """Everything that happened to the push, first first."""
    events = [
        *(Event(at=row.at, transition=row) for row in push.transitions.select_related("by")),
        *(Event(at=row.started_at, attempt=row) for row in push.attempts.all()),
        *(Event(at=row.at, consent=row) for row in push.consents.select_related("by")),
    ]
    return sorted(events, key=lambda event: event.at)
