"""Screens of the schedule, the plan and the targets of an edition."""
