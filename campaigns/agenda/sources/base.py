"""What a kind of entry has to tell so that it stands in every view and in the feeds."""

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Min, Model, QuerySet
from django.utils.translation import gettext as _

from campaigns.agenda.entries import Entry, Span, day_of
from campaigns.regions.clocks import Clocks

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from campaigns.agenda.asking import Asked


class Key(NamedTuple):
    """The least that is known of an entry: enough to place, sort and count thousands."""

    first_day: date
    at: str
    rank: int
    pk: int
    kind: str
    state: str
    last_day: date


class Source:
    """One kind of entry. A new kind is a subclass in a file of its own, named in SOURCES."""

    kind = ""
    label = ""
    icon = ""
    model: type[Model]
    # Who may see it, and who may move it.
    view_permission = ""
    change_permission = ""
    # Windows are drawn as bands over their days.
    is_window = False
    # The model's fields that say when: a moment or a day, and for spans the last day.
    first, last = "", ""
    # Look-ups from the model to what people filter by; empty where it belongs to all of them.
    series, channel, region_path, language = "", "", "", ""

    def visible_to(self, user: "AbstractBaseUser") -> QuerySet:
        """All that this user may see: nothing of a kind that their roles do not open."""
        rows = self.model._default_manager  # noqa: SLF001
        return rows.visible_to(user) if user.has_perm(self.view_permission) else rows.none()

    def filtered(self, asked: "Asked") -> QuerySet:
        """What is visible and fits the filters, whenever it is."""
        rows = self.visible_to(asked.user)
        if (asked.kind and asked.kind != self.kind) or (
            asked.state and asked.state[0] != self.kind
        ):
            return rows.none()
        if asked.state:
            rows = rows.filter(state=asked.state[1])
        for lookup, value in (
            (self.series, asked.series and asked.series.code),
            (self.channel, asked.channel and asked.channel.code),
            (f"{self.region_path}__startswith", asked.region and asked.region.path),
            (self.language, asked.language),
        ):
            if value and lookup and not lookup.startswith("__"):
                rows = rows.filter(**{lookup: value})
        return rows

    def within(self, rows: QuerySet, span: Span) -> QuerySet:
        """Those that touch the span's Beijing days."""
        if self.is_timed:
            return rows.filter(
                **{f"{self.first}__gte": span.starts_at, f"{self.first}__lt": span.ends_at}
            )
        last = self.last or self.first
        return rows.filter(**{f"{self.first}__lte": span.last, f"{last}__gte": span.first})

    def keys(self, rows: QuerySet, rank: int) -> list[Key]:
        """One light query: when each is, and its state."""
        values = rows.order_by().values_list("pk", "state", self.first, self.last or self.first)
        return [
            Key(
                day_of(first),
                first.isoformat() if self.is_timed else "",
                rank,
                pk,
                self.kind,
                state,
                day_of(last),
            )
            for pk, state, first, last in values
        ]

    def first_after(self, rows: QuerySet, day: date) -> date | None:
        """The first Beijing day after that one on which one of them begins."""
        lookup = f"{self.first}__gte" if self.is_timed else f"{self.first}__gt"
        after = Span(day, day).ends_at if self.is_timed else day
        first = rows.filter(**{lookup: after}).aggregate(first=Min(self.first))["first"]
        return first and day_of(first)

    def entries(self, rows: QuerySet, user: "AbstractBaseUser", clocks: Clocks) -> list[Entry]:
        """The rows as entries: as many queries for fifty as for five."""
        may_change = bool(self.change_permission) and user.has_perm(self.change_permission)
        return [self.entry(row, clocks, may_change=may_change) for row in self.detailed(rows)]

    @property
    def is_timed(self) -> bool:
        return isinstance(self.model._meta.get_field(self.first), DateTimeField)  # noqa: SLF001

    @property
    def states(self) -> list[tuple[str, str]]:
        """Every state that there is, in the model's own order and words."""
        return list(self.model._meta.get_field("state").choices)  # noqa: SLF001

    # --- What a kind says itself ---

    def detailed(self, rows: QuerySet) -> QuerySet:
        """The rows with all that `entry` reads, so that it asks nothing more."""
        return rows

    def entry(self, row: Model, clocks: Clocks, *, may_change: bool) -> Entry:
        """The row as an entry."""
        raise NotImplementedError

    def move(self, row: Model, to: datetime, by: "AbstractBaseUser") -> None:
        """Move it to another time, by its own floor's verb. Raises ValidationError."""
        raise ValidationError(_("This cannot be moved in the calendar."))
