"""The data of this floor."""

from campaigns.pushes.models.heartbeat import Heartbeat, HeartbeatManager
from campaigns.pushes.models.pause import Pause, PauseQuerySet
from campaigns.pushes.models.piece_dates import PieceDates
from campaigns.pushes.models.push import Push, PushQuerySet
from campaigns.pushes.models.record import PushAttempt, PushConsent, PushTransition

__all__ = [
    "Heartbeat",
    "HeartbeatManager",
    "Pause",
    "PauseQuerySet",
    "PieceDates",
    "Push",
    "PushAttempt",
    "PushConsent",
    "PushQuerySet",
    "PushTransition",
]
