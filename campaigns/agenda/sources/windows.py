"""Regions' own, wider windows: for head office and for all whom they govern."""

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.agenda.entries import Entry
from campaigns.agenda.sources.base import Source
from campaigns.calendar.models import Edition, RegionalWindow
from campaigns.regions.clocks import Clocks


class RegionalWindows(Source):
    """Of no channel and no language: filters by these leave them standing.

    A region's filter shows its own, those above it, which hold there too, and those below.
    """

    kind = "window"
    label = _("Regional windows")
    icon = "calendar-alt"
    model = RegionalWindow
    view_permission = "campaigns.view_edition"
    is_window = True
    first, last = "starts_on", "ends_on"
    series = "edition__series__code"

    @property
    def states(self) -> list[tuple[str, str]]:
        """Its days are as certain as the campaign's own."""
        return list(Edition.State.choices)

    def visible_to(self, user) -> QuerySet:
        if not user.has_perm(self.view_permission):
            return RegionalWindow.objects.none()
        return RegionalWindow.objects.known_to(user).annotate(state=F("edition__state"))

    def filtered(self, asked) -> QuerySet:
        rows = super().filtered(asked)
        return rows.about(asked.region) if asked.region else rows

    def detailed(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("edition", "region")

    def entry(self, row: RegionalWindow, clocks: Clocks, *, may_change: bool) -> Entry:
        return Entry(
            kind=self.kind,
            kind_label=str(self.label),
            icon=self.icon,
            pk=row.pk,
            title=_("%(region)s: %(campaign)s")
            % {"region": row.region.name, "campaign": row.edition.name},
            state=row.edition.state,
            state_label=row.edition.get_state_display(),
            address=reverse("edition:inspect", args=[row.edition_id]),
            first_day=row.starts_on,
            last_day=row.ends_on,
            region=row.region.name,
            region_code=row.region.code,
            campaign=row.edition.name,
            is_window=self.is_window,
        )
