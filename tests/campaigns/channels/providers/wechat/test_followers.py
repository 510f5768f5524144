"""Messages to followers: one a push, and what may still become of it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.channels.adapters import ADAPTERS, Outcome, Trace
from campaigns.channels.provider_models import WechatJob
from tests.campaigns.channels.providers.held import (
    MASS,
    accepted,
    held,
)

ADAPTER = ADAPTERS["wechat"]


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "hang_after"])
def test_a_message_to_followers_goes_out_once(to_followers, standin, kind):
    standin.faults.add(MASS, kind)
    asked = to_followers()
    assert ADAPTER.send(asked).outcome == Outcome.UNKNOWN
    with time_machine.travel(timezone.now() + timedelta(seconds=601)):
        trace = ADAPTER.reconcile(asked).trace
        assert trace == (Trace.NOT_FOUND if kind == "cut_before" else Trace.FOUND)
        assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert accepted(standin, MASS) == [asked.key.hex]


def test_the_message_that_is_there_already_is_taken_for_ours(to_followers, standin):
    asked = to_followers()
    standin.faults.add(MASS, "code", 45065)
    standin.faults.add("mass/get", "code", -1)
    receipt = ADAPTER.send(asked)
    assert receipt.outcome == Outcome.PENDING
    assert WechatJob.objects.get().message_id == "1"


def test_sending_may_wait_for_a_person_and_fail(to_followers, standin):
    standin.wechat.mass_outcomes.append("SENDING")
    asked = to_followers()
    receipt = ADAPTER.send(asked)
    assert receipt.outcome == Outcome.PENDING
    assert "30" in receipt.detail
    [message] = held(standin)["messages"].values()
    message["status"] = "SEND_FAIL"
    assert ADAPTER.reconcile(asked).trace == Trace.REFUSED


def test_a_used_up_quota_is_told(to_followers, standin):
    standin.wechat.mass_a_day = 0
    receipt = ADAPTER.send(to_followers())
    assert receipt.outcome == Outcome.FAILED
    assert "45028" in receipt.detail
