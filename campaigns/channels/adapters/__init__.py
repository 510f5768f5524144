"""How content reaches a channel: one contract, one module an adapter, found by name."""

from campaigns.channels.adapters.contract import (
    Adapter,
    Delivery,
    Finding,
    NotPossibleError,
    NotYetError,
    Outcome,
    Receipt,
    Remark,
    Statistic,
    Trace,
)
from campaigns.channels.adapters.file import FileAdapter
from campaigns.channels.adapters.handover import HandoverAdapter
from campaigns.channels.adapters.jpush import JpushAdapter
from campaigns.channels.adapters.partner import PartnerAdapter
from campaigns.channels.adapters.website import WebsiteAdapter
from campaigns.channels.adapters.wechat import WechatAdapter
from campaigns.channels.models import ChannelAccount

ADAPTERS: dict[str, Adapter] = {
    ChannelAccount.Adapter.WEBSITE: WebsiteAdapter(),
    ChannelAccount.Adapter.FILE: FileAdapter(),
    ChannelAccount.Adapter.WECHAT: WechatAdapter(),
    ChannelAccount.Adapter.JPUSH: JpushAdapter(),
    ChannelAccount.Adapter.PARTNER: PartnerAdapter(),
    ChannelAccount.Adapter.HANDOVER: HandoverAdapter(),
}


def adapter_of(account: ChannelAccount) -> Adapter:
    """The adapter that serves the account. Raises KeyError for a name that nobody implements."""
    return ADAPTERS[account.adapter]


__all__ = [
    "ADAPTERS",
    "Adapter",
    "Delivery",
    "Finding",
    "NotPossibleError",
    "NotYetError",
    "Outcome",
    "Receipt",
    "Remark",
    "Statistic",
    "Trace",
    "adapter_of",
]
