"""Figures to report on: the ledger's own fixtures."""

from tests.campaigns.reach.conftest import edition, entry, page, recorded

__all__ = ["edition", "entry", "page", "recorded"]
