"""A curated index of every floor's models; none is defined here."""

from campaigns.calendar.models import Edition, Series
from campaigns.channels.handover.models import Handover, HandoverSetup
from campaigns.channels.models import Channel, ChannelAccount, Placement
from campaigns.channels.partner.models import PackageLink, PartnerItem, PartnerMail, PartnerSetup
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
    "Channel",
    "ChannelAccount",
    "DailyReach",
    "Edition",
    "FieldSession",
    "Handover",
    "HandoverSetup",
    "Heartbeat",
    "ImportBatch",
    "PackageLink",
    "PartnerItem",
    "PartnerMail",
    "PartnerSetup",
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
    "Target",
    "TrackedLink",
]
