"""Tokens of systems that read figures: issued, recognised, revoked."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from campaigns.reports.models import ReportToken

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# What every token begins with, so that one that leaked is recognised for what it is.
MARK = "reach"
# Answers a minute, each token.
MOST_A_MINUTE = 60
# How precisely the last use is known: reading must not write each time.
_USE_KNOWN_TO = timedelta(minutes=1)
# Compared against where no token is found, so that both take as long.
_NOTHING = hashlib.sha256(secrets.token_bytes(32)).hexdigest()


def issue(token: ReportToken, by: "AbstractBaseUser") -> str:
    """Save a new token and give its text, which is shown this once."""
    secret = secrets.token_urlsafe(32)
    token.selector = secrets.token_hex(8)
    token.secret_hash = _hash(secret)
    token.created_by = by
    token.save()
    return f"{MARK}.{token.selector}.{secret}"


def token_of(text: str) -> ReportToken | None:
    """The token that this is the text of; None for a wrong, expired or revoked one.

    The secret's hash is compared in constant time, and against something even when the selector is
    unknown.
    """
    mark, _dot, rest = text.partition(".")
    selector, _dot, secret = rest.partition(".")
    found = ReportToken.objects.filter(selector=selector[:16]).select_related("region").first()
    is_right = hmac.compare_digest(found.secret_hash if found else _NOTHING, _hash(secret))
    if found is None or not is_right or mark != MARK or found.selector != selector:
        return None
    now = timezone.localtime()
    if not found.opens_at(now):
        return None
    unknown = Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_KNOWN_TO)
    ReportToken.objects.filter(unknown, pk=found.pk).update(last_used_at=now)
    return found


def may_ask_now(token: ReportToken) -> bool:
    """Whether the token has asked for less than its share in this minute. Counts this time, too."""
    key = f"report-token:{token.pk}:{timezone.now():%Y%m%d%H%M}"
    if cache.add(key, 1, 120):
        return True
    try:
        return cache.incr(key) <= MOST_A_MINUTE
    except ValueError:  # thrown out in between
        return True


def revoke(token: ReportToken, by: "AbstractBaseUser") -> bool:
    """Close it, at once and for good. False if somebody had done so already."""
    standing = ReportToken.objects.filter(pk=token.pk, revoked_at=None)
    return bool(standing.update(revoked_at=timezone.now(), revoked_by=by))


def _hash(secret: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()
