"""Pushes, at the time they are planned for."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.agenda.entries import Entry
from campaigns.agenda.sources.base import Source
from campaigns.calendar.windows import beijing_day
from campaigns.pushes.models import Push
from campaigns.pushes.planning import cost_of_moving, retime
from campaigns.regions.clocks import Clocks


class Pushes(Source):
    kind = "push"
    label = _("Pushes")
    icon = "upload"
    model = Push
    view_permission = "campaigns.view_push"
    change_permission = "campaigns.change_push"
    first = "scheduled_at"
    series = "edition__series__code"
    channel = "account__channel__code"
    region_path = "account__region__path"
    language = "language"

    def detailed(self, rows: QuerySet) -> QuerySet:
        movable = Push.objects.not_done().filter(pk=OuterRef("pk"))
        related = ("page", "edition", "account__channel", "account__region")
        return rows.select_related(*related).annotate(is_movable=Exists(movable))

    def entry(self, row: Push, clocks: Clocks, *, may_change: bool) -> Entry:
        day, region = beijing_day(row.scheduled_at), row.account.region
        return Entry(
            kind=self.kind,
            kind_label=str(self.label),
            icon=self.icon,
            pk=row.pk,
            title=row.page.title,
            state=row.state,
            state_label=row.get_state_display(),
            address=reverse("push:inspect", args=[row.pk]),
            first_day=day,
            last_day=day,
            starts_at=row.scheduled_at,
            informal=clocks.informal(region, row.scheduled_at),
            region=region.name,
            region_code=region.code,
            channel=row.account.name,
            language=row.get_language_display(),
            language_code=row.language,
            campaign=row.edition.name,
            move_label=str(_("Move the push")) if may_change and row.is_movable else "",
            move_cost=cost_of_moving(row),
        )

    def move(self, row: Push, to: datetime, by) -> None:
        """A place on the website keeps its length: its end moves along."""
        ends_at = row.ends_at and row.ends_at + (to - row.scheduled_at)
        retime(row, to, by=by, ends_at=ends_at)
