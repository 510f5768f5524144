"""Who does the work on an uploaded file, while its sender's browser may be closed.

A short file is worked off within the request. A long one by a process of its own, which the web
server starts and does not wait for; if that dies, the next tick starts another by its silence. The
tick itself works at none: pushes are due every minute, and a commit may take several.
"""

import logging
import subprocess
import sys
import threading
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.reach.importing import batches
from campaigns.reach.models import ImportBatch
from campaigns.reach.models.imports import SILENT_AFTER

logger = logging.getLogger(__name__)

# Read, checked and committed well within a second. By rows, since few bytes may unpack to many.
SHORT_ROWS = 3_000
SHORT_BYTES = 1_000_000
# After so many deaths over one file, a person has to look.
MOST_ATTEMPTS = 4
State = ImportBatch.State


@dataclass
class Worked:
    """What lay there to do: batches brought on, and those at which the work broke off."""

    done: int = 0
    failed: int = 0


def set_to_work(batch: ImportBatch) -> None:
    """See to it that the batch is worked at: here and now, or soon by another process."""
    if batch.rows_expected <= SHORT_ROWS and batch.size <= SHORT_BYTES:
        work(batch)
    else:
        start(batch)


def start(batch: ImportBatch) -> None:
    """Start a process that works at the batch and outlives the request. Raises nothing."""
    # Where it cannot be started, the tick will find the batch.
    _start(str(batch.pk))


def start_for_neglected() -> dict[str, int]:
    """The tick's part: a process for whatever waits for somebody, or whose worker fell silent.

    One at a time: while anybody is at work, what waits is left to a later tick.
    """
    now = timezone.now()
    in_work = ImportBatch.objects.in_work()
    if in_work.filter(heartbeat_at__gte=now - SILENT_AFTER).exists():
        return {"started": 0}
    return {"started": int(in_work.neglected(now).exists() and _start())}


def _start(*arguments: str) -> bool:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work_reach_imports"]
    try:
        process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        logger.exception("imports: no process could be started")
        return False
    # Somebody has to hear of its end, or it stays in the table of processes.
    threading.Thread(target=process.wait, daemon=True).start()
    return True


def work(batch: ImportBatch) -> bool:
    """Bring the batch on by the step that it waits for, unless somebody is at it."""
    if not batches.claim(batch):
        return False
    if batch.attempts > MOST_ATTEMPTS:
        _give_up(batch)
        return False
    try:
        if batch.state == State.COMMITTING:
            batches.finish_commit(batch)
        else:
            batches.check(batch)
    except batches.StalePreviewError:
        return True
    except batches.WrongStateError:
        # Another has been quicker.
        batch.refresh_from_db()
    return True


def work_neglected() -> Worked:
    """Work at whatever waits for somebody, or whose worker has fallen silent.

    What breaks is tried again by a later process, and given up in the end.
    """
    worked = Worked()
    for batch in ImportBatch.objects.neglected(timezone.now()).order_by("pk"):
        try:
            worked.done += work(batch)
        except OperationalError:
            raise
        except Exception:
            logger.exception("import %s", batch.pk)
            worked.failed += 1
    return worked


def _give_up(batch: ImportBatch) -> None:
    """Nothing of it stands: a commit that was broken off was rolled back."""
    ImportBatch.objects.in_work().filter(pk=batch.pk).update(
        state=State.FAILED,
        message=_("Tried several times and broken off each time: tell whoever runs the server."),
    )
    logger.error("import %s: given up after %s attempts", batch.pk, batch.attempts)
