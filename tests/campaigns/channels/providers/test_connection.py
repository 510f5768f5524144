"""Credentials go in and never come out; events are believed as far as they deserve."""

import hashlib
import time

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.urls import reverse

from campaigns.channels.provider_models import Connection, WechatJob
from campaigns.channels.secrets import Secret, UnreadableSecretError, seal, unseal
from campaigns.regions.roles import Role
from tests.campaigns.channels.providers.conftest import APP_SECRET
from tests.factories import AccountFactory, make_case


def address(account, name: str = "connection") -> str:
    return reverse(f"campaigns_admin:{name}", args=[account.pk])


@pytest.fixture
def admin(client, person):
    client.force_login(person(Role.ADMINISTRATOR))
    return client


# --- Secrets --------------------------------------------------------------------------------------


def test_a_secret_shows_itself_nowhere():
    secret = Secret("s3cret-value")
    assert "s3cret" not in f"{secret} {secret!r} {[secret]} {seal(secret)}"
    assert unseal(seal(secret)) == secret


def test_keys_can_be_rotated(wechat_account, settings):
    settings.CHANNEL_SECRET_KEYS = ["new", settings.SECRET_KEY]
    call_command("rotate_channel_secrets")
    settings.CHANNEL_SECRET_KEYS = ["new"]
    assert Connection.objects.get().secret.reveal() == APP_SECRET
    settings.CHANNEL_SECRET_KEYS = ["another"]
    with pytest.raises(UnreadableSecretError):
        _ = Connection.objects.get().secret
    with pytest.raises(CommandError, match="wechat:000000"):
        call_command("rotate_channel_secrets")


def test_what_is_stored_is_no_plain_text(wechat_account):
    sealed = Connection.objects.get().sealed_secret
    assert APP_SECRET not in sealed
    assert Fernet(Fernet.generate_key())
    assert sealed.startswith("gAAAA")


# --- Screen ---------------------------------------------------------------------------------------


def test_credentials_are_entered_kept_replaced_and_removed(admin):
    account = AccountFactory(code="wechat:000000", adapter="wechat")
    given = {"app_id": "wx1", "secret": "first-secret", "mode": "publish", "form": "news"}
    answer = admin.post(address(account), given, follow=True)
    assert "first-secret" not in answer.content.decode()
    assert Connection.objects.get().secret.reveal() == "first-secret"
    admin.post(address(account), {**given, "secret": ""})
    assert Connection.objects.get().secret.reveal() == "first-secret"
    admin.post(address(account), {**given, "secret": "second-secret"})
    assert Connection.objects.get().secret.reveal() == "second-secret"
    admin.post(address(account), {**given, "secret": "", "remove_secret": "on"})
    assert not Connection.objects.get().secret
    for name in ("edit", "inspect", "history"):
        page = admin.get(reverse(f"channelaccount:{name}", args=[account.pk]))
        assert "-secret" not in page.content.decode()


def test_an_app_id_is_needed_and_a_secret_is_either_entered_or_removed(admin):
    account = AccountFactory(code="wechat:000000", adapter="wechat")
    given = {"app_id": "wx1", "secret": "first-secret", "mode": "publish", "form": "news"}
    refused = admin.post(address(account), {**given, "app_id": ""})
    assert refused.context["form"].errors.keys() == {"app_id"}
    admin.post(address(account), given)
    both = admin.post(address(account), {**given, "secret": "new", "remove_secret": "on"})
    assert both.context["form"].errors.keys() == {"remove_secret"}
    assert Connection.objects.get().secret.reveal() == "first-secret"


def test_a_form_that_is_refused_does_not_echo_the_secret(admin):
    account = AccountFactory(code="app:000000", adapter="jpush")
    tags = ",".join(f"t{n}" for n in range(21))
    answer = admin.post(
        address(account), {"app_id": "bad id!", "secret": "typed-secret", "tags": tags}
    )
    assert answer.context["form"].errors.keys() == {"app_id", "tags"}
    assert "typed-secret" not in answer.content.decode()


