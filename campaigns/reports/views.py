"""The reach dashboard."""

from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from campaigns.channels.models import Channel
from campaigns.reach import metrics, sums
from campaigns.reach.display import format_person_times, in_ten_thousands, percent
from campaigns.reach.metrics import Basis
from campaigns.reach.models import EVERYDAY, DailyReach
from campaigns.regions.models import Region
from campaigns.reports import charts, export_views, figures, filters
from campaigns.reports.exports.told import BASIS_MEANINGS

MOST_REGION_BARS = 12


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


@dataclass
class Line:
    """A row of a table on the dashboard."""

    label: str
    amount: Amount
    share: str = ""
    target: Amount | None = None
    of_target: str = ""
    link: str = ""
    unit: str = ""
    bases: list[tuple[str, Amount]] = field(default_factory=list)


class DashboardView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """How far campaigns reach, in person-times, for the viewer's own part of the organisation."""

    template_name = "campaigns/reports/dashboard.html"
    page_title = gettext_lazy("Reach dashboard")
    header_icon = "table"
    permission_policy = ModelPermissionPolicy(DailyReach)
    permission_required = "view"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs) -> dict:
        asked = filters.read(self.request)
        return {**super().get_context_data(**kwargs), **_Dashboard(self.request, asked).context()}


