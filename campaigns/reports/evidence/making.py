"""Packages on request: asked for on a screen, made by the tick, kept for a while.

A request is written down; a tick takes it under a lease and renews the lease with each file that is
in. Each try has a place of its own, written down before its first byte, so that the next one clears
away what a killed one left. Whoever asked may meanwhile have lost the region or left: then nothing
is made.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.calendar.private_files import unguessable
from campaigns.reach import ledger
from campaigns.regions.models import Region
from campaigns.regions.naming import person_name
from campaigns.reports.evidence.collecting import collect
from campaigns.reports.evidence.items import Asked
from campaigns.reports.evidence.packing import Packed, pack
from campaigns.reports.models import EvidencePackage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger(__name__)

State = EvidencePackage.State
# Longer than the largest single file may take to be copied.
LEASE = timedelta(minutes=10)
MOST_TRIES = 3
# A package can be made anew at any time; what was handed in is kept by whoever handed it in.
KEPT = timedelta(days=30)
MOST_WAITING = 5
# A tick begins no further package after that: pushes of the next minute are waiting for it.
SECONDS_A_TICK = 20


class LostError(Exception):
    """The package is no longer ours to make: deleted, or taken over by another worker."""


def request(
    user: "AbstractBaseUser",
    region: Region,
    editions: Iterable[Edition],
    *,
    everyday: bool = False,
    first: date | None = None,
    last: date | None = None,
) -> tuple[EvidencePackage, bool]:
    """Ask for a package; True if it is a new one, False if the same one is already on its way.

    Raises ValidationError for nothing chosen, days the wrong way round, or too many on their way.
    """
    editions = list(editions)
    if not editions and not everyday:
        raise ValidationError({"editions": _("Choose a campaign, or everyday education.")})
    if first and last and last < first:
        raise ValidationError({"last": _("The last day lies before the first.")})
    with transaction.atomic():
        mine = EvidencePackage.objects.open().filter(requested_by=user)
        for other in mine.filter(region=region, everyday=everyday, first=first, last=last):
            if set(other.editions.values_list("pk", flat=True)) == {e.pk for e in editions}:
                return other, False
        if mine.count() >= MOST_WAITING:
            raise ValidationError(
                _("%(n)s packages are on their way already: wait for them, or delete one.")
                % {"n": MOST_WAITING}
            )
        package = EvidencePackage.objects.create(
            region=region, everyday=everyday, first=first, last=last, requested_by=user
        )
        package.editions.set(editions)
    return package, True


def again(package: EvidencePackage) -> bool:
    """Let a package that failed be tried once more; False if it did not fail."""
    failed = EvidencePackage.objects.filter(pk=package.pk, state=State.FAILED)
    return bool(failed.update(state=State.WAITING, tries=0, done=0, problem="", lease_until=None))


def delete(package: EvidencePackage) -> None:
    """The package and its file, for good."""
    place = package.file.name
    package.delete()
    _clear(place)


def work(should_stop: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Make what waits, and take away what is old; how many were made, failed, deleted.

    Called by the tick, outside any transaction. Late, repeated and parallel calls do no harm.
    """
    now, started = timezone.now(), time.monotonic()
    counts: Counter = Counter()
    for package in EvidencePackage.objects.filter(requested_at__lt=now - KEPT):
        delete(package)
        counts["deleted"] += 1
    for package in EvidencePackage.objects.to_be_made(now):
        if should_stop() or time.monotonic() - started > SECONDS_A_TICK:
            break
        if _take(package):
            counts[_make(package)] += 1
    return dict(counts)


def _take(package: EvidencePackage) -> bool:
    """Take it in hand for as long as the lease; False if somebody else has."""
    if package.tries >= MOST_TRIES:
        words = _("It was begun %(n)s times and never finished.") % {"n": package.tries}
        EvidencePackage.objects.filter(pk=package.pk, tries=package.tries).update(
            state=State.FAILED, problem=words
        )
        return False
    before, place = package.file.name, unguessable(package, "evidence.zip")
    taken = EvidencePackage.objects.filter(
        pk=package.pk, state=package.state, tries=package.tries
    ).update(
        state=State.WORKING,
        tries=F("tries") + 1,
        done=0,
        lease_until=timezone.now() + LEASE,
        file=place,
    )
    if not taken:
        return False
    _clear(before)
    package.tries += 1
    package.file.name = place
    return True


def _make(package: EvidencePackage) -> str:
    """One try; how it ended."""
    try:
        with translation.override(settings.LANGUAGE_CODE):
            _settle(package, *_packed(package))
    except LostError:
        _clear(package.file.name)
        return "lost"
    except ValidationError as refusal:
        return _failed(package, " ".join(refusal.messages))
    except Exception:
        logger.exception("an evidence package could not be made: %s", package.pk)
        return _failed(package, _("It broke off; the log of the site says why."))
    return "made"


def _packed(package: EvidencePackage) -> tuple[Packed, int, datetime]:
    asked = _asked(package)
    with transaction.atomic():
        high_water = ledger.high_water()
    as_of = timezone.now()
    found = collect(asked)
    _say(package, total=len(found.items))
    path = _path(package.file.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {
        "asked": asked,
        "campaigns": package.campaigns,
        "as_of": as_of,
        "high_water": high_water,
        "who": person_name(asked.user),
    }
    packed = pack(found, path, about, lambda done: _say(package, done=done))
    return packed, high_water, as_of


def _asked(package: EvidencePackage) -> Asked:
    """What was asked for, by whoever still may. Raises ValidationError if they may no longer."""
    user = package.requested_by
    may_see = (
        user is not None
        and user.is_active
        and user.has_perm("campaigns.add_evidencepackage")
        and Region.objects.visible_to(user).filter(pk=package.region_id).exists()
    )
    if not may_see:
        raise ValidationError(_("Whoever asked for it may no longer see this region."))
    return Asked(
        user,
        package.region,
        tuple(package.editions.order_by("starts_on", "code")),
        package.everyday,
        package.first,
        package.last,
    )


def _ours(package: EvidencePackage):
    return EvidencePackage.objects.filter(pk=package.pk, state=State.WORKING, tries=package.tries)


def _say(package: EvidencePackage, **progress: int) -> None:
    """Write how far it is, and hold on to it. Raises LostError if it is no longer ours."""
    if not _ours(package).update(lease_until=timezone.now() + LEASE, **progress):
        raise LostError


def _settle(package: EvidencePackage, packed: Packed, high_water: int, as_of: datetime) -> None:
    settled = _ours(package).update(
        state=State.MADE,
        made_at=as_of,
        size=packed.size,
        sha256=packed.sha256,
        missing=len(packed.missing),
        high_water=high_water,
        problem="",
    )
    if not settled:
        raise LostError


def _failed(package: EvidencePackage, words: str) -> str:
    _ours(package).update(state=State.FAILED, problem=words[:300])
    _clear(package.file.name)
    return "failed"


def _path(place: str) -> Path:
    return Path(settings.PRIVATE_DIR) / place


def _clear(place: str) -> None:
    if place:
        _path(place).unlink(missing_ok=True)
