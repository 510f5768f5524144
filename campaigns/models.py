"""A curated index of every floor's models; none is defined here."""

from campaigns.calendar.models import Edition, Series
from campaigns.channels.models import Channel, ChannelAccount, Placement
from campaigns.channels.provider_models import (
    AccessToken,
    Connection,
    JpushJob,
    StatisticsDay,
    WechatJob,
    WechatMaterial,
)
from campaigns.field.models import FieldSession, SessionReport, SessionTransition
from campaigns.pushes.models import Heartbeat, Push, PushAttempt, PushTransition
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
    "AccessToken",
    "Channel",
    "ChannelAccount",
    "Connection",
    "DailyReach",
    "Edition",
    "FieldSession",
    "Heartbeat",
    "ImportBatch",
    "JpushJob",
    "Placement",
    "Posting",
    "Push",
    "PushAttempt",
    "PushTransition",
    "ReachEntry",
    "Region",
    "Series",
    "SessionReport",
    "SessionTransition",
    "SpoolPosition",
    "StatisticsDay",
    "Target",
    "TrackedLink",
    "WechatJob",
    "WechatMaterial",
]