def test_the_test_button_tells_what_the_provider_says(admin, wechat_account, app_account, standin):
    answer = admin.post(address(wechat_account, "test_connection"), follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["success"]
    standin.faults.add("stable_token", "code", 40164)
    answer = admin.post(address(wechat_account, "test_connection"), follow=True)
    [message] = answer.context["messages"]
    assert (message.level_tag, "40164" in str(message)) == ("error", True)
    answer = admin.post(address(app_account, "test_connection"), follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["success"]


def test_an_account_without_credentials_has_no_connection_screen(admin):
    account = AccountFactory(code="wechat:000000")
    assert admin.get(address(account)).status_code == 404


def test_the_banner_says_that_a_stand_in_is_used(admin, settings):
    home = reverse("wagtailadmin_home")
    assert 'class="stand-in"' in admin.get(home).content.decode()
    settings.WECHAT_API_BASE = "https://api.weixin.qq.com"
    settings.JPUSH_API_BASE = "https://api.jpush.cn"
    assert 'class="stand-in"' not in admin.get(home).content.decode()


# --- Events ---------------------------------------------------------------------------------------


def signed(token: str = "callback-token-1", at: float | None = None, nonce: str = "n1") -> dict:
    stamp = str(int(at or time.time()))
    parts = "".join(sorted([token, stamp, nonce]))
    return {
        "timestamp": stamp,
        "nonce": nonce,
        "signature": hashlib.sha1(parts.encode()).hexdigest(),
    }


@pytest.fixture
def news(monkeypatch) -> list:
    heard = []
    monkeypatch.setattr("campaigns.channels.news._listeners", [heard.append])
    return heard


@pytest.fixture
def hook(client, wechat_account):
    url = reverse("campaigns:wechat_event", args=[wechat_account.pk])

    def post(query: dict, body: bytes | str):
        return client.post(
            f"{url}?{'&'.join(f'{k}={v}' for k, v in query.items())}", body, "text/xml"
        )

    post.url = url
    return post


EVENT = (
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><MsgType><![CDATA[event]]></MsgType>"
    "<Event><![CDATA[PUBLISHJOBFINISH]]></Event><PublishEventInfo><publish_id>77</publish_id>"
    "<publish_status>0</publish_status></PublishEventInfo></xml>"
)


@pytest.fixture
def job(wechat_account, delivery):
    asked = delivery(make_case("case-7"), account="website:000000")
    return WechatJob.objects.create(key=asked.key, account=wechat_account, publish_id="77")


def test_a_signed_event_brings_the_question_forward_once(hook, job, news):
    query = signed()
    assert hook(query, EVENT).content == b"success"
    assert hook(query, EVENT).content == b"success"
    assert news == [job.key]
    job.refresh_from_db()
    # What the event claims is not believed.
    assert job.article_id == ""


def test_an_event_may_speak_of_a_submission_whose_answer_was_lost(hook, job, news):
    WechatJob.objects.update(publish_id="", submitted_at="2026-11-22T00:00Z")
    hook(signed(), EVENT)
    assert news == [job.key]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"timestamp": "x", "nonce": "n", "signature": "s"},
        signed("another-token"),
        signed(at=time.time() - 3600),
        signed(at=time.time() + 3600),
        {**signed(), "signature": "é"},
        {**signed(), "nonce": "n" * 200},
    ],
)
def test_whoever_cannot_sign_is_refused(hook, job, news, query):
    assert hook(query, EVENT).status_code == 403
    assert news == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"junk",
        b"\xff\xfe",
        b"<xml>",
        b"<xml><Event>subscribe</Event></xml>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Event>PUBLISHJOBFINISH</Event></xml>',
        b'<?xml version="1.0" encoding="nonsense"?><xml/>',
        # Entities that only show once it is decoded; what they stand for would be an event.
        (
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "PUBLISHJOBFINISH">]>'
            "<xml><Event>&a;</Event><publish_id>77</publish_id></xml>"
        ).encode("utf-16"),
    ],
)
def test_junk_with_a_signature_does_nothing(hook, job, news, body):
    assert hook(signed(), body).status_code == 200
    assert news == []


def test_an_account_of_any_number_is_refused(client, wechat_account):
    for number in (0, 2**63, 10**40):
        address = reverse("campaigns:wechat_event", args=[number])
        assert client.get(address, signed()).status_code == 403


def test_an_event_that_is_too_large_is_refused(hook, job, news):
    assert hook(signed(), b"<" + b"x" * 70_000).status_code == 403


def test_the_address_is_proved_with_an_echo(client, hook):
    assert client.get(hook.url, {**signed(), "echostr": "12345"}).content == b"12345"
    assert client.get(hook.url, {**signed("wrong"), "echostr": "1"}).status_code == 403


def test_without_a_token_nobody_can_sign(hook, job, news):
    connection = Connection.objects.get()
    connection.callback_token = Secret("")
    connection.save()
    assert hook(signed(""), EVENT).status_code == 403
