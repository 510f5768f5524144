"""What the stand-in's WeChat has accepted and holds."""

from campaigns.channels.standin.server import Standin
from tests.campaigns.channels.providers.conftest import APP_ID

SUBMIT, ADD, GET = "freepublish/submit", "draft/add", "freepublish/get"
MASS = "message/mass/sendall"
# The calls of a push to WeChat, in their order.
STEPS = ["stable_token", "media/uploadimg", "material/add_material", ADD, SUBMIT]


def accepted(standin: Standin, call: str = SUBMIT) -> list[str]:
    """The keys of the accepted calls, by the record."""
    return [one["key"] for one in standin.recorder.accepted(call)]


def held(standin: Standin) -> dict:
    """The state of the connected official account."""
    return standin.wechat.account(APP_ID)


def published(standin: Standin) -> int:
    """How many articles were ever public."""
    return sum(len(one["articles"]) for one in standin.wechat.state["accounts"].values())
