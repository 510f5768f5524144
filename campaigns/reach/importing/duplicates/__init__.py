"""Figures that may count something a second time: they wait until somebody decides.

The rules are narrow on purpose: a figure that is held wrongly costs a person's time, and where many
are, all are waved through.
"""

from campaigns.reach.importing.duplicates.running_totals import running_totals
from campaigns.reach.importing.duplicates.site import also_on_the_site
from campaigns.reach.importing.duplicates.told import Span, Suspect, Told
from campaigns.reach.importing.duplicates.tree import told_twice_along_the_tree
from campaigns.reach.importing.figures import Figure

__all__ = ["Suspect", "Told", "suspects"]


def suspects(told: list[Told], unchanged: list[Figure]) -> list[Suspect]:
    """Those of the new figures that some rule finds; each by one rule, the most certain first."""
    if not any(one.is_new for one in told):
        return []
    span = Span.of(one.figure for one in told)
    found: dict[int, Suspect] = {}
    for rule in (also_on_the_site(told), running_totals(told, unchanged, span)):
        for suspect in rule:
            found.setdefault(suspect.figure.row, suspect)
    for suspect in told_twice_along_the_tree(told, span):
        found.setdefault(suspect.figure.row, suspect)
    return sorted(found.values(), key=lambda suspect: suspect.figure.row)
