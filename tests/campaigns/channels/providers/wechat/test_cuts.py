"""Whatever breaks, and wherever a process dies: nothing goes out twice on WeChat."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from campaigns.channels.adapters import ADAPTERS, Outcome, Trace
from campaigns.channels.adapters.wechat import body, steps
from campaigns.channels.adapters.wechat.client import WechatClient
from tests.campaigns.channels.providers.held import (
    ADD,
    GET,
    STEPS,
    SUBMIT,
    accepted,
    held,
    published,
)

ADAPTER = ADAPTERS["wechat"]


@pytest.mark.parametrize("call", STEPS[:-1])
@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "hang_after", "junk", "status"])
def test_whatever_breaks_before_it_is_handed_in_is_done_again(to_wechat, standin, call, kind):
    standin.faults.add(call, kind, 502)
    asked = to_wechat()
    assert ADAPTER.send(asked).outcome == Outcome.TEMPORARY
    assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND
    assert held(standin)["drafts"] == {}
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert len(accepted(standin)) == published(standin) == 1


def test_a_draft_whose_answer_was_lost_is_taken_up_again(to_wechat, standin):
    standin.faults.add(ADD, "cut_after")
    asked = to_wechat()
    ADAPTER.send(asked)
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert len(accepted(standin, ADD)) == 1


def test_of_two_processes_with_the_same_draft_only_one_hands_it_in(to_wechat, standin, monkeypatch):
    """The lease ran out while pictures went up slowly; the other machine was quicker."""
    asked = to_wechat()
    slow = steps.ensure_draft

    def overtaken(client, job, delivery):
        slow(client, job, delivery)
        monkeypatch.setattr(steps, "ensure_draft", slow)
        assert ADAPTER.send(asked).outcome == Outcome.SENT

    monkeypatch.setattr(steps, "ensure_draft", overtaken)
    assert ADAPTER.send(asked).outcome == Outcome.TEMPORARY
    assert len(accepted(standin)) == published(standin) == 1
    # Tried again, it is found.
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert len(accepted(standin)) == 1


@pytest.mark.parametrize("kind", ["cut_before", "hang_before", "status"])
def test_handed_in_without_an_answer_and_not_accepted(to_wechat, standin, kind, settings):
    standin.faults.add(SUBMIT, kind, 502)
    asked = to_wechat()
    assert ADAPTER.send(asked).outcome == Outcome.UNKNOWN
    # WeChat may still be at it.
    assert ADAPTER.reconcile(asked).trace == Trace.CANNOT_TELL
    assert ADAPTER.send(asked).outcome == Outcome.UNKNOWN
    with time_machine.travel(timezone.now() + timedelta(seconds=601)):
        assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND
        assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert accepted(standin) == [str(asked.key)]


@pytest.mark.parametrize("kind", ["cut_after", "hang_after", "junk"])
@pytest.mark.parametrize("seconds", [0, 60])
def test_handed_in_without_an_answer_and_accepted(to_wechat, standin, kind, seconds):
    standin.wechat.publish_seconds = seconds
    standin.faults.add(SUBMIT, kind)
    asked = to_wechat()
    assert ADAPTER.send(asked).outcome == Outcome.UNKNOWN
    if seconds:
        assert ADAPTER.reconcile(asked).trace == Trace.CANNOT_TELL
        standin.offset += 61
    finding = ADAPTER.reconcile(asked)
    assert finding.trace == Trace.FOUND
    assert finding.url
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert len(accepted(standin)) == published(standin) == 1


def test_a_draft_that_is_gone_after_all_is_never_replaced(to_wechat, standin):
    """WeChat took longer than we waited, and publishes just after we have asked: it refuses."""
    standin.wechat.publish_seconds = 700
    standin.faults.add(SUBMIT, "cut_after")
    asked = to_wechat()
    ADAPTER.send(asked)
    standin.faults.add(SUBMIT, "code", 40007)
    with time_machine.travel(timezone.now() + timedelta(seconds=650)):
        assert ADAPTER.send(asked).outcome == Outcome.UNKNOWN
    standin.offset += 701
    assert ADAPTER.reconcile(asked).trace == Trace.FOUND
    assert published(standin) == 1


class KilledError(BaseException):
    """As if the process were gone: nothing of ours may catch it."""


@pytest.mark.parametrize("call", [ADD, SUBMIT, GET])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_between_steps_is_reconciled_right(to_wechat, standin, monkeypatch, call, moment):
    method = {ADD: "add_draft", SUBMIT: "submit", GET: "publishing"}[call]
    real = getattr(WechatClient, method)

    def killed(self, *args):
        if moment == "after":
            real(self, *args)
        raise KilledError

    asked = to_wechat()
    with monkeypatch.context() as patched:
        patched.setattr(WechatClient, method, killed)
        with pytest.raises(KilledError):
            ADAPTER.send(asked)
    public = (call, moment) in {(SUBMIT, "after"), (GET, "before"), (GET, "after")}
    with time_machine.travel(timezone.now() + timedelta(seconds=601)):
        trace = ADAPTER.reconcile(asked).trace
        assert trace == (Trace.FOUND if public else Trace.NOT_FOUND)
        assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert len(accepted(standin)) == published(standin) == 1
    assert held(standin)["drafts"] == {}


@pytest.mark.once
@pytest.mark.long
def test_two_hundred_pushes_with_random_cuts_each_go_out_once(
    to_wechat, standin, settings, monkeypatch
):
    """Driven as the engine does: what is unknown is asked about, the rest is tried again."""
    settings.WECHAT = {**settings.WECHAT, "read_timeout": 0.3}
    chance = random.Random(20261122)
    standin.wechat.publish_seconds = 20
    kinds = ["cut_before", "cut_after", "cut_before", "cut_after", "status", "junk", "expire"]
    first = to_wechat()
    article = body.compose(first)
    monkeypatch.setattr(
        body,
        "compose",
        lambda asked, _author: replace(
            article, source_url=f"{asked.tracked_link}#{body.marker_of(asked.key)}"
        ),
    )
    pending = dict.fromkeys((uuid4() for _ in range(200)), "send")
    with time_machine.travel(timezone.now()) as clock:
        for _round in range(60):
            for key in list(pending):
                if chance.random() < 0.4:
                    call = chance.choice([*STEPS, SUBMIT, SUBMIT, GET, "batchget"])
                    standin.faults.add(call, chance.choice(kinds), 503)
                asked = replace(first, key=key)
                if pending[key] == "send":
                    outcome = ADAPTER.send(asked).outcome
                    assert outcome != Outcome.FAILED
                    after = {Outcome.SENT: None, Outcome.TEMPORARY: "send"}.get(outcome, "ask")
                else:
                    trace = ADAPTER.reconcile(asked).trace
                    after = {Trace.FOUND: None, Trace.NOT_FOUND: "send"}.get(trace, "ask")
                pending[key] = after
                if after is None:
                    del pending[key]
            if not pending:
                break
            clock.shift(timedelta(minutes=5))
    assert pending == {}
    keys = accepted(standin)
    assert len(keys) == len(set(keys)) == published(standin) == 200
