"""Previews that cannot differ from the deed: the deed itself is done, looked at and undone.

A verb that is to be previewed returns something with a `fingerprint`, made of what it did and not
of new primary keys. Nothing outside the database may happen in such a verb.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from django.db import transaction


class Told(Protocol):
    """What a verb says it did."""

    fingerprint: str


Result = TypeVar("Result", bound=Told)


def rehearse(verb: Callable[[], Result]) -> Result:
    """What the verb would do; nothing of it is kept. Raises what the verb raises."""
    with transaction.atomic():
        result = verb()
        transaction.set_rollback(True)
    return result


def carry_out(verb: Callable[[], Result], seen: str) -> tuple[Result, bool]:
    """Do what was seen in the preview. If it would now be something else: nothing, and False."""
    with transaction.atomic():
        result = verb()
        is_same = result.fingerprint == seen
        if not is_same:
            transaction.set_rollback(True)
    return result, is_same


def fingerprint(parts: Iterable[object]) -> str:
    """The same for the same parts in the same order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(part).encode())
    return digest.hexdigest()
