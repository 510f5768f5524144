"""A submission to WeChat without an answer, minute by minute: the engine and the adapter together.

Judged by the stand-in's own record. What the adapter does by itself stands in
tests/campaigns/channels/providers/test_lost_answers.py.
"""

from datetime import datetime, timedelta

import pytest

from campaigns.channels.provider_models import Connection
from campaigns.channels.secrets import Secret
from campaigns.channels.standin.server import Standin
from campaigns.pushes import engine
from campaigns.pushes.states import State

SUBMIT = "freepublish/submit"
MINUTES = 60


@pytest.fixture
def standin(settings, clock, account):
    """WeChat, and the account connected to it."""
    server = Standin().start()
    settings.WECHAT_API_BASE = server.address
    account.adapter = "wechat"
    account.save()
    connection = Connection(account=account, app_id="wx1")
    connection.secret = Secret("secret")
    connection.save()
    yield server
    server.stop()


@pytest.fixture
def hour(approve_at, standin, clock):
    """Tick every minute of an hour; the push, and after each tick its state and acceptances."""

    def run() -> tuple:
        push = approve_at(0)
        minutes = []
        for _minute in range(MINUTES):
            engine.tick()
            push.refresh_from_db()
            minutes.append((push.state, len(standin.recorder.accepted(SUBMIT))))
            clock.shift(timedelta(minutes=1))
        return push, minutes

    return run


@pytest.mark.parametrize("publishing", [30, 570])
def test_accepted_and_slow_it_is_handed_in_once(hour, standin, publishing):
    standin.wechat.publish_seconds = publishing
    standin.faults.add(SUBMIT, "cut_after")
    push, minutes = hour()
    assert {accepted for _state, accepted in minutes} == {1}
    states = [state for state, _accepted in minutes]
    until_found = states.index(State.SENT)
    assert set(states[:until_found]) == {State.UNKNOWN}
    assert set(states[until_found:]) == {State.SENT}
    assert push.url


def test_not_accepted_it_is_handed_in_again_once_it_is_certain(hour, standin, settings):
    standin.faults.add(SUBMIT, "cut_before")
    push, minutes = hour()
    assert minutes[-1] == (State.SENT, 1)
    lost, taken = [one for one in standin.recorder.calls if one["call"] == SUBMIT]
    waited = datetime.fromisoformat(taken["at"]) - datetime.fromisoformat(lost["at"])
    assert waited >= timedelta(seconds=settings.WECHAT["settle_seconds"])
    assert lost["key"] == taken["key"] == str(push.key)


def test_accepted_and_refused_it_fails_with_wechats_reason(hour, standin):
    standin.wechat.publish_seconds = 30
    standin.wechat.publish_outcomes.extend([4, 4])
    standin.faults.add(SUBMIT, "cut_after")
    push, minutes = hour()
    assert minutes[-1] == (State.FAILED, 2)
    assert "publish_status 4" in push.transitions.last().reason
    told = [one["call"] for one in standin.recorder.calls]
    assert [one for one in told if one in (SUBMIT, "publication refused")] == [
        SUBMIT,
        "publication refused",
        SUBMIT,
        "publication refused",
    ]
