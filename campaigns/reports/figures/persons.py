"""人数, how many persons were reached: a union of sketches, never a sum, and apart from 人次."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.reach import persons as sketches
from campaigns.reports.figures.selection import Selection

DEFINITION = gettext_lazy(
    "How many different readers our own counting has seen, in one union over all channels and days "
    "that are selected. A reader is a browser at an address; who comes back is not counted twice. "
    "It is an estimate, knows nothing of other platforms, is no part of person-times, and is never "
    "added up: not over days, channels, regions or campaigns."
)


@dataclass(frozen=True, slots=True)
class Persons:
    """An estimate of persons, its margin (95 % certain) and what it means.

    Not a Figure, on purpose: nothing that adds figures up can take it for one.
    """

    count: int
    low: int
    high: int
    definition: str

    @property
    def shown(self) -> str:
        return _("about %(count)s persons") % {"count": f"{self.count:,}"}

    @property
    def margin(self) -> str:
        told = {"low": f"{self.low:,}", "high": f"{self.high:,}"}
        return _("95 %% certain: %(low)s to %(high)s") % told


def known(selection: Selection) -> Persons | None:
    """How many persons; None where that is not known for such a selection."""
    if not selection.cut.editions:
        return None
    found = sketches.estimate(selection.cut)
    return found and Persons(found.count, found.low, found.high, str(DEFINITION))
