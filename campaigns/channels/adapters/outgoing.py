"""How adapters speak HTTP: no proxies from the environment, one TLS context, limited waits."""

import ssl
from functools import cache

import httpx

# What means that the request certainly did not leave.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def open_client(base: str, limits: dict) -> httpx.Client:
    """A client for one adapter call. `limits` holds connect_timeout and read_timeout in seconds."""
    return httpx.Client(
        base_url=base,
        timeout=httpx.Timeout(limits["read_timeout"], connect=limits["connect_timeout"]),
        trust_env=False,
        verify=_tls(),
    )


@cache
def _tls() -> ssl.SSLContext:
    # Reading all the authorities takes longer than most calls.
    return ssl.create_default_context()
