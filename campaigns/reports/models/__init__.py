"""The data of this floor."""

from campaigns.reports.models.evidence import EvidencePackage, EvidencePackageQuerySet

__all__ = ["EvidencePackage", "EvidencePackageQuerySet"]
