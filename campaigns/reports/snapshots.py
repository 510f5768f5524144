"""Closing a period: what would be frozen is looked at first, and then frozen for good."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.reach import ledger
from campaigns.reports import figures, freezing
from campaigns.reports.models import Snapshot

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class CannotCloseError(ValueError):
    """Why this period cannot be closed, in words for the person who tried."""


class FiguresChangedError(Exception):
    """Since the preview was made figures have come in: it has to be looked at again."""


@dataclass(frozen=True)
class Preview:
    """What would be frozen, and by what its confirmation is held to it."""

    content: dict[str, Any]
    same: Snapshot | None = None

    @property
    def seen(self) -> str:
        return freezing.checksum(freezing.canonical(self.content))

    @property
    def report(self) -> dict[str, Any]:
        return self.content["figures"]


def preview(selection: figures.Selection) -> Preview:
    """What closing would freeze. Raises CannotCloseError; Http404 outside the user's regions."""
    _refuse_unfit(selection)
    content = freezing.freeze(selection)
    return Preview(content, _same(selection, content))


@transaction.atomic
def close(
    selection: figures.Selection, by: "AbstractBaseUser", seen: str, note: str = ""
) -> Snapshot:
    """Freeze what the preview with that mark showed; for good.

    A period that is closed already with the same figures is not closed again: the first one is
    returned. Raises CannotCloseError, or FiguresChangedError when the figures are others by now.
    """
    # Nobody writes until this is done, so figures and mark belong together.
    ledger.take_turn()
    shown = preview(selection)
    if shown.same:
        return shown.same
    if shown.seen != seen:
        raise FiguresChangedError
    now = timezone.localtime()
    high_water = ledger.high_water()
    content = shown.content | {"high_water": high_water, "closed": freezing.closed_by(by, now)}
    text = freezing.canonical(content)
    return Snapshot.objects.create(
        region=selection.region,
        first=selection.first,
        last=selection.last,
        campaigns="".join(f" {code} " for code in selection.campaigns),
        person_times=content["figures"]["total"]["count"],
        high_water=high_water,
        note=note.strip(),
        frozen=text,
        sha256=freezing.checksum(text),
        closed_at=now,
        closed_by=by,
    )


def _refuse_unfit(selection: figures.Selection) -> None:
    if selection.region is None or not (selection.first and selection.last):
        raise CannotCloseError(_("A period has a region, a first and a last day."))
    if selection.last < selection.first:
        raise CannotCloseError(_("The last day lies before the first."))
    if selection.last > timezone.localdate():
        raise CannotCloseError(_("The period is not over: its last day lies ahead."))
    if not selection.editions and not selection.everyday:
        raise CannotCloseError(_("Choose a campaign or everyday education."))


def _same(selection: figures.Selection, content: dict[str, Any]) -> Snapshot | None:
    """One that froze the same figures of the same selection, names included."""
    closed = Snapshot.objects.filter(
        region=selection.region, first=selection.first, last=selection.last
    )
    for snapshot in closed:
        # One of the first version has no persons, as one that knows none.
        told = snapshot.content["figures"]
        kept = snapshot.content | {"figures": {"persons": None} | told}
        if all(kept[part] == content[part] for part in ("selection", "figures", "metrics")):
            return snapshot
    return None


def campaign_names(snapshot: Snapshot) -> str:
    """The campaigns in the words of the day of closing."""
    told = snapshot.content["selection"]
    names = [one["name"] for one in told["campaigns"]]
    return "、".join(names + [_("Everyday education")] * told["everyday"])
