"""WeChat official accounts: drafts, quiet publishing, sending to followers, figures."""

from campaigns.channels.adapters.wechat.adapter import WechatAdapter

__all__ = ["WechatAdapter"]
