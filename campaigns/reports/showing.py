"""Totals of closed periods on the website: a manager of head office shows them and takes them back.

The website is the whole group's, so that head office decides, over its own periods and those of
regions. What readers then see is in campaigns.reports.published.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.regions.models import HEAD_OFFICE, Region
from campaigns.reports.models import Showing, Snapshot

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

CLOSE = "campaigns.add_snapshot"


class CannotShowError(ValueError):
    """Why this period's total cannot stand on the website, in words for the person who tried."""


def may_show(user: "AbstractBaseUser") -> bool:
    """Whether the user decides what stands on the website: who closes head office's periods."""
    head_office = Region.objects.visible_to(user).filter(code=HEAD_OFFICE)
    return user.is_active and user.has_perm(CLOSE) and head_office.exists()


def check(snapshot: Snapshot) -> None:
    """Raises CannotShowError where readers would be misled."""
    if not snapshot.is_intact:
        raise CannotShowError(_("The frozen text does not have its checksum."))
    told = snapshot.content
    if any(told["selection"][part] for part in ("channels", "metrics", "bases", "languages")):
        raise CannotShowError(
            _("Only part of the figures was closed: readers would take it for the whole.")
        )
    if told["figures"]["total"]["count"] <= 0:
        raise CannotShowError(_("No person-times were closed."))


@transaction.atomic
def show(snapshot: Snapshot, by: "AbstractBaseUser") -> Showing:
    """Put the total on the website; one that stands there already stays as it is.

    Another closing of the same campaigns and region with days in common is taken back: readers do
    not meet two totals of one campaign. Raises PermissionDenied and CannotShowError.
    """
    _require(by)
    check(snapshot)
    # One decision about a region at a time.
    Region.objects.select_for_update(no_key=True).get(pk=snapshot.region_id)
    now = timezone.now()
    rivals = Showing.objects.current().filter(
        snapshot__region=snapshot.region_id,
        snapshot__campaigns=snapshot.campaigns,
        snapshot__first__lte=snapshot.last,
        snapshot__last__gte=snapshot.first,
    )
    _take_back(rivals.exclude(snapshot=snapshot), by, now)
    shown, _is_new = Showing.objects.current().get_or_create(
        snapshot=snapshot, taken_back_at=None, defaults={"shown_at": now, "shown_by": by}
    )
    return shown


@transaction.atomic
def take_back(snapshot: Snapshot, by: "AbstractBaseUser") -> None:
    """Take the total off the website; nothing happens where it is not. Raises PermissionDenied."""
    _require(by)
    _take_back(Showing.objects.current().filter(snapshot=snapshot), by, timezone.now())


def _require(by: "AbstractBaseUser") -> None:
    if not may_show(by):
        raise PermissionDenied(_("A manager of head office decides what the website shows."))


def _take_back(showings, by: "AbstractBaseUser", at: datetime) -> None:
    # Each by itself: its signal drops the kept pages.
    for showing in showings.select_for_update(of=("self",)):
        showing.taken_back_at, showing.taken_back_by = at, by
        showing.save()
