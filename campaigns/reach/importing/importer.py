"""An import from end to end: read, check, compare with what was imported before, commit."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.reach import ledger
from campaigns.reach.importing.checking import Figure, RowChecker, columns_of
from campaigns.reach.importing.problems import ImportReport, UnreadableFileError
from campaigns.reach.importing.reading import read_table
from campaigns.reach.importing.words import COLUMNS
from campaigns.reach.models import ImportBatch, ReachEntry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# So that a sender's number never meets the key of a hit or of a session.
KEY_PREFIX = "import:"

# What a source key stands for, by the column that says it: only the count may differ later.
_MEANING = (
    "date",
    "channel",
    "channel",
    "region",
    "campaign",
    "content",
    "language",
    "metric",
    "basis",
)
_MEANING_FIELDS = (
    "day",
    "channel_id",
    "account_id",
    "region_id",
    "edition_id",
    "content",
    "language",
    "metric",
    "basis",
)


@dataclass
class _Changes:
    """What a file asks of the ledger."""

    new: list[Figure] = field(default_factory=list)
    # With the primary key of the entry and where it stands.
    changed: list[tuple[Figure, int, ledger.Standing]] = field(default_factory=list)
    unchanged: int = 0


def import_file(
    path: Path, *, dry_run: bool = False, by: "AbstractBaseUser | None" = None
) -> ImportReport:
    """Bring a file of figures into the ledger, whole or not at all; what is there already stays.

    A source key that comes back with another count becomes a correction. Nothing is raised for what
    the file holds: the report says it, and with one error in it nothing was written.
    """
    report = ImportReport(path.name)
    try:
        table = read_table(path)
        figures = list(RowChecker(columns_of(table.header), report).figures(table.rows))
    except UnreadableFileError as error:
        report.note(None, "", str(error))
        return report
    if not figures and not report.errors:
        report.note(None, "", _("there are no rows below the header"))
        return report
    settle(figures, report, table.sha256, dry_run=dry_run, by=by)
    return report


def settle(
    figures: list[Figure],
    report: ImportReport,
    sha256: str,
    *,
    dry_run: bool = False,
    by: "AbstractBaseUser | None" = None,
) -> None:
    """Commit figures that were checked, unless the report holds an error; it tells what changed.

    For every kind of file whose rows come to figures with a key of their own.
    """
    if dry_run or report.errors:
        changes = _compare(figures, report)
    else:
        with transaction.atomic():
            ledger.take_turn()
            changes = _compare(figures, report)
            if not report.errors:
                _commit(changes, report, sha256, by)
    report.unchanged = changes.unchanged
    if not report.errors:
        report.new, report.changed = len(changes.new), len(changes.changed)
    report.problems.sort(key=lambda problem: (problem.row is None, problem.row or 0))


def _compare(figures: list[Figure], report: ImportReport) -> _Changes:
    changes = _Changes()
    for some in ledger.in_slices(figures):
        keys = [KEY_PREFIX + figure.key for figure in some]
        held = {
            key: (pk, count, meaning)
            for key, pk, count, *meaning in ReachEntry.objects.filter(source_key__in=keys)
            .order_by()
            .values_list("source_key", "pk", "count", *_MEANING_FIELDS)
        }
        standings = ledger.standings({pk: count for pk, count, _meaning in held.values()})
        for key, figure in zip(keys, some, strict=True):
            if key not in held:
                changes.new.append(figure)
                continue
            pk, _count, meaning = held[key]
            if differing := _differing(figure, meaning):
                for column in differing:
                    report.note(
                        figure.row,
                        column,
                        _("“%(key)s” was imported with another %(column)s before")
                        % {"key": figure.key, "column": COLUMNS[column]},
                    )
            elif standings[pk].count == figure.count:
                changes.unchanged += 1
            else:
                changes.changed.append((figure, pk, standings[pk]))
    return changes


def _differing(figure: Figure, held: list) -> list[str]:
    place, edition = figure.place, figure.edition
    told = [
        figure.day,
        place.channel.pk,
        place.account and place.account.pk,
        figure.region.pk,
        edition and edition.pk,
        figure.content,
        figure.language,
        figure.metric,
        figure.basis,
    ]
    if told == held:
        return []
    names = {
        column: None for column, new, old in zip(_MEANING, told, held, strict=True) if new != old
    }
    return list(names)


def _commit(
    changes: _Changes, report: ImportReport, sha256: str, by: "AbstractBaseUser | None"
) -> None:
    if not changes.new and not changes.changed:
        return
    batch = ImportBatch.objects.create(
        file_name=report.file[-255:],
        sha256=sha256,
        rows_new=len(changes.new),
        rows_changed=len(changes.changed),
        rows_unchanged=changes.unchanged,
        committed_by=by,
    )
    entries = [
        ledger.NewEntry(
            edition=figure.edition,
            channel=figure.place.channel,
            account=figure.place.account,
            region=figure.region,
            content=figure.content,
            language=figure.language,
            metric=figure.metric,
            basis=figure.basis,
            day=figure.day,
            count=figure.count,
            origin=ReachEntry.Origin.IMPORT,
            source_key=KEY_PREFIX + figure.key,
            batch=batch,
            batch_row=figure.row,
        )
        for figure in changes.new
    ]
    entries += [
        ledger.NewEntry(
            edition=figure.edition,
            channel=figure.place.channel,
            account=figure.place.account,
            region=figure.region,
            content=figure.content,
            language=figure.language,
            metric=figure.metric,
            basis=figure.basis,
            day=figure.day,
            count=figure.count - standing.count,
            origin=ReachEntry.Origin.CORRECTION,
            source_key=ledger.correction_key(pk, standing),
            batch=batch,
            batch_row=figure.row,
            corrects_id=pk,
            reason=f"{report.file}:row {figure.row}"[-300:],
        )
        for figure, pk, standing in changes.changed
    ]
    ledger.record(entries, by)
