"""The one Redis that hits and salts go to when the installation has one (REDIS_URL)."""

from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

# Seconds; a reader waits for it, so an answer that late is none.
_PATIENCE = 2.0


def client() -> redis.Redis:
    """Safe between threads and over forks. Its errors are redis.RedisError."""
    return _client(settings.HIT_REDIS_URL)


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        # Redis may have done what it gave no answer to: a hit said again would be two.
        retry=Retry(NoBackoff(), 0),
        # The shape of answers hangs on it.
        protocol=2,
    )
