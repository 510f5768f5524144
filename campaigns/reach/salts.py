"""Salts under which readers are told apart without being known.

A reader is address, user agent and languages, hashed with a random salt; none of the three is
stored. Each open edition has a salt, and each month has one for everyday education. The tick makes
them a day ahead and destroys them once the edition has closed or the month is over: from then on
nobody can find out whether a certain person was among the readers, nor follow one from an edition
to the next. They never come near the database: without Redis they lie in VAR_DIR/salts, with it in
keys that expire by themselves.
"""

import json
import logging
import os
import secrets
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

import redis
from django.conf import settings
from django.utils import timezone

from campaigns.calendar.models import Edition, RegionalWindow
from campaigns.calendar.windows import BEIJING, beijing_day
from campaigns.reach import redis_store

logger = logging.getLogger(__name__)

EDITION_PREFIX = "e"
EVERYDAY_PREFIX = "m"
# Hexadecimal digits: 64 bits.
TOKEN_LENGTH = 16
# How long a process may go on with the salts that it knows, seconds; the tick makes new ones a day
# before they are needed, and none is used after its time.
_LOOK_AGAIN = 5.0
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Salt:
    """A salt and the time in which it is used, microseconds since 1970."""

    scope: str
    name: str
    key: str
    first: int
    until: int

    def token(self, reader: bytes) -> str:
        """Whose it is, by which salt, and the reader under it."""
        key = bytes.fromhex(self.key)
        digest = blake2b(reader, digest_size=TOKEN_LENGTH // 2, key=key).hexdigest()
        return f"{self.scope}.{self.name}={digest}"


def edition_scope(edition_id: int) -> str:
    return f"{EDITION_PREFIX}{edition_id}"


class SaltStore(Protocol):
    """Where salts lie. At most one for a scope, whoever else makes one at the same time."""

    def all(self) -> list[Salt]: ...
    def lay(self, salt: Salt) -> None: ...
    def change(self, salt: Salt) -> None: ...
    def destroy(self, scope: str) -> None: ...


class FolderSalts:
    """One file a salt, mode 0600, that comes whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Salt]:
        found = []
        for path in self._folder.glob("[em]*"):
            try:
                found.append(Salt(**json.loads(path.read_bytes())))
            except (FileNotFoundError, ValueError, TypeError):
                continue  # destroyed meanwhile, or nothing of ours
        return found

    def lay(self, salt: Salt) -> None:
        written = self._written(salt)
        try:
            os.link(written, self._folder / salt.scope)
        except FileExistsError:
            pass
        finally:
            written.unlink()

    def change(self, salt: Salt) -> None:
        self._written(salt).replace(self._folder / salt.scope)

    def destroy(self, scope: str) -> None:
        path = self._folder / scope
        try:
            with path.open("r+b") as kept:
                # Not only its name: what stood there, too, as far as the disk goes along.
                kept.write(b"\0" * os.fstat(kept.fileno()).st_size)
                kept.flush()
                os.fsync(kept.fileno())
        except FileNotFoundError:
            return
        path.unlink(missing_ok=True)

    def _written(self, salt: Salt) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(prefix=".", dir=self._folder)  # mode 0600
        with open(handle, "wb") as new:  # noqa: PTH123 a descriptor
            new.write(json.dumps(asdict(salt)).encode("ascii"))
        return Path(name)


class RedisSalts:
    """One key a salt, which Redis forgets by itself when its time is over."""

    _NAMES = "edu_cms:salts"

    def all(self) -> list[Salt]:
        client = redis_store.client()
        scopes = [name.decode("ascii") for name in client.smembers(self._NAMES)]
        kept = client.mget([self._key(scope) for scope in scopes]) if scopes else []
        return [Salt(**json.loads(one)) for one in kept if one]

    def lay(self, salt: Salt) -> None:
        self._set(salt, nx=True)

    def change(self, salt: Salt) -> None:
        self._set(salt)

    def destroy(self, scope: str) -> None:
        pipe = redis_store.client().pipeline()
        pipe.delete(self._key(scope)).srem(self._NAMES, scope).execute()

    def _set(self, salt: Salt, **how) -> None:
        told = json.dumps(asdict(salt))
        pipe = redis_store.client().pipeline()
        pipe.sadd(self._NAMES, salt.scope)
        # Redis may have another clock, so not when but how long.
        left = salt.until // 1000 - time.time_ns() // 1_000_000
        pipe.set(self._key(salt.scope), told, px=max(left, 1), **how)
        pipe.execute()

    def _key(self, scope: str) -> str:
        return f"{self._NAMES}:{scope}"


def store() -> SaltStore:
    """Beside the hits: wherever they are kept until they are folded."""
    return RedisSalts() if settings.HIT_STREAM else FolderSalts(Path(settings.HIT_SALTS_DIR))


# --- Who the reader is ----------------------------------------------------------------------------


class _Known:
    """The salts as this process last saw them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._salts: list[Salt] = []
        self._looked_at: float | None = None

    def at(self, now: int) -> list[Salt]:
        looked_at = self._looked_at
        first = looked_at is None
        # All wait for the first look; later on one looks, and the others go by what they know.
        if (first or time.monotonic() - looked_at >= _LOOK_AGAIN) and self._lock.acquire(first):
            try:
                if self._looked_at == looked_at:
                    self._look()
            finally:
                self._lock.release()
        return [salt for salt in self._salts if salt.first <= now < salt.until]

    def _look(self) -> None:
        try:
            self._salts = store().all()
        except (OSError, redis.RedisError):
            # A hit without its reader, or under the salts known so far, is better than none.
            logger.exception("salts could not be looked up")
        self._looked_at = time.monotonic()


_known = _Known()
forget = _known.forget


def tokens(reader: Iterable[str], now: int) -> str:
    """The reader under every salt of that time (microseconds since 1970), with commas between."""
    told = "\0".join(reader).encode("utf-8", errors="replace")
    return ",".join(salt.token(told) for salt in _known.at(now))


# --- Their coming and going -----------------------------------------------------------------------


def turn_over(now: datetime | None = None) -> dict[str, int]:
    """Make what is needed within a day, destroy what is not needed any more; the tick does it."""
    now = now or timezone.now()
    wanted = {**_months(now), **_editions(now)}
    kept = store()
    held = {salt.scope: salt for salt in kept.all()}
    made = destroyed = 0
    for scope, (first, until) in wanted.items():
        span = {"first": _microseconds(first), "until": _microseconds(until)}
        old = held.get(scope)
        if old is None:
            name, key = secrets.token_hex(4), secrets.token_hex(32)
            kept.lay(Salt(scope=scope, name=name, key=key, **span))
            made += 1
        elif (old.first, old.until) != (span["first"], span["until"]):
            kept.change(Salt(scope=scope, name=old.name, key=old.key, **span))
    for scope in held.keys() - wanted.keys():
        kept.destroy(scope)
        destroyed += 1
    if made or destroyed:
        forget()
    return {"made": made, "destroyed": destroyed}


def _months(now: datetime) -> dict[str, tuple[datetime, datetime]]:
    days = {beijing_day(now).replace(day=1), beijing_day(now + _AHEAD).replace(day=1)}
    return {
        f"{EVERYDAY_PREFIX}{day:%Y%m}": (
            _midnight(day),
            _midnight((day + timedelta(days=32)).replace(day=1)),
        )
        for day in days
    }


def _editions(now: datetime) -> dict[str, tuple[datetime, datetime]]:
    """Those that are open within the next day, from their first region's beginning to its end."""
    spans = {
        pk: (first, last)
        for pk, first, last in Edition.objects.values_list("pk", "starts_on", "ends_on")
    }
    windows = RegionalWindow.objects.values_list("edition", "starts_on", "ends_on")
    for pk, first, last in windows:
        spans[pk] = (min(spans[pk][0], first), max(spans[pk][1], last))
    today, soon = beijing_day(now), beijing_day(now + _AHEAD)
    return {
        edition_scope(pk): (_midnight(first), _midnight(last + timedelta(days=1)))
        for pk, (first, last) in spans.items()
        if first <= soon and last >= today
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, clock_time(), tzinfo=BEIJING)


def _microseconds(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000
