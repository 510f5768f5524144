"""What stands in the calendar, whatever its kind: one shape for all views and for feeds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from campaigns.calendar.windows import BEIJING, beijing_day
from campaigns.regions.clocks import InformalTime

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Beijing days, both included."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        return (self.first + n * DAY for n in range(self.length))

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def starts_at(self) -> datetime:
        """The span's first instant: midnight in Beijing."""
        return datetime.combine(self.first, time(), BEIJING)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the span."""
        return datetime.combine(self.last + DAY, time(), BEIJING)


@dataclass(frozen=True)
class Entry:
    """One thing on the calendar: at an instant (starts_at), or on whole Beijing days.

    `move_label` says what moving it means ("Move the push"); empty for what cannot be moved by this
    user. `move_cost` says what is lost by it. Texts are ready to be shown; codes are for addresses
    and tests.
    """

    kind: str
    kind_label: str
    icon: str
    pk: int
    title: str
    state: str
    state_label: str
    address: str
    first_day: date
    last_day: date
    starts_at: datetime | None = None
    informal: InformalTime | None = None
    region: str = ""
    region_code: str = ""
    channel: str = ""
    language: str = ""
    language_code: str = ""
    campaign: str = ""
    place: str = ""
    is_window: bool = False
    move_label: str = ""
    move_cost: str = ""

    @property
    def key(self) -> str:
        """Unique among all entries, such as "push-12": for addresses, anchors and feeds."""
        return f"{self.kind}-{self.pk}"

    @property
    def days(self) -> Span:
        return Span(self.first_day, self.last_day)

    @property
    def time(self) -> str:
        """Time of day in Beijing, such as 09:30; empty for whole days."""
        return f"{self.starts_at.astimezone(BEIJING):%H:%M}" if self.starts_at else ""

    @property
    def informal_time(self) -> str:
        """The region's informal time beside it; with its date where that is another."""
        if not self.informal:
            return ""
        shown = f"{self.informal.at:%H:%M}"
        if self.informal.at.date() != self.first_day:
            shown = f"{self.informal.at:%m-%d} {shown}"
        return f"{self.informal.name} {shown}"

    @property
    def when(self) -> str:
        """Day and time in full: for lists, messages, and what a screen reader is told."""
        if self.starts_at:
            return f"{self.first_day} {self.time}"
        if self.first_day == self.last_day:
            return str(self.first_day)
        return _("%(first)s to %(last)s") % {"first": self.first_day, "last": self.last_day}

    @property
    def moment(self) -> str:
        """What a move starts from, as forms and the script send it back: to the second."""
        if self.starts_at:
            return self.starts_at.astimezone(BEIJING).replace(tzinfo=None).isoformat()
        return self.first_day.isoformat()

    @property
    def facts(self) -> list[str]:
        """What is said beside the title, without what is empty."""
        return [fact for fact in (self.channel, self.region, self.language, self.place) if fact]


def day_of(moment: date | datetime) -> date:
    """The Beijing day of an instant; a day is itself."""
    return beijing_day(moment) if isinstance(moment, datetime) else moment
