"""Moving an entry in time: found within the user's own, then handed to its own floor's verb."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from campaigns.agenda.entries import Entry
from campaigns.agenda.sources import BY_KIND
from campaigns.calendar.windows import BEIJING
from campaigns.regions.clocks import Clocks

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

MOST_YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Moved:
    """An entry before and after."""

    before: Entry
    after: Entry


def find(kind: str, pk: int, user: "AbstractBaseUser") -> Entry:
    """The entry, if the user may see it. Raises Http404."""
    source = BY_KIND.get(kind)
    rows = source.visible_to(user).filter(pk=pk) if source else ()
    for entry in source.entries(rows, user, Clocks()) if source else ():
        return entry
    raise Http404


def may_move(kind: str, user: "AbstractBaseUser") -> bool:
    """Whether this user may move entries of that kind at all."""
    permission = BY_KIND[kind].change_permission
    return bool(permission) and user.has_perm(permission)


def move(kind: str, pk: int, to: date | datetime, was: str, by: "AbstractBaseUser") -> Moved:
    """Move the entry to a Beijing day, keeping its time of day, or to an instant.

    `was` is the moment (Entry.moment) that the person saw it at; an entry that somebody else has
    moved since stays where it is. Raises Http404, PermissionDenied, or ValidationError with what to
    tell the person.
    """
    before = find(kind, pk, by)
    if not may_move(kind, by):
        raise PermissionDenied
    if not before.move_label:
        raise ValidationError(
            _("What is “%(state)s” cannot be moved.") % {"state": before.state_label}
        )
    if was and was != before.moment:
        raise ValidationError(
            _("Somebody has moved it in the meantime: it is at %(when)s now.")
            % {"when": before.when}
        )
    source = BY_KIND[kind]
    row = source.visible_to(by).get(pk=pk)
    source.move(row, _instant(to, before), by)
    return Moved(before, find(kind, pk, by))


def _instant(to: date | datetime, before: Entry) -> datetime:
    """The instant that is meant: a day keeps the time of day that the entry had."""
    if isinstance(to, datetime):
        return to
    clock = before.starts_at.astimezone(BEIJING).timetz() if before.starts_at else time()
    return datetime.combine(to, clock.replace(tzinfo=None), BEIJING)


def parse(text: str) -> date | datetime:
    """A Beijing day (2027-03-10) or moment (2027-03-10T09:30). Raises ValidationError."""
    is_day = len(text) == len("2027-03-10")
    try:
        moment = date.fromisoformat(text) if is_day else datetime.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(_("Give a day and a time, such as 2027-03-10 09:30.")) from error
    if isinstance(moment, datetime) and moment.tzinfo is None:
        moment = moment.replace(tzinfo=BEIJING)
    # The ends of the calendar: no database and no time zone reaches beyond them.
    if moment.year not in MOST_YEARS:
        raise ValidationError(_("Give a day and a time, such as 2027-03-10 09:30."))
    return moment
