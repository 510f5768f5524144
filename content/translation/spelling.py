"""The profile by which this installation spells Kazakh: its settings and the editors' lexicon.

Kept in the process until the next request begins, the lexicon is saved here, or it is a minute
old; so a change of another process is seen by each request that begins after it.
"""

import time

from django.conf import settings
from django.core.signals import request_started
from django.db.models.signals import post_delete, post_migrate, post_save

from content.kazakh import Profile
from content.models import SpellingException

_LONGEST = 60.0
_kept: tuple[float, Profile] | None = None


def profile(without: SpellingException | None = None) -> Profile:
    """What conversion of content goes by, everywhere on the site.

    ``without`` one entry: what it would go by if that entry were not there; never kept.
    """
    global _kept  # noqa: PLW0603
    if without is not None:
        return _read(without)
    found = _kept
    if found is None or time.monotonic() - found[0] > _LONGEST:
        found = _kept = (time.monotonic(), _read())
    return found[1]


def forget(**_signal) -> None:
    """Read the lexicon anew when it is next asked for."""
    global _kept  # noqa: PLW0603
    _kept = None


def _read(without: SpellingException | None = None) -> Profile:
    entries = SpellingException.objects.in_use().order_by("lower")
    if without is not None:
        entries = entries.exclude(pk=without.pk)
    return Profile(
        hamza=settings.KAZAKH_HAMZA,
        hamza_with_uvular=settings.KAZAKH_HAMZA_WITH_UVULAR,
        tse=settings.KAZAKH_TSE,
        exceptions=tuple(entries.values_list("cyrillic", "arabic")),
    )


for _signal in (post_save, post_delete):
    _signal.connect(forget, sender=SpellingException, dispatch_uid="content.translation.spelling")
for _signal in (request_started, post_migrate):
    _signal.connect(forget, dispatch_uid="content.translation.spelling")
