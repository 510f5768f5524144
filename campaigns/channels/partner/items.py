"""What a partner was given: kept once for each push, shown in the feed, taken back."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from campaigns.channels.adapters.contract import Delivery
from campaigns.channels.models import ChannelAccount
from campaigns.channels.partner.models import PackageLink, PartnerItem, PartnerSetup
from content.models import EducationPage
from content.models.base import open_to_all
from content.portable import render_body, with_whole_addresses

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

LINK_SALT = "campaigns.partner.package"
LINK_DAYS = 14


def setup_of(account: ChannelAccount) -> PartnerSetup:
    """The account's setup; what stands there by itself when nobody has made one."""
    return PartnerSetup.objects.filter(account=account).first() or PartnerSetup(account=account)


def keep(delivery: Delivery, package: str, content: bytes) -> PartnerItem:
    """The item of that delivery; one that was taken back is given anew."""
    setup = setup_of(delivery.account)
    told = {
        "title": delivery.page.title,
        "summary": delivery.page.summary,
        "html": with_whole_addresses(render_body(delivery.page)),
        "link": delivery.tracked_link,
        "ai_generated": delivery.page.ai_generated,
        "package": package,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "scheduled_at": delivery.scheduled_at,
        "embargo_until": delivery.scheduled_at + timedelta(minutes=setup.embargo_minutes),
        "withdrawn_at": None,
    }
    where = {
        "push_number": delivery.push_id,
        "account": delivery.account,
        "edition": delivery.edition,
        "page_id": delivery.page.pk,
        "language": delivery.language,
    }
    item, _is_new = PartnerItem.objects.update_or_create(
        key=delivery.key, defaults=told, create_defaults={**where, **told}
    )
    return item


def mark_sent(item: PartnerItem) -> None:
    """From now on the feed may show it, once its embargo is past."""
    PartnerItem.objects.filter(pk=item.pk, sent_at=None).update(sent_at=timezone.now())


def take_back(item: PartnerItem) -> None:
    """Out of the feed at once; links to its package lead nowhere any more."""
    now = timezone.now()
    PartnerItem.objects.filter(pk=item.pk, withdrawn_at=None).update(withdrawn_at=now)
    item.links.filter(revoked_at=None).update(revoked_at=now)


# --- The feed's secret address --------------------------------------------------------------------


def new_feed_address(account: ChannelAccount) -> str:
    """A new secret address for the account's feed; the old one leads nowhere from now on.

    It is told here and never again: only its hash is kept.
    """
    token = secrets.token_urlsafe(32)
    PartnerSetup.objects.update_or_create(
        account=account,
        defaults={"token_sha256": hashed(token), "token_made_at": timezone.now()},
    )
    return settings.SITE_URL + reverse("campaigns:partner_feed", args=[token])


def close_feed(account: ChannelAccount) -> None:
    """The feed's address leads nowhere from now on."""
    PartnerSetup.objects.filter(account=account).update(token_sha256="", token_made_at=None)


def account_of_feed(token: str) -> ChannelAccount | None:
    """Whose feed the secret address is; None if it is nobody's."""
    # 32 random bytes: there is nothing to guess, so a look-up by hash gives nothing away.
    setup = (
        PartnerSetup.objects.filter(token_sha256=hashed(token), account__is_active=True)
        .select_related("account")
        .first()
    )
    return setup.account if setup else None


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# --- Links to packages ----------------------------------------------------------------------------


def new_link(
    item: PartnerItem, by: "AbstractBaseUser | None", days: int = LINK_DAYS
) -> PackageLink:
    """A link under which the package can be fetched for so many days."""
    ends = timezone.now() + timedelta(days=days)
    return PackageLink.objects.create(item=item, made_by=by, expires_at=ends)


def close_link(link: PackageLink) -> None:
    PackageLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def address_of(link: PackageLink) -> str:
    """The link's address: signed, so that no other can be made up from it."""
    signed = signing.Signer(salt=LINK_SALT).sign(str(link.pk))
    return settings.SITE_URL + reverse("campaigns:partner_package", args=[signed])


def fetched(signed: str, now: datetime, *, counts: bool = True) -> PartnerItem | None:
    """The item whose package that address opens now; None if none. Each fetching `counts`."""
    try:
        number = int(signing.Signer(salt=LINK_SALT).unsign(signed))
    except (signing.BadSignature, ValueError):
        return None
    link = PackageLink.objects.select_related("item__page").filter(pk=number).first()
    if link is None or not link.works_at(now) or link.item.withdrawn_at:
        return None
    if not open_to_all(EducationPage.objects.filter(pk=link.item.page_id)).exists():
        # Taken down or closed since: what is no longer public is not handed out, either.
        return None
    if counts:
        seen = {"downloads": F("downloads") + 1, "last_download_at": now}
        PackageLink.objects.filter(pk=number).update(**seen)
    return link.item
