"""A stand-in of WeChat and JPush on loopback, and accounts that are connected to it."""

from dataclasses import replace

import pytest

from campaigns.channels.provider_models import Connection
from campaigns.channels.secrets import Secret
from campaigns.channels.standin.server import Standin
from tests.campaigns.channels.conftest import delivery
from tests.factories import AccountFactory

__all__ = ["delivery"]

APP_ID = "wx0000000000000001"
APP_SECRET = "app-secret-5d41402abc4b"
MASTER_SECRET = "master-secret-7d793037"


@pytest.fixture
def standin(settings):
    """Both providers; nothing is waited for longer than a second and a half."""
    server = Standin().start()
    settings.WECHAT_API_BASE = settings.JPUSH_API_BASE = server.address
    settings.WECHAT = {**settings.WECHAT, "read_timeout": 1.5, "connect_timeout": 1.5}
    settings.JPUSH = {**settings.JPUSH, "read_timeout": 1.5, "connect_timeout": 1.5}
    yield server
    server.stop()


@pytest.fixture
def wechat_account(db):
    account = AccountFactory(code="wechat:000000", adapter="wechat")
    connection = Connection(account=account, app_id=APP_ID, author="集团消保")
    connection.secret = Secret(APP_SECRET)
    connection.callback_token = Secret("callback-token-1")
    connection.save()
    return account


@pytest.fixture
def app_account(db):
    account = AccountFactory(code="app:000000", adapter="jpush")
    connection = Connection(account=account, app_id="jpushkey0001", tags="herders, elderly")
    connection.secret = Secret(MASTER_SECRET)
    connection.save()
    return account


@pytest.fixture
def to_wechat(delivery, wechat_account, standin):
    """A delivery to the connected official account."""

    def make(page=None, **changes):
        made = delivery(page, tracked_link="http://testserver/q/Ab3x")
        return replace(made, account=wechat_account, **changes)

    return make


@pytest.fixture
def to_followers(to_wechat, standin):
    """A delivery to the followers of the connected official account."""
    Connection.objects.update(mode="mass")
    standin.wechat.mass_a_day = 5
    return to_wechat


@pytest.fixture
def to_app(delivery, app_account, standin):
    """A delivery to the connected app."""

    def make(page=None, **changes):
        made = delivery(page, account="website:000000", tracked_link="http://testserver/q/Ab3x")
        return replace(made, account=app_account, **changes)

    return make
