"""A curated index of every floor's models; none is defined here."""

from campaigns.agenda.models import CalendarFeed, EventVersion
from campaigns.calendar.models import Edition, PublicHoliday, RegionalWindow, Series
from campaigns.channels.handover.models import Handover, HandoverSetup
from campaigns.channels.models import Channel, ChannelAccount, Placement
from campaigns.channels.partner.models import PackageLink, PartnerItem, PartnerMail, PartnerSetup
from campaigns.channels.provider_models import (
    AccessToken,
    Connection,
    JpushJob,
    StatisticsDay,
    WechatJob,
    WechatMaterial,
)
from campaigns.field.models import FieldSession, SessionReport, SessionTransition
from campaigns.plans.models import (
    Attachment,
    BudgetLine,
    Plan,
    PlanVersion,
    PushItem,
    PushTemplate,
    Task,
    TaskTemplate,
)
from campaigns.pushes.models import (
    Heartbeat,
    Pause,
    PieceDates,
    Push,
    PushAttempt,
    PushConsent,
    PushTransition,
)
from campaigns.reach.models import (
    DailyPiece,
    DailyReach,
    ImportBatch,
    Metric,
    MonthlyPiece,
    MonthlyReach,
    ReachEntry,
    SpoolPosition,
    Target,
    TrackedLink,
)
from campaigns.regions.models import Posting, Region
from campaigns.reports.models import ReportMail, ReportToken, Snapshot, Subscription

__all__ = [
    "AccessToken",
    "Attachment",
    "BudgetLine",
    "CalendarFeed",
    "Channel",
    "ChannelAccount",
    "Connection",
    "DailyPiece",
    "DailyReach",
    "Edition",
    "EventVersion",
    "FieldSession",
    "Handover",
    "HandoverSetup",
    "Heartbeat",
    "ImportBatch",
    "JpushJob",
    "Metric",
    "MonthlyPiece",
    "MonthlyReach",
    "PackageLink",
    "PartnerItem",
    "PartnerMail",
    "PartnerSetup",
    "Pause",
    "PieceDates",
    "Placement",
    "Plan",
    "PlanVersion",
    "Posting",
    "PublicHoliday",
    "Push",
    "PushAttempt",
    "PushConsent",
    "PushItem",
    "PushTemplate",
    "PushTransition",
    "ReachEntry",
    "Region",
    "RegionalWindow",
    "ReportMail",
    "ReportToken",
    "Series",
    "SessionReport",
    "SessionTransition",
    "Snapshot",
    "SpoolPosition",
    "StatisticsDay",
    "Subscription",
    "Target",
    "Task",
    "TaskTemplate",
    "TrackedLink",
    "WechatJob",
    "WechatMaterial",
]
