"""Who was expected to report, who did, and who did in time.

Reported has who is told of by an entry of the ledger, or by a session's report that was handed in,
for that edition and for that region or one below it. The denominator is fixed when a plan is
approved (campaigns.plans.expecting): nobody drops out of it, and nobody beyond it counts, so that
no share goes over 100 %.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min
from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.models import Edition
from campaigns.calendar.windows import BEIJING
from campaigns.field.models import FieldSession, SessionReport
from campaigns.plans.models import ExpectedReporter
from campaigns.reach import sums
from campaigns.reach.models import ReachEntry
from campaigns.regions.models import Region
from campaigns.regions.scope import scope_to
from campaigns.reports.figures.selection import Selection

_HANDED_IN = (FieldSession.State.REPORTED, FieldSession.State.APPROVED)


class Status(TextChoices):
    """How it stands with one who is expected."""

    MISSING = "missing", _("Missing")
    AWAITED = "awaited", _("Not due yet")
    LATE = "late", _("Reported late")
    ON_TIME = "on-time", _("Reported in time")


@dataclass(frozen=True)
class Sign:
    """The first sign of a report: when it came, of which region, and in what it stands."""

    at: datetime
    region: str
    entry: int | None = None
    session: int | None = None


@dataclass(frozen=True)
class Reporter:
    """Somebody expected, and the first sign of a report."""

    expected: ExpectedReporter
    status: Status
    sign: Sign | None

    @property
    def region(self) -> Region:
        return self.expected.region

    @property
    def through(self) -> str:
        """The region below that reported in its stead; empty where it did so itself."""
        return self.sign.region if self.sign and self.sign.region != self.region.name else ""


@dataclass(frozen=True)
class Completeness:
    """Of one edition, in numbers of regions."""

    edition: Edition
    reporters: list[Reporter]

    @property
    def counts(self) -> Counter:
        return Counter(reporter.status for reporter in self.reporters)

    @property
    def expected(self) -> int:
        return len(self.reporters)

    @property
    def did(self) -> int:
        return self.counts[Status.ON_TIME] + self.counts[Status.LATE]

    @property
    def on_time(self) -> int:
        return self.counts[Status.ON_TIME]


def completeness(selection: Selection, today: date) -> list[Completeness]:
    """Of each selected edition, in the user's own part of the organisation.

    Days, channels and the like are not asked: who reported anything has reported.
    """
    expected = ExpectedReporter.objects.filter(
        edition__in=[edition.pk for edition in selection.editions]
    )
    if selection.user is not None:
        expected = expected.visible_to(selection.user)
    if selection.region is not None:
        expected = expected.filter(region__path__startswith=selection.region.path)
    expected = expected.annotate(first_entry=sums.first_entry("edition_id", "region_id"))
    rows = list(expected.select_related("region").order_by("region__path"))
    signs = _signs(selection, rows)
    by_edition: dict[int, list[Reporter]] = {edition.pk: [] for edition in selection.editions}
    for row in rows:
        sign = signs.get((row.edition_id, row.region.path))
        by_edition[row.edition_id].append(Reporter(row, _status(row, sign, today), sign))
    return [Completeness(edition, by_edition[edition.pk]) for edition in selection.editions]


def _status(row: ExpectedReporter, sign: Sign | None, today: date) -> Status:
    if sign is None:
        return Status.AWAITED if today <= row.due_on else Status.MISSING
    in_time = sign.at.astimezone(BEIJING).date() <= row.due_on
    return Status.ON_TIME if in_time else Status.LATE


def _signs(selection: Selection, rows: Sequence[ExpectedReporter]) -> dict[tuple[int, str], Sign]:
    """The first sign of each, by edition's primary key and region's tree path."""
    first: dict[tuple[int, str], Sign] = {}
    wanted = {(row.edition_id, row.region.path) for row in rows}
    for key, sign in (*_entries(rows), *_sessions(selection, wanted)):
        if key not in first or sign.at < first[key].at:
            first[key] = sign
    return first


def _entries(rows: Sequence[ExpectedReporter]) -> Iterable[tuple[tuple[int, str], Sign]]:
    entries = ReachEntry.objects.filter(pk__in={row.first_entry for row in rows} - {None})
    told = {
        pk: Sign(at, region, entry=pk)
        for pk, at, region in entries.order_by().values_list("pk", "recorded_at", "region__name")
    }
    for row in rows:
        if row.first_entry in told:
            yield (row.edition_id, row.region.path), told[row.first_entry]


def _sessions(
    selection: Selection, wanted: set[tuple[int, str]]
) -> Iterable[tuple[tuple[int, str], Sign]]:
    """Each region's first session report counts for every region above it that is expected."""
    reports = SessionReport.objects.filter(
        session__edition__in={edition for edition, _path in wanted},
        session__state__in=_HANDED_IN,
    )
    if selection.user is not None:
        reports = scope_to(reports, selection.user, path="session__region__path")
    grouped = reports.order_by().values_list("session__edition", "session__region__path")
    earliest = {(edition, path): at for edition, path, at in grouped.annotate(Min("reported_at"))}
    exact = reports.filter(reported_at__in=set(earliest.values())).order_by("session")
    for edition, path, name, at, session in exact.values_list(
        "session__edition",
        "session__region__path",
        "session__region__name",
        "reported_at",
        "session",
    ):
        if earliest[edition, path] != at:
            continue
        for end in range(Region.steplen, len(path) + 1, Region.steplen):
            if (edition, path[:end]) in wanted:
                yield (edition, path[:end]), Sign(at, name, session=session)
