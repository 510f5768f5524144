"""Hits in a Redis stream: many web machines put them in, whoever ticks folds them.

All tickers are one consumer of one group. What is claimed stays with it until it is acknowledged,
which happens only after the entries were committed together with the last id; so after a kill the
next one finds it again, and knows by that id what has been counted.
"""

import secrets
import threading
import time
from typing import NamedTuple

import redis
from django.conf import settings

from campaigns.reach import redis_store

KEY = "edu_cms:hits"
_IDENTITY = "edu_cms:hits:identity"
_GROUP = _CONSUMER = "folding"
_FIELD = b"hit"
# Seconds for which a process believes what it last saw of the stream's length.
_LOOK_AGAIN = 1.0


class Entry(NamedTuple):
    id: str
    line: bytes


class StreamWriter:
    """Puts hits into the stream. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._is_full = False

    def append(self, line: bytes) -> None:
        """Kept as soon as Redis has answered. Raises OSError when it has not."""
        try:
            redis_store.client().xadd(KEY, {_FIELD: line.rstrip(b"\n")})
        except redis.RedisError as error:
            raise OSError(f"the stream did not take the hit: {error}") from error

    def is_full(self) -> bool:
        """Whether HIT_STREAM_ENTRIES wait to be folded, as of the last second."""
        now = time.monotonic()
        if abs(now - self._looked_at) >= _LOOK_AGAIN and self._lock.acquire(blocking=False):
            try:
                self._is_full = length() >= settings.HIT_STREAM_ENTRIES
                self._looked_at = now
            except redis.RedisError:
                self._is_full = False  # append() will say what is wrong
            finally:
                self._lock.release()
        return self._is_full

    def is_there(self) -> bool:
        """Whether Redis answers."""
        try:
            return bool(redis_store.client().ping())
        except redis.RedisError:
            return False


def length() -> int:
    """How many hits wait. Raises redis.RedisError."""
    return redis_store.client().xlen(KEY)


def identity() -> str:
    """This stream's own name: one that was lost and begun anew has another."""
    client = redis_store.client()
    client.set(_IDENTITY, secrets.token_hex(8), nx=True)
    return client.get(_IDENTITY).decode("ascii")


def claim(most: int) -> list[Entry]:
    """The oldest entries that have not been acknowledged, without a gap, in their order.

    What another process claims between the two questions lies before what this one claimed, and is
    among the answers; so nothing is passed over.
    """
    client = redis_store.client()
    try:
        _claim_new(client, most)
    except redis.ResponseError as error:
        if "NOGROUP" not in str(error):
            raise
        _make_group(client)
        _claim_new(client, most)
    answer = client.xreadgroup(_GROUP, _CONSUMER, {KEY: "0"}, count=most)
    entries = answer[0][1] if answer else []
    # Acknowledged by nobody, but no longer there: folded and deleted by one that was killed before
    # it could say so.
    gone = [id_ for id_, fields in entries if not fields]
    if gone:
        client.xack(KEY, _GROUP, *gone)
    return [
        Entry(id_.decode("ascii"), fields.get(_FIELD, b"")) for id_, fields in entries if fields
    ]


def finish(ids: list[str]) -> None:
    """These are in the ledger."""
    pipe = redis_store.client().pipeline()
    for start in range(0, len(ids), 1000):
        some = ids[start : start + 1000]
        pipe.xack(KEY, _GROUP, *some).xdel(KEY, *some)
    pipe.execute()


def order(entry_id: str) -> tuple[int, int]:
    """By which ids are compared."""
    milliseconds, _dash, number = entry_id.partition("-")
    return int(milliseconds), int(number or 0)


def _claim_new(client: redis.Redis, most: int) -> None:
    client.xreadgroup(_GROUP, _CONSUMER, {KEY: ">"}, count=most)


def _make_group(client: redis.Redis) -> None:
    try:
        client.xgroup_create(KEY, _GROUP, id="0", mkstream=True)
    except redis.ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


writer = StreamWriter()
