"""The data of this floor."""

from campaigns.reach.models.collecting import (
    CollectorCount,
    FoldingState,
    PersonSketch,
    SpoolPosition,
)
from campaigns.reach.models.held import HeldEntry, HeldEntryQuerySet
from campaigns.reach.models.import_rows import BatchWarning, ImportRow
from campaigns.reach.models.imports import ImportBatch, ImportBatchQuerySet
from campaigns.reach.models.ledger import (
    EVERYDAY,
    AppendOnlyError,
    ReachEntry,
    ReachEntryQuerySet,
)
from campaigns.reach.models.links import TrackedLink, TrackedLinkQuerySet
from campaigns.reach.models.metrics import Basis, Metric, MetricQuerySet
from campaigns.reach.models.rollups import (
    EVERYDAY_ID,
    TOTALS_DEPTH,
    DailyPiece,
    DailyPieceTotal,
    DailyReach,
    DailyTotal,
    MonthlyPiece,
    MonthlyReach,
)
from campaigns.reach.models.targets import Target, TargetQuerySet

__all__ = [
    "EVERYDAY",
    "EVERYDAY_ID",
    "TOTALS_DEPTH",
    "AppendOnlyError",
    "Basis",
    "BatchWarning",
    "CollectorCount",
    "DailyPiece",
    "DailyPieceTotal",
    "DailyReach",
    "DailyTotal",
    "FoldingState",
    "HeldEntry",
    "HeldEntryQuerySet",
    "ImportBatch",
    "ImportBatchQuerySet",
    "ImportRow",
    "Metric",
    "MetricQuerySet",
    "MonthlyPiece",
    "MonthlyReach",
    "PersonSketch",
    "ReachEntry",
    "ReachEntryQuerySet",
    "SpoolPosition",
    "Target",
    "TargetQuerySet",
    "TrackedLink",
    "TrackedLinkQuerySet",
]
