"""The access token of an account, shared by all processes through the database.

Whoever finds it missing, expiring or refused takes a lease by compare-and-swap, so one process
asks and the others wait for what it stores. No transaction is open while WeChat is asked. Only
`stable_token` is used: without force it answers with the token that is valid, however often it is
asked; force makes a new one and is limited to a few a day.
"""

import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.windows import beijing_day
from campaigns.channels.adapters.wechat.errors import NotSentError, WechatError
from campaigns.channels.models import ChannelAccount
from campaigns.channels.provider_models import AccessToken
from campaigns.channels.secrets import Secret, UnreadableSecretError, seal, unseal

# Asks WeChat for a token, by force or not: its value and how many seconds it is good for.
Fetch = Callable[[bool], tuple[Secret, int]]
# Seconds between two looks of one who waits.
LOOK_AGAIN = 0.1


def token_of(account: ChannelAccount, fetch: Fetch) -> Secret:
    """A token that should still be good. Raises what `fetch` raises, and NotSentError."""
    row = _row(account)
    return _good(row) or _renew(account, row.version, fetch, refused=None)


def token_instead_of(account: ChannelAccount, refused: Secret, fetch: Fetch) -> Secret:
    """Another token, because WeChat refused that one.

    Raises what `fetch` raises, and NotSentError when no other token is to be had now.
    """
    row = _row(account)
    held = _good(row)
    if held and held != refused:
        # Another process was refused, too, and has seen to it.
        return held
    return _renew(account, row.version, fetch, refused=refused)


def forget(account: ChannelAccount) -> None:
    """Drop the token: the credentials have changed."""
    AccessToken.objects.filter(account=account).update(
        sealed_value="", expires_at=None, version=F("version") + 1
    )


def _renew(
    account: ChannelAccount, version: int, fetch: Fetch, *, refused: Secret | None
) -> Secret:
    holder = secrets.token_hex(8)
    lease = settings.WECHAT["connect_timeout"] + 2 * settings.WECHAT["read_timeout"] + 5
    give_up = time.monotonic() + lease
    while not _take_lease(account, version, holder, lease):
        if time.monotonic() > give_up:
            raise NotSentError(_("another process holds the token"))
        time.sleep(LOOK_AGAIN)
        row = _row(account)
        if row.version != version:
            held = _good(row)
            if held and held != refused:
                return held
            version = row.version
    try:
        token, seconds = fetch(False)
        if token == refused:
            _count_force(account)
            token, seconds = fetch(True)
    except BaseException:
        _give_up_lease(account, holder)
        raise
    _store(account, holder, token, timezone.now() + timedelta(seconds=seconds))
    return token


def _row(account: ChannelAccount) -> AccessToken:
    row, _created = AccessToken.objects.get_or_create(account=account)
    return row


def _good(row: AccessToken) -> Secret | None:
    margin = timedelta(seconds=settings.WECHAT["token_margin"])
    if not row.sealed_value or row.expires_at is None or row.expires_at - margin <= timezone.now():
        return None
    try:
        return unseal(row.sealed_value)
    except UnreadableSecretError:
        return None


def _take_lease(account: ChannelAccount, version: int, holder: str, seconds: int) -> bool:
    now = timezone.now()
    free = Q(held_by="") | Q(held_until__lt=now)
    return bool(
        AccessToken.objects.filter(free, account=account, version=version).update(
            held_by=holder, held_until=now + timedelta(seconds=seconds)
        )
    )


def _give_up_lease(account: ChannelAccount, holder: str) -> None:
    AccessToken.objects.filter(account=account, held_by=holder).update(held_by="", held_until=None)


def _store(account: ChannelAccount, holder: str, token: Secret, expires_at: datetime) -> None:
    # Only the holder stores: a process that woke up late must not put an old token back.
    AccessToken.objects.filter(account=account, held_by=holder).update(
        sealed_value=seal(token),
        expires_at=expires_at,
        version=F("version") + 1,
        held_by="",
        held_until=None,
    )


def _count_force(account: ChannelAccount) -> None:
    today = beijing_day(timezone.now())
    rows = AccessToken.objects.filter(account=account)
    rows.exclude(forced_on=today).update(forced_on=today, forced_count=0)
    most = settings.WECHAT["forced_refreshes_a_day"]
    if not rows.filter(forced_count__lt=most).update(forced_count=F("forced_count") + 1):
        raise WechatError(45009, _("the token was renewed by force too often today"))
