"""A curated index of every floor's models; none is defined here."""

from campaigns.calendar.models import Edition, Series
from campaigns.channels.models import Channel, ChannelAccount, Placement
from campaigns.field.models import FieldSession, SessionReport, SessionTransition
from campaigns.pushes.models import (
    Heartbeat,
    Pause,
    Push,
    PushAttempt,
    PushConsent,
    PushTransition,
)
from campaigns.reach.models import (
    DailyReach,
    ImportBatch,
    ReachEntry,
    SpoolPosition,
    Target,
    TrackedLink,
)
from campaigns.regions.models import Posting, Region

__all__ = [
    "Channel",
    "ChannelAccount",
    "DailyReach",
    "Edition",
    "FieldSession",
    "Heartbeat",
    "ImportBatch",
    "Pause",
    "Placement",
    "Posting",
    "Push",
    "PushAttempt",
    "PushConsent",
    "PushTransition",
    "ReachEntry",
    "Region",
    "Series",
    "SessionReport",
    "SessionTransition",
    "SpoolPosition",
    "Target",
    "TrackedLink",
]
