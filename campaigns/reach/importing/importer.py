"""An import from end to end, as the command line does it; and the commit that all imports share."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from campaigns.reach import bulk, ledger
from campaigns.reach.importing import examining, files
from campaigns.reach.importing.comparing import compare
from campaigns.reach.importing.duplicates import Suspect
from campaigns.reach.importing.examining import ReadFile, Weighed, weigh
from campaigns.reach.importing.figures import Figure
from campaigns.reach.importing.keys import KEY_PREFIX, Known
from campaigns.reach.importing.problems import ImportReport, UnreadableFileError
from campaigns.reach.importing.reading import Table, read_table
from campaigns.reach.models import BatchWarning, HeldEntry, ImportBatch, ImportRow, ReachEntry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# Who accepts the warnings of a file that comes in by the command.
COMMAND = "import_reach"
_ROWS_AT_ONCE = 5_000
_ROW_COLUMNS = ("batch_id", "number", "cells", "outcome", "problems", "before", "region_id")


def import_file(
    path: Path,
    *,
    dry_run: bool = False,
    strict: bool = False,
    by: "AbstractBaseUser | None" = None,
    at: datetime | None = None,
) -> ImportReport:
    """Bring a file of figures into the ledger, whole or not at all; what is there already stays.

    A source key that comes back with another count becomes a correction; what may be counted twice
    is held. Nothing is raised for what the file holds: the report says it, and with one error in
    it, or with `strict` one warning, nothing was written. `at` is for loading history.
    """
    report = ImportReport(path.name)
    try:
        table = read_table(path)
        found = examining.read(table, report, by, keep_rows=not dry_run)
    except UnreadableFileError as error:
        report.note(None, "", str(error))
        return report
    twin = ImportBatch.objects.filter(sha256=table.sha256, state=ImportBatch.State.COMMITTED)
    report.twin = twin.order_by("-pk").first()
    if dry_run or report.errors:
        report.suspects = [one for one, _pk in weigh(found.figures, report, by).held]
        return report
    with transaction.atomic():
        ledger.take_turn()
        weighed = weigh(found.figures, report, by)
        report.suspects = [one for one, _pk in weighed.held]
        if not (report.errors or (strict and report.warnings) or weighed.is_empty):
            report.batch = _committed_batch(table, found, weighed, report, by, at=at)
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

    For files whose rows come to figures with a key of their own and cannot count anything twice:
    return forms, which belong to one push each.
    """
    with transaction.atomic():
        ledger.take_turn()
        changes = compare(figures, report)
        weighed = Weighed(changes.new, changes.changed, changes.unchanged, keys=changes.keys)
        if not (dry_run or report.errors or weighed.is_empty):
            batch = ImportBatch(
                file_name=report.file[-255:], sha256=sha256, staged_by=by, committed_by=by
            )
            commit(batch, weighed, by)
    report.unchanged = len(changes.unchanged)
    if not report.errors:
        report.new, report.changed = len(changes.new), len(changes.changed)
    report.problems.sort(key=lambda problem: (problem.row is None, problem.row or 0))


def commit(
    batch: ImportBatch,
    weighed: Weighed,
    by: "AbstractBaseUser | None",
    at: datetime | None = None,
) -> None:
    """Put what was weighed into the ledger under that batch, which is saved as committed.

    Within the caller's transaction, which has taken the ledger's turn before it weighed.
    """
    batch.state = ImportBatch.State.COMMITTED
    batch.rows_new = len(weighed.new)
    batch.rows_changed = len(weighed.changed)
    batch.rows_unchanged = len(weighed.unchanged)
    batch.rows_held = len(weighed.held) + len(weighed.waiting)
    batch.committed_at = at or timezone.now()
    batch.committed_by = by
    batch.save()
    entries = [_new_entry(figure, batch, weighed.keys) for figure in weighed.new]
    entries += [_correction(figure, known, batch) for figure, known in weighed.changed]
    ledger.record_many(entries, by, at=at)
    _hold(weighed.held, batch)
    for figure, known in weighed.changed:
        if known.held:
            HeldEntry.objects.filter(pk=known.held).update(count=figure.count)


