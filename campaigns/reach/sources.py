"""From an entry of the ledger to where it came from.

Floors above fill the ledger as well; they tell here how to find their part again, so that this
floor need not know them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.reach.models import ReachEntry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True)
class Source:
    """What it came from, in words, and the address of it where the user may open it."""

    label: str
    url: str = ""


Finder = Callable[[ReachEntry, "AbstractBaseUser"], list[Source]]
_finders: dict[str, Finder] = {}


def register(origin: str, find: Finder) -> None:
    """Let `find` tell the sources of entries of that origin."""
    _finders[origin] = find


def sources(entry: ReachEntry, user: "AbstractBaseUser") -> list[Source]:
    """What the entry itself came from; what a correction corrects is told apart from it."""
    found = []
    if entry.batch_id:
        found.append(_batch(entry))
    if find := _finders.get(entry.origin):
        found += find(entry, user)
    return found


def _batch(entry: ReachEntry) -> Source:
    told = {"file": entry.batch.file_name, "row": entry.batch_row}
    label = _("%(file)s, row %(row)s") % told if entry.batch_row else entry.batch.file_name
    url = reverse("importbatch:inspect", args=[entry.batch_id])
    if entry.batch_row:
        url += f"?row={entry.batch_row}#row-{entry.batch_row}"
    return Source(label, url)


def _collected(entry: ReachEntry, user: "AbstractBaseUser") -> list[Source]:
    """hit:FILE:FROM-TO:…: the lines of the spool that were folded into it."""
    _hit, file, span, *_rest = [*entry.source_key.split(":", 3), "", ""]
    return [Source(_("own counting, %(file)s, bytes %(span)s") % {"file": file, "span": span})]


register(ReachEntry.Origin.COLLECTOR, _collected)
