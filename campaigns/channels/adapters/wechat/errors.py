"""WeChat's error codes, sorted by what can be done about them.

The codes are those of the documented interfaces (domain.md, Channels). A code that stands nowhere
here is permanent: trying again would only hide it.
"""

from enum import Enum

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Kind(Enum):
    """What an error means for a delivery."""

    TOKEN = "token"  # noqa: S105 fetch another token and ask again, once
    TEMPORARY = "temporary"
    QUOTA = "quota"
    PERMANENT = "permanent"
    DUPLICATE = "duplicate"
    GONE = "gone"


BUSY, RATE = -1, {45009, 45011}
KINDS = {
    40001: Kind.TOKEN,
    40014: Kind.TOKEN,
    42001: Kind.TOKEN,
    BUSY: Kind.TEMPORARY,
    45009: Kind.TEMPORARY,
    45011: Kind.TEMPORARY,
    45028: Kind.QUOTA,
    45065: Kind.DUPLICATE,
    40007: Kind.GONE,
    53600: Kind.GONE,
}
ADVICE = {
    40001: gettext_lazy("The AppSecret is wrong or was reset: enter the present one."),
    40013: gettext_lazy("WeChat does not know this AppID."),
    40125: gettext_lazy("The AppSecret is wrong or was reset: enter the present one."),
    40164: gettext_lazy("Add this server's address to the account's IP allowlist in WeChat."),
    44003: gettext_lazy("The article is empty."),
    45028: gettext_lazy(
        "No message to followers is left for this day or month: plan it for a later one."
    ),
    47001: gettext_lazy("WeChat cannot read what was sent: report this to whoever runs the site."),
    48001: gettext_lazy("The account lacks this right: only verified organisations may publish."),
}


class WechatError(Exception):
    """WeChat answered with an error code: it has refused."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(code, words)
        self.code = code
        self.words = words
        # All that WeChat said; a duplicate names the earlier message.
        self.answer: dict = {}

    @property
    def kind(self) -> Kind:
        return KINDS.get(self.code, Kind.PERMANENT)

    @property
    def retry_after(self) -> int | None:
        """WeChat names no waits: these are our own."""
        if self.kind is not Kind.TEMPORARY:
            return None
        return settings.WECHAT["rate_wait" if self.code in RATE else "busy_wait"]

    def __str__(self) -> str:
        told = f"{self.code} {self.words}".strip()
        advice = ADVICE.get(self.code)
        return f"{told}. {advice}" if advice else told


class RefusedCredentialsError(WechatError):
    """WeChat gives no token for these credentials: another token is no way out."""

    @property
    def kind(self) -> Kind:
        return Kind.PERMANENT


class NotSentError(Exception):
    """The call certainly did not reach WeChat: why, and perhaps the machine's own words."""

    def __str__(self) -> str:
        told = _("WeChat cannot be reached: %(words)s.") % {"words": self.args[0]}
        return "\n".join([told, *self.args[1:]])


class NoAnswerError(Exception):
    """The call left, and no answer came back that says what became of it; told as above."""

    def __str__(self) -> str:
        told = _("WeChat did not answer: %(words)s.") % {"words": self.args[0]}
        return "\n".join([told, *self.args[1:]])


class NotConnectedError(Exception):
    """The account has no credentials."""

    def __str__(self) -> str:
        return _("The account has no AppID and AppSecret yet: set them under “Connection”.")
