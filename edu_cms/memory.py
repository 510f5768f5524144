"""How often Python looks for garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Migrating makes all models anew some thousand times, and the collector walks over them after every
# 700 new objects. So rarely it takes 80 MB more and a quarter less time.
RARELY: Final = (100_000, 10, 10)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for garbage rarely: for work that makes a great many objects and then ends."""
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
