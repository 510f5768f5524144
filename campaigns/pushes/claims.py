"""Who works on which push, and how the death of a worker is noticed.

Each tick holds a lock on a file of its own in CLAIMS_DIR for as long as it lives; the kernel
releases the lock when the process ends, however it ends. A push names the tick that holds it. So on
one machine a dead claimant is known at once, and a living one is never robbed; claims of ticks on
other machines, whose files are not here, run out with their lease.
"""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from campaigns.pushes.models import Push

# Longer than any one call to a channel may take. Renewed before each call.
LEASE = timedelta(minutes=10)


class Claim:
    """A tick's sign of life."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self.handle = handle
        self.name = path.name

    def retire(self) -> None:
        """Take the file away: nothing is held any more, so nobody needs to ask whether we live."""
        self.path.unlink(missing_ok=True)


@contextmanager
def claimant() -> Iterator[Claim]:
    """A new claimant, alive until the block is left.

    Its file stays behind unless it is retired; the next tick then takes over what it held.
    """
    claim = _new_claim()
    try:
        yield claim
    finally:
        os.close(claim.handle)


def take_over_the_dead(heir: Claim, now: datetime) -> None:
    """Give the heir every push whose claimant is dead."""
    living = {heir.name}
    for path in _files():
        if path.name == heir.name:
            continue
        handle = _try_lock(path)
        if handle is None:
            living.add(path.name)
            continue
        try:
            # Under the lock: whoever dies after this look left its own file.
            _inherit(Push.objects.filter(claimed_by=path.name), heir, now)
            path.unlink(missing_ok=True)
        finally:
            os.close(handle)
    expired = Push.objects.held().filter(lease_until__lt=now).exclude(claimed_by__in=living)
    _inherit(expired, heir, now)


def _inherit(pushes, heir: Claim, now: datetime) -> None:
    pushes.order_by().update(claimed_by=heir.name, lease_until=now + LEASE)


def _new_claim() -> Claim:
    folder = Path(settings.CLAIMS_DIR)
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / uuid.uuid4().hex
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_still_there(path, handle):
            return Claim(path, handle)
        # Another tick saw the file before it was locked and took it for a dead one's.
        os.close(handle)


def _files() -> list[Path]:
    try:
        return list(Path(settings.CLAIMS_DIR).iterdir())
    except FileNotFoundError:
        return []


def _try_lock(path: Path) -> int | None:
    """A locked handle if the file's owner is dead; None if it lives or has gone."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    if _is_still_there(path, handle):
        return handle
    os.close(handle)
    return None


def _is_still_there(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
