"""The life of an uploaded file: stage, check, commit what was previewed, take back.

Each step is whole or not at all, and can be begun again by anybody once whoever was at it has died
(campaigns.reach.importing.working).
"""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.reach import ledger, reversing
from campaigns.reach.importing import examining, files, importer
from campaigns.reach.importing.giving_back import table_of
from campaigns.reach.importing.problems import ImportReport, UnreadableFileError
from campaigns.reach.importing.reading import MOST_BYTES, rows_about
from campaigns.reach.models import HeldEntry, ImportBatch

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

State = ImportBatch.State


class WrongStateError(ValueError):
    """What was asked for cannot be done with a batch in this state."""


class StalePreviewError(ValueError):
    """The ledger has changed, so that what was previewed would no longer come out."""


class WarningsLeftError(ValueError):
    """Nobody has accepted some of the warnings yet."""


def stage(data: bytes, name: str, by: "AbstractBaseUser | None") -> ImportBatch:
    """Keep the file and the wish to have it checked. Raises UnreadableFileError."""
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(
            _("larger than %(size)s MB: split the file") % {"size": MOST_BYTES // 1024**2}
        )
    if not data.strip():
        raise UnreadableFileError(_("the file is empty"))
    sha256 = hashlib.sha256(data).hexdigest()
    return ImportBatch.objects.create(
        file_name=name[-255:],
        sha256=sha256,
        size=len(data),
        rows_expected=rows_about(data),
        file=files.keep(data, sha256, name),
        state=State.STAGED,
        staged_by=by,
    )


def claim(batch: ImportBatch) -> bool:
    """Take a batch in work up, unless somebody is at it; says so by its heartbeat.

    A commit holds the batch's row until its end and says nothing meanwhile. It is not waited for:
    whoever claims has other things to do, and pushes among them. SQLite knows no locks of rows;
    there a commit holds the whole database, and a claim gives up with OperationalError after the
    time that the database waits for any writer.
    """
    now = timezone.now()
    with transaction.atomic():
        free = ImportBatch.objects.neglected(now).filter(pk=batch.pk)
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(of=("self",), skip_locked=True)
        pks = list(free.values_list("pk", flat=True))
        ImportBatch.objects.filter(pk__in=pks).update(heartbeat_at=now, attempts=F("attempts") + 1)
    if pks:
        batch.refresh_from_db()
    return bool(pks)


def check(batch: ImportBatch) -> None:
    """Read the file, hold it against the ledger and put down the preview. Ends ready or failed.

    Raises WrongStateError when the batch waits for no check.
    """
    if batch.state not in (State.STAGED, State.CHECKING):
        raise WrongStateError(batch.state)
    ImportBatch.objects.filter(pk=batch.pk, state=State.STAGED).update(state=State.CHECKING)
    report = ImportReport(batch.file_name)
    try:
        table = table_of(batch)
        found = examining.read(
            table, report, batch.staged_by, keep_rows=True, progress=_progress(batch)
        )
    except UnreadableFileError as error:
        # A heading may hold anything, and PostgreSQL's text no NUL.
        told = str(error).replace("\x00", "�")
        _end_check(batch, state=State.FAILED, message=told)
        return
    with transaction.atomic():
        weighed = examining.weigh(found.figures, report, batch.staged_by)
        wrong = {one.row for one in report.problems if not one.warning}
        done = _end_check(
            batch,
            state=State.FAILED if report.errors else State.READY,
            message="",
            rows_new=len(weighed.new),
            rows_changed=len(weighed.changed),
            rows_unchanged=len(weighed.unchanged),
            rows_held=len(weighed.held) + len(weighed.waiting),
            rows_wrong=len(wrong),
            totals=[] if report.errors else examining.totals(weighed, batch.staged_by),
            fingerprint=examining.fingerprint(weighed, report, batch.sha256),
            rows_done=len(found.rows),
            rows_expected=len(found.rows),
        )
        if done:
            importer.write_rows(batch, found, weighed, report)


def accept(batch: ImportBatch, kind: str, by: "AbstractBaseUser") -> int:
    """Take the batch's warnings of that kind upon oneself, by name; returns how many there were."""
    return batch.warnings.filter(kind=kind, accepted_at=None).update(
        accepted_by=by,
        accepted_name=(by.get_full_name() or by.get_username())[:160],
        accepted_at=timezone.now(),
    )


def order_commit(batch: ImportBatch, fingerprint: str, by: "AbstractBaseUser | None") -> None:
    """Agree to what was previewed. From here on it is committed, whoever dies on the way.

    `fingerprint` is that of the preview that was looked at. Raises WrongStateError,
    StalePreviewError when another preview stands by now, WarningsLeftError.
    """
    with transaction.atomic():
        held = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if held.state != State.READY:
            raise WrongStateError(held.state)
        if not fingerprint or held.fingerprint != fingerprint:
            raise StalePreviewError
        if held.warnings.filter(accepted_at=None).exists():
            raise WarningsLeftError
        ImportBatch.objects.filter(pk=batch.pk).update(
            state=State.COMMITTING,
            committed_by=by,
            heartbeat_at=None,
            attempts=0,
            message="",
        )
    batch.refresh_from_db()


def finish_commit(batch: ImportBatch) -> None:
    """Put a batch whose commit was ordered into the ledger: exactly what was previewed.

    Raises StalePreviewError when that can no longer be; the batch waits for a new check then.
    """
    report = ImportReport(batch.file_name)
    by = batch.committed_by
    try:
        found = examining.read(table_of(batch), report, by, progress=_progress(batch))
    except UnreadableFileError as error:
        _refuse(batch, str(error))
        raise StalePreviewError from error
    with transaction.atomic():
        ledger.take_turn()
        held = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if held.state == State.COMMITTED:
            batch.refresh_from_db()
            return
        if held.state != State.COMMITTING:
            raise WrongStateError(held.state)
        weighed = examining.weigh(found.figures, report, by)
        now = examining.fingerprint(weighed, report, batch.sha256)
        fits = not report.errors and now == held.fingerprint
        if fits:
            importer.commit(held, weighed, by)
    batch.refresh_from_db()
    if not fits:
        _refuse(
            batch, _("The figures have changed since the file was checked: have it checked again.")
        )
        raise StalePreviewError


def commit(batch: ImportBatch, fingerprint: str, by: "AbstractBaseUser | None") -> None:
    """Commit exactly what was previewed, in one go or not at all. Raises as the two halves do."""
    order_commit(batch, fingerprint, by)
    finish_commit(batch)


def check_again(batch: ImportBatch) -> None:
    """Have a batch checked anew. Raises WrongStateError for one that stands or is in work."""
    if not ImportBatch.objects.filter(pk=batch.pk, state__in=ImportBatch.OPEN).update(
        state=State.STAGED, heartbeat_at=None, attempts=0, rows_done=0, message=""
    ):
        raise WrongStateError(batch.state)
    batch.refresh_from_db()


def abandon(batch: ImportBatch) -> None:
    """Give a batch up of which nothing stands. Raises WrongStateError."""
    with transaction.atomic():
        if not ImportBatch.objects.filter(
            pk=batch.pk, state__in=(*ImportBatch.OPEN, State.STAGED)
        ).update(state=State.ABANDONED):
            raise WrongStateError(batch.state)
        batch.rows.all().delete()
    batch.refresh_from_db()


def undo(batch: ImportBatch, reason: str, by: "AbstractBaseUser | None") -> int:
    """Take a committed batch back as a whole; returns how many entries that took.

    Raises WrongStateError, reversing.BatchInUseError, ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("taking an import back needs a reason")
    with transaction.atomic():
        ledger.take_turn()
        held = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if held.state != State.COMMITTED:
            raise WrongStateError(held.state)
        written = reversing.reverse_batch(held, reason, by)
        _withdraw_held(held)
        held.state = State.UNDONE
        held.undone_at, held.undone_by = timezone.now(), by
        held.undo_reason = reason[:300]
        held.save(update_fields=["state", "undone_at", "undone_by", "undo_reason"])
    batch.refresh_from_db()
    return written


def _withdraw_held(batch: ImportBatch) -> None:
    """Take the batch's held figures back; those that they had replaced wait again, or are dropped.

    A file that tells a held figure otherwise puts the earlier one aside (importer.commit), which
    must not be gone with that file: nobody would ever decide on it.
    """
    keys = list(batch.held.standing().order_by().values_list("source_key", flat=True))
    batch.held.standing().update(decision=HeldEntry.Decision.WITHDRAWN)
    latest: dict[str, HeldEntry] = {}
    for some in ledger.in_slices(keys):
        replaced = HeldEntry.objects.filter(
            source_key__in=some,
            decision=HeldEntry.Decision.WITHDRAWN,
            batch__state=State.COMMITTED,
        ).exclude(batch=batch)
        latest.update((one.source_key, one) for one in replaced.order_by("pk"))
    for decision, pks in (
        (HeldEntry.Decision.PENDING, [one.pk for one in latest.values() if not one.decided_at]),
        # Nothing else than what waits or was dropped is ever replaced.
        (HeldEntry.Decision.DROPPED, [one.pk for one in latest.values() if one.decided_at]),
    ):
        for some in ledger.in_slices(pks):
            HeldEntry.objects.filter(pk__in=some).update(decision=decision)


def _end_check(batch: ImportBatch, **changes) -> bool:
    """Whether the check was still wanted: another may have ended it, or it was given up."""
    done = ImportBatch.objects.filter(pk=batch.pk, state=State.CHECKING).update(**changes)
    batch.refresh_from_db()
    return bool(done)


def _refuse(batch: ImportBatch, message: str) -> None:
    ImportBatch.objects.filter(pk=batch.pk, state=State.COMMITTING).update(
        state=State.READY, fingerprint="", message=message, committed_by=None
    )
    batch.refresh_from_db()


def _progress(batch: ImportBatch) -> Callable[[int], None]:
    def told(rows: int) -> None:
        ImportBatch.objects.filter(pk=batch.pk).update(rows_done=rows, heartbeat_at=timezone.now())

    return told
