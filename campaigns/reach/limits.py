"""How much one address may tell us: a token bucket each, in this process's memory only."""

import threading
import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

from django.conf import settings

# Addresses that are remembered; the one that was quiet longest goes. Some 10 MB at most.
_MOST = 50_000


class Limiter:
    """Lets HIT_LIMIT_PER_SECOND through in the long run, and HIT_LIMIT_BURST at once.

    A hall full of people behind one address is a burst; a machine that never stops is not.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # What is left of the burst, and when that was so (seconds, monotonic).
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Whether one more is all right; it is counted then. A rate of 0 allows everything."""
        rate, burst = settings.HIT_LIMIT_PER_SECOND, settings.HIT_LIMIT_BURST
        if rate <= 0:
            return True
        now = time.monotonic()
        key = _key(address)
        with self._lock:
            left, at = self._left.pop(key, (float(burst), now))
            left = min(float(burst), left + max(now - at, 0) * rate)
            allowed = left >= 1
            self._left[key] = (left - 1 if allowed else left, now)
            if len(self._left) > _MOST:
                self._left.popitem(last=False)
        return allowed

    def forget(self) -> None:
        with self._lock:
            self._left.clear()


def _key(address: str) -> str:
    """The address; of IPv6 the network, since a household has all of it."""
    if ":" not in address:
        return address
    try:
        told = ip_address(address)
    except ValueError:
        return address
    if isinstance(told, IPv6Address) and told.ipv4_mapped:
        return str(told.ipv4_mapped)
    return told.packed[:8].hex()


limiter = Limiter()
