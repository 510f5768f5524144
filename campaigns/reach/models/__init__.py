"""The data of this floor."""

from campaigns.reach.models.collecting import SpoolPosition
from campaigns.reach.models.imports import ImportBatch, ImportBatchQuerySet
from campaigns.reach.models.ledger import (
    EVERYDAY,
    AppendOnlyError,
    ReachEntry,
    ReachEntryQuerySet,
)
from campaigns.reach.models.links import TrackedLink, TrackedLinkQuerySet
from campaigns.reach.models.rollups import (
    EVERYDAY_ID,
    DailyPiece,
    DailyReach,
    MonthlyPiece,
    MonthlyReach,
)
from campaigns.reach.models.targets import Target, TargetQuerySet

__all__ = [
    "EVERYDAY",
    "EVERYDAY_ID",
    "AppendOnlyError",
    "DailyPiece",
    "DailyReach",
    "ImportBatch",
    "ImportBatchQuerySet",
    "MonthlyPiece",
    "MonthlyReach",
    "ReachEntry",
    "ReachEntryQuerySet",
    "SpoolPosition",
    "Target",
    "TargetQuerySet",
    "TrackedLink",
    "TrackedLinkQuerySet",
]
