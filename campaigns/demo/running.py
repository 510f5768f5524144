"""The demo's campaign that is open: its days hang off the day on which the demo was first loaded.

A week that was prolonged to three while it ran, with another province joining in: so there are
days gone and days to come, and regions that reported in time, late, not at all and not yet.
The demo's files call it `tour`.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils import timezone

from campaigns.calendar.models import Edition, Series
from campaigns.calendar.windows import BEIJING, beijing_day
from campaigns.demo.figures import bring_in
from campaigns.demo.given import rows
from campaigns.demo.plans import load_plan
from campaigns.plans.models import Plan
from campaigns.reach.models import ImportBatch

RUNNING = "tour"
NAME, SLOGAN = "金融知识巡回宣讲", "把金融知识送到家门口"
# Of the window of the year before; and for how many the first plan of this year was.
DAYS, PLANNED_DAYS = 21, 7
# The campaign day on which the demo is first loaded.
TODAY = 9
COLUMNS = (
    "date", "channel", "region", "campaign", "content",
    "language", "metric", "count", "basis", "source_key",
)  # fmt: skip


def edition_of(code: str) -> Edition:
    """The edition that one of the demo's files names."""
    return _two()[1] if code == RUNNING else Edition.objects.get(code=code)


def day_of(edition: Edition, number: int) -> date:
    """The date of that campaign day; day 1 is the first, and there is a day 0 before it."""
    return edition.starts_on + timedelta(days=number - 1)


@transaction.atomic
def open_running() -> int:
    """The campaign and that of the year before; once, and then they stay."""
    if Edition.objects.filter(series__code=RUNNING).exists():
        return 0
    first = beijing_day(timezone.now()) - timedelta(days=TODAY - 1)
    series = Series.objects.create(
        code=RUNNING,
        name=NAME,
        rule=Series.Rule.FIXED,
        start_month=first.month,
        # There on every year's calendar.
        start_day=min(first.day, 28),
        length_days=PLANNED_DAYS,
        reporting_days=1,
        # Opened by whoever wants it, not year by year.
        is_active=False,
    )
    _open(series, first.replace(year=first.year - 1, day=min(first.day, 28)), DAYS)
    _open(series, first, PLANNED_DAYS)
    return 1


@transaction.atomic
def load_running() -> int:
    """The campaign with its plans, which freeze the targets that are there by now; once."""
    open_running()
    _before, edition = _two()
    if Plan.objects.filter(edition=edition).exists():
        return 0
    for row in rows("tour_plans"):
        # Due dates are fixed by the window that holds on the day of the approval.
        edition.ends_on = day_of(edition, int(row["window_days"]))
        edition.save()
        handed_in_at, approved_at = (
            _at(edition, int(row[day]), time(10)) for day in ("handed_in_day", "approved_day")
        )
        load_plan(row, edition, handed_in_at, approved_at)
    return 1


def load_running_figures() -> Iterator[tuple[str, str]]:
    """Its figures and those of the year before, once: who reported, in time or late, and when."""
    before, now = _two()
    told = [row | {"key": f"{n:06}"} for n, row in enumerate(rows("tour_figures"), start=1)]
    in_time = [row for row in told if row["part"] == "in-time"]
    late = [row for row in told if row["part"] == "late"]
    with TemporaryDirectory() as folder:
        for name, edition, column, some, told_at in (
            (before.code, before, "year_before", told, _at(before, DAYS + 5, time(17))),
            (now.code, now, "this_year", in_time, _at(now, TODAY - 1, time(17, 30))),
            (f"{now.code}-late", now, "this_year", late, _at(now, TODAY, time(8, 15))),
        ):
            path = Path(folder) / f"{name}.csv"
            # By its name: had people moved the campaign's days, it would be another file.
            if ImportBatch.objects.filter(file_name=path.name).exists():
                yield path.name, "is there"
                continue
            _write(path, edition, column, some)
            yield path.name, bring_in(path, told_at)


def _two() -> list[Edition]:
    """The campaign of the year before and the running one; whatever people opened came later."""
    made_first = Edition.objects.filter(series__code=RUNNING).order_by("pk")[:2]
    return sorted(made_first, key=lambda edition: edition.starts_on)


def _open(series: Series, first: date, days: int) -> Edition:
    edition = Edition(
        series=series,
        year=first.year,
        code=series.edition_code(first.year),
        name=series.edition_name(first.year),
        slogan=SLOGAN,
        starts_on=first,
        ends_on=first + timedelta(days=days - 1),
        state=Edition.State.CONFIRMED,
    )
    edition.full_clean()
    edition.save()
    return edition


def _at(edition: Edition, number: int, clock: time) -> datetime:
    return datetime.combine(day_of(edition, number), clock, BEIJING)


def _write(path: Path, edition: Edition, column: str, told: list[dict[str, str]]) -> None:
    """A file for the import."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        out.writeheader()
        out.writerows(
            row
            | {
                "date": day_of(edition, int(row["day"])).isoformat(),
                "campaign": edition.code,
                "count": row[column],
                "source_key": f"demo-{edition.code}-{row['key']}",
            }
            for row in told
            if row[column]
        )
