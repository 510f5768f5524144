"""The data of this floor."""

from campaigns.reports.models.evidence import EvidencePackage, EvidencePackageQuerySet
from campaigns.reports.models.forms import ReportForm, ReportFormQuerySet
from campaigns.reports.models.showings import Showing, ShowingQuerySet
from campaigns.reports.models.snapshots import FrozenError, Snapshot, SnapshotQuerySet
from campaigns.reports.models.subscriptions import (
    ReportMail,
    ReportMailQuerySet,
    Subscription,
    SubscriptionQuerySet,
)
from campaigns.reports.models.tokens import ReportToken, ReportTokenQuerySet

__all__ = [
    "EvidencePackage",
    "EvidencePackageQuerySet",
    "FrozenError",
    "ReportForm",
    "ReportFormQuerySet",
    "ReportMail",
    "ReportMailQuerySet",
    "ReportToken",
    "ReportTokenQuerySet",
    "Showing",
    "ShowingQuerySet",
    "Snapshot",
    "SnapshotQuerySet",
    "Subscription",
    "SubscriptionQuerySet",
]