class _Dashboard:
    """Everything one look at the dashboard shows, in a fixed number of queries."""

    def __init__(self, request: HttpRequest, asked: filters.Filters) -> None:
        self.asked = asked
        self.selection = asked.selection
        self.may_see_entries = request.user.has_perm("campaigns.view_reachentry")
        self.may_import = request.user.has_perm("campaigns.add_importbatch")
        self.tops = list(sums.nodes_for(request.user))

    def context(self) -> dict:
        selection = self.selection
        here = [selection.region] if selection.region else self.tops
        channels = figures.by_channel(selection)
        total = figures.total_of(channels)
        outputs = [self._output(row) for row in figures.outputs(selection)]
        aims = figures.against_targets(selection, here)
        extent = figures.extent(selection)
        return {
            "filters": self.asked,
            "everyday_code": EVERYDAY,
            "remarks": self.asked.remarks,
            "chosen": selection.campaigns,
            "campaign_names": self._names(),
            "is_empty": not channels and not outputs,
            "may_import": self.may_import,
            "extent": extent,
            "age": timezone.now() - extent.entered_at if extent.entered_at else None,
            "total": self._amount(total.count, metric=metrics.reach_codes()),
            "total_shown": format_person_times(total.count),
            "aim": self._aim(aims.get(None)),
            **self._bases(total),
            **self._channels(channels, aims, total),
            **self._days(figures.by_day(selection), total),
            **self._regions(here, total),
            "outputs": outputs,
            "exports": export_views.panel(self.asked),
        }

    def _names(self) -> str:
        names = [edition.name for edition in self.selection.editions]
        return "、".join(names + [_("Everyday education")] * self.selection.everyday)

    def _amount(self, count: int, **narrowed) -> Amount:
        return Amount(count, self._entries(**narrowed))

    def _entries(self, **narrowed) -> str:
        """The address of the ledger's entries behind a figure."""
        if not self.may_see_entries:
            return ""
        selection = self.selection
        told = QueryDict(mutable=True)
        told.setlist("campaign", selection.campaigns)
        for name, value in (
            ("day_from", selection.first),
            ("day_to", selection.last),
            ("region", selection.region and selection.region.code),
        ):
            if value:
                told[name] = str(value)
        for name, part in filters.NARROWING.items():
            if values := getattr(selection, part):
                told.setlist(name, values)
        for name, value in narrowed.items():
            if isinstance(value, list | tuple):
                # The figure's own metrics, and of these the ones that are asked for.
                told.setlist(name, [one for one in value if one in told.getlist(name)] or value)
            else:
                told[name] = str(value)
        return f"{reverse('reachentry:index')}?{told.urlencode()}"

    def _aim(self, aim: figures.Aim | None) -> dict | None:
        if aim is None:
            return None
        return {
            "target": Amount(aim.target or 0),
            "reached": Amount(aim.reached),
            "percent": percent(aim.reached, aim.target or 0),
            # <progress> fills up at the target and says the rest in words.
            "filled": min(100, 100 * aim.reached // aim.target) if aim.target else 0,
        }

    def _bases(self, total: figures.Figure) -> dict[str, object]:
        known = total.known_bases()
        lines = [
            Line(
                str(Basis(basis).label),
                self._amount(count, metric=metrics.reach_codes(), basis=basis),
                percent(count, total.count),
                unit=str(BASIS_MEANINGS[basis]),
            )
            for basis, count in known.items()
        ]
        bars = [charts.Bar(str(Basis(basis).label), count) for basis, count in known.items()]
        return {
            "bases": lines,
            "basis_chart": charts.ranked_bars(_("Person-times by basis"), bars),
        }

    def _channels(
        self, rows: list[figures.Figure], aims: dict, total: figures.Figure
    ) -> dict[str, object]:
        by_code = {row.key: row for row in rows}
        names = dict(Channel.objects.values_list("code", "name"))
        lines, bars = [], []
        for code, name in names.items():
            row, aim = by_code.get(code), aims.get(code)
            if row is None and aim is None:
                continue
            count = row.count if row else 0
            lines.append(
                Line(
                    name,
                    self._amount(count, metric=metrics.reach_codes(), channel=code),
                    percent(count, total.count),
                    Amount(aim.target) if aim else None,
                    percent(aim.reached, aim.target) if aim else "",
                )
            )
            bars.append(charts.Bar(name, count, aim.target if aim else None))
        return {
            "channels": lines,
            "channel_chart": charts.ranked_bars(_("Person-times by channel"), bars),
        }

    def _days(self, rows: list[figures.Figure], total: figures.Figure) -> dict[str, object]:
        lines = [
            Line(
                row.label,
                self._amount(
                    row.count, metric=metrics.reach_codes(), day_from=row.key, day_to=row.key
                ),
                percent(row.count, total.count),
            )
            for row in rows
        ]
        by_day = {date.fromisoformat(row.key): row.count for row in rows}
        return {
            "days": lines,
            "day_chart": charts.days(_("Person-times by day"), by_day),
            "peak": max(lines, key=lambda line: line.amount.exact, default=None),
        }

    def _regions(self, here: list[Region], total: figures.Figure) -> dict[str, object]:
        selection = self.selection
        region = here[0] if len(here) == 1 else None
        below = list(region.get_children()) if region else here
        found = figures.over_nodes(selection, below)
        lines = []
        for child in below:
            figure = found[child.code]
            if not figure.by_basis:
                continue
            lines.append(
                Line(
                    child.name,
                    self._amount(figure.count, metric=metrics.reach_codes(), region=child.code),
                    percent(figure.count, total.count),
                    link=f"?{self.asked.query(region=child.code)}",
                )
            )
        lines.sort(key=lambda line: -line.amount.exact)
        # The chart compares like with like; what stands for the region itself is in the table.
        bars = [charts.Bar(line.label, line.amount.exact) for line in lines[:MOST_REGION_BARS]]
        own = total.count - sum(line.amount.exact for line in lines)
        if region and own:
            lines.append(
                Line(
                    _("%(region)s itself") % {"region": region.name},
                    self._amount(own, metric=metrics.reach_codes(), only_region=region.code),
                    percent(own, total.count),
                )
            )
        return {
            "region": region,
            "region_trail": self._trail(region),
            "regions": lines,
            "region_chart": charts.ranked_bars(_("Person-times by region"), bars),
            "regions_without": len(below) - sum(1 for line in lines if line.link),
        }

    def _trail(self, region: Region | None) -> list[dict]:
        """From the viewer's own region down to the one that is shown."""
        if region is None:
            return []
        above = [
            *(
                node
                for node in region.get_ancestors()
                if any(node.path.startswith(top.path) for top in self.tops)
            ),
            region,
        ]
        return [
            {"name": node.name, "link": f"?{self.asked.query(region=node.code)}"} for node in above
        ]

    def _output(self, row: figures.Figure) -> Line:
        return Line(row.label, self._amount(row.count, metric=row.key), unit=row.unit)
