"""What all who work on a piece's pages together share: the order of locks, and whose work it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from wagtail.models import Page

from content.models import EducationPage

_at_work: ContextVar[bool] = ContextVar("release_at_work", default=False)


def lock_piece(key: UUID) -> list[EducationPage]:
    """The piece's pages, locked in the order in which everybody locks them."""
    # The base rows are what others lock, too.
    list(Page.objects.select_for_update().filter(translation_key=key).order_by("pk"))
    return list(EducationPage.objects.filter(translation_key=key).order_by("pk"))


@contextmanager
def working() -> Iterator[None]:
    token = _at_work.set(True)
    try:
        yield
    finally:
        _at_work.reset(token)


def is_at_work() -> bool:
    """Whether what happens to pages just now is a release's own work."""
    return _at_work.get()
