"""Campaign editions: their windows, the frame that all else stands in."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.agenda.entries import Entry
from campaigns.agenda.sources.base import Source
from campaigns.calendar.models import Edition
from campaigns.regions.clocks import Clocks


class Editions(Source):
    """Shared by all regions, channels and languages: filters by these leave them standing."""

    kind = "edition"
    label = _("Campaign windows")
    icon = "calendar-check"
    model = Edition
    view_permission = "campaigns.view_edition"
    is_window = True
    first, last = "starts_on", "ends_on"
    series = "series__code"

    def visible_to(self, user):
        rows = Edition.objects.all()
        return rows if user.has_perm(self.view_permission) else rows.none()

    def entry(self, row: Edition, clocks: Clocks, *, may_change: bool) -> Entry:
        return Entry(
            kind=self.kind,
            kind_label=str(self.label),
            icon=self.icon,
            pk=row.pk,
            title=row.name,
            state=row.state,
            state_label=row.get_state_display(),
            address=reverse("edition:inspect", args=[row.pk]),
            first_day=row.starts_on,
            last_day=row.ends_on,
            campaign=row.name,
            place=row.slogan,
            is_window=self.is_window,
        )
