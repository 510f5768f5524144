"""Field sessions, at the time they are planned for or were held."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.agenda.entries import Entry
from campaigns.agenda.sources.base import Source
from campaigns.field import sessions
from campaigns.field.models import FieldSession
from campaigns.regions.clocks import Clocks

# The channel that field work counts for.
FIELD = "field"


class Sessions(Source):
    kind = "session"
    label = _("Field sessions")
    icon = "group"
    model = FieldSession
    view_permission = "campaigns.view_fieldsession"
    change_permission = "campaigns.change_fieldsession"
    first = "starts_at"
    series = "edition__series__code"
    region_path = "region__path"
    language = "language"

    def filtered(self, asked) -> QuerySet:
        rows = super().filtered(asked)
        return rows.none() if asked.channel and asked.channel.code != FIELD else rows

    def detailed(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("edition", "region")

    def entry(self, row: FieldSession, clocks: Clocks, *, may_change: bool) -> Entry:
        movable = may_change and row.state in sessions.EDITABLE
        return Entry(
            kind=self.kind,
            kind_label=str(self.label),
            icon=self.icon,
            pk=row.pk,
            title=str(row),
            state=row.state,
            state_label=row.get_state_display(),
            address=reverse("fieldsession:inspect", args=[row.pk]),
            first_day=row.day,
            last_day=row.day,
            starts_at=row.starts_at,
            informal=clocks.informal(row.region, row.starts_at),
            region=row.region.name,
            region_code=row.region.code,
            language=row.get_language_display(),
            language_code=row.language,
            campaign=row.edition.name if row.edition else "",
            move_label=str(_("Move the session")) if movable else "",
        )

    def move(self, row: FieldSession, to: datetime, by) -> None:
        try:
            sessions.replan(row, by=by, pieces=list(row.pieces.all()), starts_at=to)
        except sessions.MoveRefusedError as refusal:
            raise ValidationError(str(refusal)) from refusal
