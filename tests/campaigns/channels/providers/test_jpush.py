"""App pushes by the stand-in: one cid a delivery, every error, every cut."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from campaigns.channels.adapters import ADAPTERS, Outcome, Trace
from campaigns.channels.provider_models import Connection, JpushJob
from campaigns.channels.secrets import Secret

ADAPTER = ADAPTERS["jpush"]
PUSH, CID = "v3/push", "v3/push/cid"


def accepted(standin) -> list[str]:
    return [one["key"] for one in standin.recorder.accepted(PUSH)]


def test_a_push_opens_the_piece_by_its_tracked_link(to_app, standin, monkeypatch):
    seen = []
    real = standin.jpush._push
    monkeypatch.setattr(
        standin.jpush, "_push", lambda key, body: (seen.append(body), real(key, body))[1]
    )
    asked = to_app()
    receipt = ADAPTER.send(asked)
    assert receipt.outcome == Outcome.SENT
    assert "msg_id 1" in receipt.detail
    text = seen[0].decode()
    assert '"tag": ["herders", "elderly"]' in text
    assert text.count("http://testserver/q/Ab3x") == 2
    assert "退保骗局" in text
    assert accepted(standin) == [JpushJob.objects.get().cid]


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (1011, Outcome.FAILED),
        (1004, Outcome.FAILED),
        (1003, Outcome.FAILED),
        (1005, Outcome.FAILED),
        (2002, Outcome.TEMPORARY),
        (1000, Outcome.UNKNOWN),
        (1030, Outcome.UNKNOWN),
    ],
)
def test_every_error_means_something(to_app, standin, code, outcome):
    standin.faults.add(PUSH, "code", code)
    asked = to_app()
    receipt = ADAPTER.send(asked)
    assert receipt.outcome == outcome
    assert str(code) in receipt.detail
    assert (receipt.retry_after or 0) <= 60
    assert bool(receipt.retry_after) == (outcome != Outcome.FAILED)
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert len(accepted(standin)) == 1


def test_no_device_with_these_tags_is_told(to_app, standin):
    standin.jpush.known_tags = {"youth"}
    receipt = ADAPTER.send(to_app())
    assert receipt.outcome == Outcome.FAILED
    assert "1011" in receipt.detail


def test_wrong_credentials_are_told(to_app, standin, app_account):
    app_account.connection.secret = Secret("wrong")
    app_account.connection.save()
    receipt = ADAPTER.send(to_app())
    assert (receipt.outcome, "401" in receipt.detail) == (Outcome.FAILED, True)


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "hang_before", "hang_after", "junk"])
@pytest.mark.parametrize("by", ["send", "reconcile"])
def test_the_same_cid_is_used_again(to_app, standin, kind, by):
    standin.faults.add(PUSH, kind)
    asked = to_app()
    assert ADAPTER.send(asked).outcome == Outcome.UNKNOWN
    if by == "send":
        assert ADAPTER.send(asked).outcome == Outcome.SENT
    else:
        assert ADAPTER.reconcile(asked).trace == Trace.FOUND
    assert ADAPTER.reconcile(asked).trace == Trace.FOUND
    calls = [one["key"] for one in standin.recorder.calls if one["call"] == PUSH]
    assert len(set(calls)) == 1
    assert len(accepted(standin)) == 1


@pytest.mark.parametrize("code", [1011, 2002])
def test_a_refusal_of_the_second_try_says_nothing_about_the_first(to_app, standin, code):
    standin.faults.add(PUSH, "cut_after")
    standin.faults.add(PUSH, "code", code)
    asked = to_app()
    ADAPTER.send(asked)
    receipt = ADAPTER.send(asked)
    assert (receipt.outcome, str(code) in receipt.detail) == (Outcome.UNKNOWN, True)
    assert ADAPTER.reconcile(asked).trace == Trace.FOUND
    assert len(accepted(standin)) == 1


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "hang_after", "junk", "status"])
def test_without_a_cid_nothing_was_pushed(to_app, standin, kind):
    standin.faults.add(CID, kind, 502)
    asked = to_app()
    assert ADAPTER.send(asked).outcome == Outcome.TEMPORARY
    assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND


@pytest.mark.parametrize("hours", [3, 30])
def test_too_late_to_ask_nobody_guesses(to_app, standin, hours):
    standin.faults.add(PUSH, "cut_before")
    asked = to_app()
    ADAPTER.send(asked)
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        assert ADAPTER.reconcile(asked).trace == Trace.CANNOT_TELL
    assert accepted(standin) == []


def test_many_pushes_with_random_cuts_each_go_out_once(to_app, standin):
    chance = random.Random(7)
    first = to_app()
    keys = [uuid4() for _ in range(100)]
    todo = dict.fromkeys(keys, "send")
    for _round in range(30):
        for key in list(todo):
            if chance.random() < 0.4:
                standin.faults.add(PUSH, chance.choice(["cut_before", "cut_after", "junk"]))
            asked = replace(first, key=key)
            if todo[key] == "send":
                done = ADAPTER.send(asked).outcome == Outcome.SENT
            else:
                done = ADAPTER.reconcile(asked).trace == Trace.FOUND
            if done:
                del todo[key]
            else:
                todo[key] = "ask"
    assert todo == {}
    assert len(accepted(standin)) == len(set(accepted(standin))) == 100


def test_preflight_says_what_jpush_would_refuse(to_app, settings):
    asked = to_app()
    assert ADAPTER.preflight(asked) == []
    Connection.objects.update(tags=",".join(f"t{n}" for n in range(21)))
    assert [one.code for one in ADAPTER.preflight(asked)] == ["jpush.tags"]
    Connection.objects.all().delete()
    assert [one.code for one in ADAPTER.preflight(asked)] == ["jpush.credentials"]
    assert ADAPTER.send(asked).outcome == Outcome.FAILED
