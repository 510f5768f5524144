"""The demo's channel accounts, their connections, and what people do by hand on them."""

from django.conf import settings
from django.db import transaction
from django.utils.crypto import get_random_string

from campaigns.channels.handover.models import HandoverSetup
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.channels.partner.items import new_feed_address, setup_of
from campaigns.channels.partner.models import PartnerSetup
from campaigns.channels.provider_models import Connection
from campaigns.channels.secrets import Secret
from campaigns.channels.standin import is_stand_in
from campaigns.demo.given import MAIL_DOMAIN, rows
from campaigns.regions.models import Region

# The partner of the demo that reads by feed.
FEED_ACCOUNT = "partner:000000"


@transaction.atomic
def load_accounts() -> int:
    created = 0
    for row in rows("accounts"):
        account, is_new = ChannelAccount.objects.get_or_create(
            code=row["code"],
            defaults={
                "channel": Channel.objects.get(code=row["channel"]),
                "region": Region.objects.get(code=row["region"]),
                "name": row["name"],
                "adapter": row["adapter"],
            },
        )
        created += is_new
        if is_new:
            _connect_to_stand_in(account)
    _load_setups()
    return created


def _connect_to_stand_in(account: ChannelAccount) -> None:
    """Credentials that only the stand-in takes; where the real provider is named, none."""
    address = {
        ChannelAccount.Adapter.WECHAT: settings.WECHAT_API_BASE,
        ChannelAccount.Adapter.JPUSH: settings.JPUSH_API_BASE,
    }.get(account.adapter)
    if address and is_stand_in(address):
        connection = Connection(account=account, app_id=f"demo-{account.code.replace(':', '-')}")
        connection.secret = Secret(get_random_string(32))
        connection.author = "消费者权益保护部"
        connection.save()


def _load_setups() -> None:
    """What people do by hand on an account; what was changed since stays."""
    for row in rows("setups"):
        HandoverSetup.objects.get_or_create(
            account=ChannelAccount.objects.get(code=row["account"]),
            defaults={
                "checklist": row["checklist"].replace(";", "\n"),
                "hours": int(row["hours"]),
            },
        )
    PartnerSetup.objects.get_or_create(
        account=ChannelAccount.objects.get(code="partner:650000"),
        defaults={"mail_to": f"editor@{MAIL_DOMAIN}", "embargo_minutes": 60},
    )


@transaction.atomic
def load_feed() -> str:
    """The secret address of the demo partner's feed where it has none yet; else nothing."""
    account = ChannelAccount.objects.get(code=FEED_ACCOUNT)
    if account.adapter != ChannelAccount.Adapter.PARTNER or setup_of(account).token_made_at:
        return ""
    return new_feed_address(account)
