"""Who translates what, until when; each change is kept in the log."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale

from content.models import TranslationWork
from content.translation.rights import locales_of

ASSIGNED = "content.translation.assign"
DUE = "content.translation.due"

Pair = tuple[UUID, Locale]


class CannotAssign(Exception):  # noqa: N818 it is said to people, not raised at programmers
    """The person may not translate into one of the languages; the message says so."""


@transaction.atomic
def assign(pairs: Iterable[Pair], person, by) -> int:
    """Give these pieces to a person; how many changed hands. Raises CannotAssign."""
    pairs = list(pairs)
    if person is not None:
        _ask(person, pairs)
    changed = 0
    for work in _works(pairs):
        if work.assigned_to_id == (person and person.pk):
            continue
        before = work.assigned_to
        work.assigned_to, work.assigned_by, work.assigned_at = person, by, timezone.now()
        work.save()
        data = {"from": before and before.get_username(), "to": person and person.get_username()}
        log(work, ASSIGNED, user=by, data=data)
        changed += 1
    return changed


def hand_back(pairs: Iterable[Pair], by) -> int:
    """Make these nobody's again; how many were somebody's."""
    return assign(pairs, None, by)


@transaction.atomic
def set_due(pairs: Iterable[Pair], due_on: date | None, note: str | None, by) -> int:
    """Set the day, and the note unless it is None; how many changed."""
    changed = 0
    for work in _works(list(pairs)):
        after = (due_on, work.note if note is None else note)
        if (work.due_on, work.note) == after:
            continue
        work.due_on, work.note = after
        work.save()
        log(work, DUE, user=by, data={"due_on": due_on and f"{due_on:%F}", "note": work.note})
        changed += 1
    return changed


def _ask(person, pairs: list[Pair]) -> None:
    own = {locale.pk for locale in locales_of(person)}
    for _key, locale in pairs:
        if locale.pk not in own:
            text = _("%(person)s may not translate into %(language)s.") % {
                "person": person,
                "language": locale.get_display_name(),
            }
            raise CannotAssign(text)


def work_of(pair: Pair) -> TranslationWork:
    """The row of a piece in a language, made where there is none, locked until the end of the
    transaction."""
    key, locale = pair
    TranslationWork.objects.get_or_create(translation_key=key, locale=locale)
    rows = TranslationWork.objects.select_for_update(of=("self",)).select_related("assigned_to")
    return rows.get(translation_key=key, locale=locale)


def _works(pairs: list[Pair]) -> Iterable[TranslationWork]:
    # Always in the same order, so that two people at once do not wait for each other.
    return map(work_of, sorted(pairs, key=lambda pair: (str(pair[0]), pair[1].pk)))
