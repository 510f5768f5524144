"""What a plan's content says, in the words and figures of people.

Versions hold codes, so that two of them can be compared whatever regions and channels are called
meanwhile; names are looked up when they are shown. A code that is gone stands for itself.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.contrib.auth import get_user_model
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.channels.models import Channel
from campaigns.plans.models import Task
from campaigns.reach.display import in_ten_thousands
from campaigns.reach.metrics import known, name_of
from campaigns.reach.models import Target
from campaigns.regions.models import Region
from campaigns.regions.naming import person_name

# From the top down; what is left without a level has left the tree.
LEVELS = {
    **{level.value: level.label for level in Region.Level},
    "": gettext_lazy("Former regions"),
}


@dataclass(frozen=True)
class Amount:
    """A target: of what, as it is printed, and to the last digit with its unit."""

    channel: str
    metric: str
    shown: str
    exact: str
    region: str = ""


@dataclass
class Level:
    """The targets of all regions of one level, with their sums by channel and metric."""

    name: str
    regions: int
    sums: list[Amount]
    rows: list[Amount] = field(default_factory=list)


class Names:
    """What codes are called; each table is read once, when the first is asked for."""

    @cached_property
    def regions(self) -> dict[str, Region]:
        return {region.code: region for region in Region.objects.all()}

    @cached_property
    def channels(self) -> dict[str, str]:
        return dict(Channel.objects.values_list("code", "name"))

    def region(self, code: str) -> str:
        return self.regions[code].name if code in self.regions else code

    def channel(self, code: str) -> str:
        return self.channels.get(code, code) if code else _("all channels")

    def level(self, code: str) -> str:
        """The level's own code; empty for a region that is gone."""
        return self.regions[code].level if code in self.regions else ""


def unit_of(metric: str) -> str:
    """The unit of a metric's figures; that of person-times is 人次."""
    if metric == Target.PERSON_TIMES:
        return _("person-times")
    return known()[metric].unit if metric in known() else ""


def figure(value: int, metric: str) -> tuple[str, str]:
    """A target as it is printed, 人次 in 万, and to the last digit; both with the unit."""
    counts_people = metric == Target.PERSON_TIMES or (
        metric in known() and known()[metric].counts_as_reach
    )
    exact = f"{value:,}"
    shown = in_ten_thousands(value) if counts_people else exact
    unit = unit_of(metric)
    return _with_unit(shown, unit), _with_unit(exact, unit)


def _with_unit(number: str, unit: str) -> str:
    # Chinese puts no blank between a figure and its unit.
    return f"{number} {unit}" if unit.isascii() else f"{number}{unit}"


def money(amount: str | Decimal) -> str:
    """Yuan with separators; what is no number stays as it was written."""
    try:
        return _("%(amount)s yuan") % {"amount": f"{Decimal(amount):,.2f}"}
    except InvalidOperation:
        return str(amount)


def total(budget: Iterable[dict]) -> str:
    """What the budget comes to."""
    return money(sum((Decimal(line["amount"]) for line in budget), Decimal(0)))


def levels(targets: list[dict], names: Names | None = None) -> list[Level]:
    """The targets from head office down, a level at a time."""
    names = names or Names()
    found = []
    for code, label in LEVELS.items():
        rows = [row for row in targets if names.level(row["region"]) == code]
        if rows:
            regions = len({row["region"] for row in rows})
            amounts = [_amount(row["value"], row, names, row["region"]) for row in rows]
            found.append(Level(str(label), regions, _sums(rows, names), amounts))
    return found


def _sums(rows: list[dict], names: Names) -> list[Amount]:
    """The same metric on the same channel adds up; different ones never do."""
    sums: Counter = Counter()
    for row in rows:
        sums[row["channel"], row["metric"]] += row["value"]
    return [
        _amount(value, {"channel": channel, "metric": metric}, names)
        for (channel, metric), value in sums.items()
    ]


def _amount(value: int, row: dict, names: Names, region: str = "") -> Amount:
    shown, exact = figure(value, row["metric"])
    return Amount(
        names.channel(row["channel"]),
        name_of(row["metric"]),
        shown,
        exact,
        names.region(region) if region else "",
    )


def tasks(content: dict) -> list[dict]:
    """The tasks with their owners' names and how far they were; older versions say neither."""
    states = dict(Task.State.choices)
    owners = get_user_model().objects.in_bulk(
        {task["owner"] for task in content.get("tasks", ()) if task.get("owner")}
    )
    return [
        {
            **task,
            "state": states.get(task.get("state"), ""),
            "state_code": task.get("state", ""),
            "owner": person_name(owners.get(task.get("owner"))),
        }
        for task in content.get("tasks", ())
    ]


def told(content: dict) -> dict:
    """The content with names, sums and units, for the screens that show it."""
    budget = content.get("budget", [])
    return {
        **content,
        "budget": [{**line, "shown": money(line["amount"])} for line in budget],
        "total": total(budget) if budget else "",
        "levels": levels(content.get("targets", [])),
        "tasks": tasks(content),
    }
