"""Figures for people: only what lies in the asker's regions, person-times apart from the rest.

Person-times add up, over days, channels and regions alike. Outputs and interactions are counted in
units of their own and never enter a total of person-times. All of it is read through
campaigns.reach.sums.
"""

from campaigns.reports.figures.cuts import (
    BY,
    by_basis,
    by_channel,
    by_content,
    by_day,
    by_kind,
    by_language,
    by_metric,
    by_region,
    outputs,
    over_nodes,
)
from campaigns.reports.figures.reporting import Extent, Report, days, extent, report
from campaigns.reports.figures.rows import Figure, total_of
from campaigns.reports.figures.selection import (
    Selection,
    UnknownCampaignError,
    UnknownRegionError,
    default_editions,
    select,
)
from campaigns.reports.figures.targets import Aim, against_targets

__all__ = [
    "BY",
    "Aim",
    "Extent",
    "Figure",
    "Report",
    "Selection",
    "UnknownCampaignError",
    "UnknownRegionError",
    "against_targets",
    "by_basis",
    "by_channel",
    "by_content",
    "by_day",
    "by_kind",
    "by_language",
    "by_metric",
    "by_region",
    "days",
    "default_editions",
    "extent",
    "outputs",
    "over_nodes",
    "report",
    "select",
    "total_of",
]