def write_rows(batch: ImportBatch, found: ReadFile, weighed: Weighed, report: ImportReport) -> None:
    """Put down what each row was and what became of it, and what is odd; instead of what stood.

    Within the caller's transaction.
    """
    batch.rows.all().delete()
    batch.warnings.all().delete()
    outcomes = weighed.outcomes()
    regions = {figure.row: figure.region.pk for figure in found.figures}
    problems: dict[int, list[dict]] = {}
    warnings = []
    for one in report.problems:
        if one.row is None:
            continue
        if one.warning:
            warnings.append(
                BatchWarning(
                    batch=batch,
                    number=one.row,
                    field=one.field,
                    kind=one.warning,
                    message=one.message,
                )
            )
        else:
            told = {"field": one.field, "message": one.message}
            problems.setdefault(one.row, []).append(told)
    for suspect, _pk in weighed.held:
        problems[suspect.figure.row] = [{"field": "count", "message": suspect.against}]
    at = tuple(examining.in_order(found.at).values())
    wrong = (ImportRow.Outcome.ERROR, None)
    none = bulk.as_json([])
    rows = (
        (
            batch.pk,
            number,
            bulk.as_json(examining.shown_cells(cells, at)),
            str((outcome := outcomes.get(number, wrong))[0]),
            bulk.as_json(problems[number]) if number in problems else none,
            outcome[1],
            regions.get(number),
        )
        for number, cells in found.rows
    )
    bulk.insert(ImportRow, _ROW_COLUMNS, rows)
    BatchWarning.objects.bulk_create(warnings, batch_size=_ROWS_AT_ONCE)


def _committed_batch(
    table: Table,
    found: ReadFile,
    weighed: Weighed,
    report: ImportReport,
    by: "AbstractBaseUser | None",
    *,
    at: datetime | None,
) -> ImportBatch:
    batch = ImportBatch(
        file_name=report.file[-255:],
        sha256=table.sha256,
        size=len(table.data),
        file=files.keep(table.data, table.sha256, report.file),
        fingerprint=examining.fingerprint(weighed, report, table.sha256),
        totals=examining.totals(weighed, by),
        rows_done=len(found.rows),
        rows_expected=len(found.rows),
        staged_by=by,
    )
    commit(batch, weighed, by, at)
    write_rows(batch, found, weighed, report)
    batch.warnings.update(accepted_name=COMMAND, accepted_by=by, accepted_at=timezone.now())
    return batch


def _new_entry(figure: Figure, batch: ImportBatch, keys: dict[str, str]) -> ledger.NewEntry:
    key = KEY_PREFIX + figure.key
    return ledger.NewEntry(
        **_meaning_of(figure),
        count=figure.count,
        origin=ReachEntry.Origin.IMPORT,
        source_key=keys.get(key, key),
        batch=batch,
        batch_row=figure.row,
    )


def _correction(figure: Figure, known: Known, batch: ImportBatch) -> ledger.NewEntry:
    return ledger.NewEntry(
        **_meaning_of(figure),
        count=figure.count - known.told,
        origin=ReachEntry.Origin.CORRECTION,
        source_key=ledger.correction_key(known.pk, known.standing),
        batch=batch,
        batch_row=figure.row,
        corrects_id=known.pk,
        reason=f"{batch.file_name}:row {figure.row}"[-300:],
    )


def _meaning_of(figure: Figure) -> dict[str, object]:
    """All of a figure but its count, by the names of the ledger's and the held entries' columns."""
    return {
        "edition": figure.edition,
        "channel": figure.place.channel,
        "account": figure.place.account,
        "region": figure.region,
        "content": figure.content,
        "language": figure.language,
        "metric": figure.metric,
        "basis": figure.basis,
        "day": figure.day,
    }


def _hold(held: list[tuple[Suspect, int | None]], batch: ImportBatch) -> None:
    again = [pk for _suspect, pk in held if pk]
    # What was decided before is put aside: the file says something else now.
    HeldEntry.objects.filter(pk__in=again).update(decision=HeldEntry.Decision.WITHDRAWN)
    HeldEntry.objects.bulk_create(
        (_held_entry(suspect, batch) for suspect, _pk in held), batch_size=_ROWS_AT_ONCE
    )


def _held_entry(suspect: Suspect, batch: ImportBatch) -> HeldEntry:
    figure = suspect.figure
    return HeldEntry(
        batch=batch,
        number=figure.row,
        kind=suspect.kind,
        against=suspect.against,
        against_count=suspect.against_count,
        source_key=KEY_PREFIX + figure.key,
        count=figure.count,
        **_meaning_of(figure),
    )
