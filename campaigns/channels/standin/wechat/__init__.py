"""The stand-in's WeChat, after the documented interfaces: one family of calls a module."""

from campaigns.channels.standin.wechat.answers import RefusedError
from campaigns.channels.standin.wechat.provider import Wechat, name_of

__all__ = ["RefusedError", "Wechat", "name_of"]
