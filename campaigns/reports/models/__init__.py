"""The data of this floor."""

from campaigns.reports.models.evidence import EvidencePackage, EvidencePackageQuerySet
from campaigns.reports.models.forms import ReportForm, ReportFormQuerySet

__all__ = ["EvidencePackage", "EvidencePackageQuerySet", "ReportForm", "ReportFormQuerySet"]
