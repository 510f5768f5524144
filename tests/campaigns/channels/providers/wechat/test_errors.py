"""Every error code of WeChat's means something."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.channels.adapters import ADAPTERS, Outcome
from campaigns.channels.adapters.wechat.errors import NotConnectedError
from campaigns.channels.provider_models import AccessToken, Connection
from tests.campaigns.channels.providers.held import (
    ADD,
    STEPS,
    SUBMIT,
    accepted,
)

ADAPTER = ADAPTERS["wechat"]


@pytest.mark.parametrize("call", [ADD, SUBMIT])
@pytest.mark.parametrize(
    ("code", "outcome", "wait"),
    [
        (-1, Outcome.TEMPORARY, 60),
        (45009, Outcome.TEMPORARY, 600),
        (45011, Outcome.TEMPORARY, 600),
        (45028, Outcome.FAILED, None),
        (40164, Outcome.FAILED, None),
        (48001, Outcome.FAILED, None),
        (44003, Outcome.FAILED, None),
        (47001, Outcome.FAILED, None),
        (53503, Outcome.FAILED, None),
        (99999, Outcome.FAILED, None),
    ],
)
def test_every_error_code_means_something(  # noqa: PLR0917
    to_wechat, standin, call, code, outcome, wait
):
    standin.faults.add(call, "code", code)
    asked = to_wechat()
    receipt = ADAPTER.send(asked)
    assert (receipt.outcome, receipt.retry_after) == (outcome, wait)
    assert str(code) in receipt.detail
    assert accepted(standin) == []
    # The next try begins where this one stopped.
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert len(accepted(standin)) == 1


@pytest.mark.parametrize("code", [40001, 40014, 42001])
@pytest.mark.parametrize("call", [ADD, SUBMIT])
def test_a_refused_token_is_renewed_once(to_wechat, standin, call, code):
    standin.faults.add(call, "code", code)
    assert ADAPTER.send(to_wechat()).outcome == Outcome.SENT
    assert len(accepted(standin)) == 1


def test_a_token_that_stays_refused_is_a_reason_to_wait(to_wechat, standin):
    standin.faults.add(SUBMIT, "code", 42001, times=2)
    assert ADAPTER.send(to_wechat()).outcome == Outcome.TEMPORARY


def test_a_token_may_expire_on_the_way(to_wechat, standin):
    for call in STEPS[1:]:
        standin.faults.add(call, "expire")
    assert ADAPTER.send(to_wechat()).outcome == Outcome.SENT
    assert len(accepted(standin)) == 1


def test_forced_renewals_are_limited(to_wechat, standin, settings):
    settings.WECHAT = {**settings.WECHAT, "forced_refreshes_a_day": 1}
    asked = to_wechat()
    standin.faults.add(ADD, "code", 40001)
    standin.faults.add(SUBMIT, "code", 40001)
    assert ADAPTER.send(asked).outcome == Outcome.TEMPORARY
    assert AccessToken.objects.get().forced_count == 1
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert ADAPTER.send(asked).outcome == Outcome.SENT


@pytest.mark.parametrize("code", [40001, 40125, 40013, 40164])
def test_wrong_credentials_are_told_in_words(to_wechat, standin, code):
    standin.faults.add("stable_token", "code", code)
    receipt = ADAPTER.send(to_wechat())
    assert receipt.outcome == Outcome.FAILED
    assert str(code) in receipt.detail
    # The code and what to do about it.
    assert ". " in receipt.detail


def test_an_account_that_is_not_connected_sends_nothing(to_wechat, standin):
    Connection.objects.all().delete()
    asked = to_wechat()
    assert [remark.code for remark in ADAPTER.preflight(asked)] == ["wechat.credentials"]
    assert ADAPTER.send(asked).outcome == Outcome.FAILED
    with pytest.raises(NotConnectedError):
        ADAPTER.test_connection(asked.account)
    assert standin.recorder.calls == []


def test_nobody_listening_is_a_reason_to_try_again(to_wechat, standin, settings):
    asked = to_wechat()
    settings.WECHAT_API_BASE = "http://127.0.0.1:9"
    receipt = ADAPTER.send(asked)
    assert (receipt.outcome, receipt.retry_after) == (Outcome.TEMPORARY, 60)
