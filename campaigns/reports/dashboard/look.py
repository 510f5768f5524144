"""One look at the dashboard: who looks at what, and how a figure leads to its entries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.reach import metrics, sums
from campaigns.reach.display import in_ten_thousands, percent
from campaigns.reach.metrics import Basis
from campaigns.regions.models import Region
from campaigns.reports import filters
from campaigns.reports.figures import Figure


@dataclass(frozen=True)
class Amount:
    """A figure as it is shown, with its exact value and the address of the entries behind it."""

    exact: int
    entries: str = ""

    @property
    def shown(self) -> str:
        return in_ten_thousands(self.exact)

    @property
    def grouped(self) -> str:
        return f"{self.exact:,}"

    @property
    def is_rounded(self) -> bool:
        return self.shown != self.grouped


@dataclass
class Line:
    """A row of a table on the dashboard. `bases` says in words what the figure rests on."""

    label: str
    amount: Amount
    share: str = ""
    target: Amount | None = None
    of_target: str = ""
    link: str = ""
    unit: str = ""
    bases: str = ""
    meaning: str = ""
    parts: list["Amount"] = field(default_factory=list)


class Look:
    """Who looks at what."""

    def __init__(self, request: HttpRequest, asked: filters.Filters) -> None:
        self.request = request
        self.asked = asked
        self.selection = asked.selection
        self.today = timezone.localdate()
        self.may_see_entries = request.user.has_perm("campaigns.view_reachentry")
        self.may_import = request.user.has_perm("campaigns.add_importbatch")
        self.tops = list(sums.nodes_for(request.user))

    @cached_property
    def here(self) -> list[Region]:
        """The region that is asked for, or else the topmost that the viewer may see."""
        return [self.selection.region] if self.selection.region else self.tops

    @property
    def region(self) -> Region | None:
        """The one region that all figures are of; None for somebody posted at several."""
        return self.here[0] if len(self.here) == 1 else None

    def names(self) -> str:
        """What the selected campaigns are called."""
        names = [edition.name for edition in self.selection.editions]
        return "、".join(names + [_("Everyday education")] * self.selection.everyday)

    def here_with(self, **changes) -> str:
        """This view with another filter."""
        return f"?{self.asked.query(**changes)}"

    def reached(self, count: int, **narrowed) -> Amount:
        """Person-times, with their entries."""
        return self.amount(count, metric=metrics.reach_codes(), **narrowed)

    def amount(self, count: int, **narrowed) -> Amount:
        return Amount(count, self.entries(**narrowed))

    def line(self, figure: Figure, whole: int, *, link: str = "", **narrowed) -> Line:
        """A row of person-times: its share of the whole, and what it rests on."""
        return Line(
            figure.label,
            self.reached(figure.count, **narrowed),
            percent(figure.count, whole),
            link=link,
            bases=bases_in_words(figure),
        )

    def entries(self, **narrowed) -> str:
        """The address of the ledger's entries behind a figure."""
        if not self.may_see_entries:
            return ""
        told = dict(self._told)
        for name, value in narrowed.items():
            if value is None:
                told.pop(name, None)
            elif isinstance(value, list | tuple):
                # The figure's own metrics, and of these the ones that are asked for.
                asked = told.get(name, ())
                told[name] = [one for one in value if one in asked] or value
            else:
                told[name] = [str(value)]
        return f"{reverse('reachentry:index')}?{urlencode(told, doseq=True)}"

    @cached_property
    def _told(self) -> dict[str, Sequence[str]]:
        """The filters as the list of entries names them; hundreds of addresses begin with them."""
        selection = self.selection
        alone = {
            "day_from": selection.first,
            "day_to": selection.last,
            "region": selection.region and selection.region.code,
        }
        return {
            "campaign": selection.campaigns,
            **{name: [str(value)] for name, value in alone.items() if value},
            **{
                name: values
                for name, part in filters.NARROWING.items()
                if (values := getattr(selection, part))
            },
        }


def bases_in_words(figure: Figure) -> str:
    """What a figure rests on, such as 实测 2.0 % · 平台数据 98.0 %; empty without a figure."""
    known = figure.known_bases()
    if len(known) == 1:
        return _("all %(basis)s") % {"basis": Basis(next(iter(known))).label}
    # A basis and its share stay on one line.
    return " · ".join(
        f"{Basis(basis).label} {percent(count, figure.count)}".replace(" ", "\N{NO-BREAK SPACE}")
        for basis, count in known.items()
    )
