"""What the reach dashboard shows, view by view; the figures come from campaigns.reports.figures."""
