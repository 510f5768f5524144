"""Secret addresses of calendar feeds: made, found, revoked."""

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.agenda.models import CalendarFeed
from campaigns.agenda.sources import may_look

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

MOST_A_PERSON = 10
# Compared against where no feed is found, so that both take as long.
_NOTHING = hashlib.sha256(secrets.token_bytes(32)).hexdigest()


def open_feed(user: "AbstractBaseUser", label: str) -> tuple[CalendarFeed, str]:
    """A new feed and its secret, which is shown this once. Raises ValidationError."""
    if CalendarFeed.objects.live().filter(user=user).count() >= MOST_A_PERSON:
        raise ValidationError(
            _("You have %(most)s addresses already: revoke one that is no longer used.")
            % {"most": MOST_A_PERSON}
        )
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed(
        user=user,
        label=label.strip(),
        selector=secrets.token_hex(8),
        secret_hash=_hash(secret),
    )
    feed.full_clean()
    feed.save()
    return feed, secret


def reader_of(selector: str, secret: str) -> "AbstractBaseUser | None":
    """Whose calendar the address opens; None for a wrong, revoked or closed one.

    The secret's hash is compared in constant time, and against something even when the selector is
    unknown.
    """
    feed = CalendarFeed.objects.live().filter(selector=selector).select_related("user").first()
    is_right = hmac.compare_digest(feed.secret_hash if feed else _NOTHING, _hash(secret))
    if not feed or not is_right or not feed.user.is_active or not may_look(feed.user):
        return None
    return feed.user


def revoke(user: "AbstractBaseUser", pk: int) -> bool:
    """Close one of the user's own addresses, at once and for good. False if it was not open."""
    mine = CalendarFeed.objects.live().filter(user=user, pk=pk)
    return bool(mine.update(revoked_at=timezone.now()))


def _hash(secret: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()
