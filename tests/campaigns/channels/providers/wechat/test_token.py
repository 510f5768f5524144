"""One token for several processes."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.channels.adapters.wechat.client import WechatClient
from campaigns.channels.adapters.wechat.errors import NotSentError
from campaigns.channels.adapters.wechat.token import token_instead_of, token_of
from campaigns.channels.provider_models import AccessToken
from campaigns.channels.secrets import Secret, seal


@pytest.fixture
def other_process(wechat_account):
    """Another process holds the lease; while we wait it does what `then` says."""
    row = AccessToken.objects.create(
        account=wechat_account,
        held_by="another",
        held_until=timezone.now() + timedelta(seconds=30),
    )

    def make(monkeypatch, then):
        waited = []

        def sleep(_seconds):
            waited.append(1)
            if len(waited) == 3:
                then(row)

        monkeypatch.setattr("campaigns.channels.adapters.wechat.token.time.sleep", sleep)
        return waited

    return make


def stored(value: str):
    """Have the other process store its token."""

    def store(row):
        AccessToken.objects.filter(pk=row.pk).update(
            sealed_value=seal(Secret(value)),
            expires_at=timezone.now() + timedelta(hours=2),
            version=row.version + 1,
            held_by="",
            held_until=None,
        )

    return store


def no_fetch(_force):
    raise AssertionError("two processes refresh against each other")


def test_one_process_refreshes_and_the_others_wait(wechat_account, other_process, monkeypatch):
    waited = other_process(monkeypatch, stored("from-the-other"))
    assert token_of(wechat_account, no_fetch).reveal() == "from-the-other"
    assert len(waited) == 3


def test_a_refusal_that_another_process_has_seen_to_needs_no_refresh(wechat_account, monkeypatch):
    row = AccessToken.objects.create(account=wechat_account)
    stored("new")(row)
    assert token_instead_of(wechat_account, Secret("old"), no_fetch).reveal() == "new"


def test_a_dead_process_holds_the_lease_no_longer_than_it_may(wechat_account, other_process):
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        token = token_of(wechat_account, lambda _force: (Secret("ours"), 7200))
    assert token.reveal() == "ours"


def test_who_died_while_asking_leaves_the_lease_free(wechat_account):
    def broken(_force):
        raise NotSentError("x")

    with pytest.raises(NotSentError):
        token_of(wechat_account, broken)
    assert token_of(wechat_account, lambda _force: (Secret("next"), 7200)).reveal() == "next"


def test_who_wakes_up_late_stores_nothing(wechat_account):
    def overtaken(_force):
        stored("newer")(AccessToken.objects.get())
        return Secret("older"), 7200

    token_of(wechat_account, overtaken)
    assert token_of(wechat_account, no_fetch).reveal() == "newer"


def test_two_clients_share_one_token(to_wechat, standin):
    account = to_wechat().account
    for _ in range(2):
        with WechatClient(account) as client:
            list(client.published())
    assert len(standin.recorder.accepted("stable_token")) == 1
