"""人数, how many persons were reached: a union of sketches, never a sum, and apart from 人次."""

from campaigns.reports.figures.selection import Selection

try:
    from campaigns.reach.persons import persons as _persons
except ImportError:  # this installation keeps no sketches
    _persons = None


def known(selection: Selection) -> int | None:
    """How many persons; None where that is not known for such a selection."""
    if _persons is None or not selection.cut.editions:
        return None
    return _persons(selection.cut)
