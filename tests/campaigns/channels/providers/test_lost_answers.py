"""No answer came when it was handed in: what is done when, by a clock that stands still.

Judged by the stand-in's own record, as decisions/0028 has it. The clock is moved for both sides.
"""

from datetime import datetime, timedelta

import pytest
import time_machine

from campaigns.calendar.windows import BEIJING
from campaigns.channels.adapters import ADAPTERS, Outcome, Trace
from campaigns.channels.provider_models import JpushJob, WechatJob
from tests.campaigns.channels.providers.held import MASS, SUBMIT, accepted, held

WECHAT, APP = ADAPTERS["wechat"], ADAPTERS["jpush"]
PUSH = "v3/push"
NINE = datetime(2026, 3, 10, 9, 0, tzinfo=BEIJING)
SETTLE = 600
# Seconds after a submission at which somebody asks; the last is the last at which it is too early.
TOO_EARLY = [0, 1, 5, 30, 60, 120, 240, 299, 300, 301, 450, 540, 598, SETTLE - 1]
LATER = [SETTLE, SETTLE + 1, 700, 900, 1300, 3600, 7200]


@pytest.fixture
def clock(settings):
    settings.WECHAT = {**settings.WECHAT, "settle_seconds": SETTLE}
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def at(clock):
    """Go to so many seconds after nine."""
    return lambda seconds: clock.move_to(NINE + timedelta(seconds=seconds))


@pytest.fixture
def to_wechat(clock, to_wechat):
    return to_wechat


@pytest.fixture
def to_followers(clock, to_followers):
    return to_followers


@pytest.fixture
def to_app(clock, to_app):
    return to_app


def as_the_engine(asked, adapter=WECHAT) -> Outcome:
    """Ask first; hand it in again only if the channel does not hold it."""
    trace = adapter.reconcile(asked).trace
    if trace == Trace.NOT_FOUND:
        return adapter.send(asked).outcome
    return {
        Trace.FOUND: Outcome.SENT,
        Trace.REFUSED: Outcome.FAILED,
        Trace.PENDING: Outcome.PENDING,
    }.get(trace, Outcome.UNKNOWN)


def as_a_person(asked, adapter=WECHAT) -> Outcome:
    """Try again at once, without asking."""
    return adapter.send(asked).outcome


@pytest.fixture(params=[as_the_engine, as_a_person])
def go_on(request):
    return request.param


def story(standin) -> list[tuple[str, object]]:
    """The record's lines of submissions and of what came of them: accepted, or the code."""
    told = (SUBMIT, MASS, "publication refused", "message refused")
    return [
        (one["call"], one["accepted"] or one["code"])
        for one in standin.recorder.calls
        if one["call"] in told
    ]


# --- Quiet publishing -----------------------------------------------------------------------------


@pytest.mark.parametrize("publishing", [1, 290, 599])
@pytest.mark.parametrize("kind", ["cut_after", "junk"])
def test_accepted_and_slow_it_is_never_handed_in_again(  # noqa: PLR0917
    to_wechat, standin, at, go_on, kind, publishing
):
    standin.wechat.publish_seconds = publishing
    standin.faults.add(SUBMIT, kind)
    asked = to_wechat()
    assert WECHAT.send(asked).outcome == Outcome.UNKNOWN
    for seconds in TOO_EARLY + LATER:
        at(seconds)
        done = seconds >= publishing
        assert go_on(asked) == (Outcome.SENT if done else Outcome.UNKNOWN), seconds
        assert accepted(standin) == [str(asked.key)], seconds
    assert len(held(standin)["articles"]) == 1


@pytest.mark.parametrize("kind", ["cut_before", "status"])
def test_not_accepted_it_is_handed_in_again_once_after_settling(
    to_wechat, standin, at, go_on, kind
):
    standin.faults.add(SUBMIT, kind, 502)
    asked = to_wechat()
    assert WECHAT.send(asked).outcome == Outcome.UNKNOWN
    draft = WechatJob.objects.get().draft_media_id
    for seconds in TOO_EARLY:
        at(seconds)
        assert go_on(asked) == Outcome.UNKNOWN, seconds
        assert accepted(standin) == [], seconds
    for seconds in LATER:
        at(seconds)
        assert go_on(asked) == Outcome.SENT, seconds
        assert accepted(standin) == [str(asked.key)], seconds
    assert len(held(standin)["articles"]) == 1
    # It was the same draft.
    assert [one["media_id"] for one in held(standin)["jobs"].values()] == [draft]


@pytest.mark.parametrize(("first", "again_at"), [(("cut_before", 0), SETTLE), (("code", -1), 700)])
def test_each_submission_is_waited_for_anew(  # noqa: PLR0917
    to_wechat, standin, at, go_on, first, again_at
):
    """Neither the draft's age nor the first submission's counts: this one's publication runs."""
    standin.wechat.publish_seconds = 590
    standin.faults.add(SUBMIT, *first)
    asked = to_wechat()
    WECHAT.send(asked)
    at(again_at)
    standin.faults.add(SUBMIT, "cut_after")
    assert go_on(asked) == Outcome.UNKNOWN
    for seconds in TOO_EARLY + LATER:
        at(again_at + seconds)
        done = seconds >= 590
        assert go_on(asked) == (Outcome.SENT if done else Outcome.UNKNOWN), seconds
        assert accepted(standin) == [str(asked.key)], seconds
    assert len(held(standin)["articles"]) == 1


def test_published_between_the_question_and_the_second_submission(to_wechat, standin, at):
    """WeChat needed a little longer than it is given: the second submission asks once more."""
    standin.wechat.publish_seconds = SETTLE + 1
    standin.faults.add(SUBMIT, "cut_after")
    asked = to_wechat()
    WECHAT.send(asked)
    at(SETTLE)
    assert WECHAT.reconcile(asked).trace == Trace.NOT_FOUND
    at(SETTLE + 1)
    assert WECHAT.send(asked).outcome == Outcome.SENT
    assert accepted(standin) == [str(asked.key)]
    assert len(held(standin)["articles"]) == 1


@pytest.mark.parametrize(("asked_at", "trace"), [(610, Trace.NOT_FOUND), (700, Trace.FOUND)])
def test_a_draft_handed_in_without_an_answer_is_never_replaced(
    to_wechat, standin, at, asked_at, trace
):
    """The second submission is refused as too busy, and whoever would try again is killed."""
    standin.wechat.publish_seconds = 650
    standin.faults.add(SUBMIT, "cut_after")
    standin.faults.add(SUBMIT, "code", -1)
    asked = to_wechat()
    WECHAT.send(asked)
    draft = WechatJob.objects.get().draft_media_id
    at(SETTLE)
    assert WECHAT.send(asked).outcome == Outcome.TEMPORARY
    at(asked_at)
    assert WECHAT.reconcile(asked).trace == trace
    assert WechatJob.objects.get().draft_media_id == draft
    at(700)
    assert WECHAT.send(asked).outcome == Outcome.SENT
    assert accepted(standin) == [str(asked.key)]
    assert len(held(standin)["articles"]) == 1


def test_published_twice_after_all_is_told(to_wechat, standin, at):
    """What remains: WeChat needs longer than is waited, and takes the draft that it works on."""
    standin.wechat.publish_seconds = SETTLE + 100
    standin.faults.add(SUBMIT, "cut_after")
    asked = to_wechat()
    WECHAT.send(asked)
    at(SETTLE)
    assert as_the_engine(asked) == Outcome.PENDING
    at(SETTLE + 700)
    finding = WECHAT.reconcile(asked)
    first, second = held(standin)["articles"]
    assert finding.trace == Trace.FOUND
    assert (first in finding.detail, second in finding.detail) == (True, True)


@pytest.mark.parametrize("status", [2, 3, 4])
def test_accepted_and_then_refused_is_told_by_the_second_submission(
    to_wechat, standin, at, go_on, status
):
    """Without an answer it looks as if it had not been accepted; nothing became public."""
    standin.wechat.publish_seconds = 30
    standin.wechat.publish_outcomes.extend([status, status])
    standin.faults.add(SUBMIT, "cut_after")
    asked = to_wechat()
    WECHAT.send(asked)
    for seconds in TOO_EARLY:
        at(seconds)
        assert go_on(asked) == Outcome.UNKNOWN, seconds
    at(SETTLE)
    assert go_on(asked) == Outcome.PENDING
    at(SETTLE + 30)
    finding = WECHAT.reconcile(asked)
    assert finding.trace == Trace.REFUSED
    assert f"publish_status {status}" in finding.detail
    assert WECHAT.reconcile(asked).trace == Trace.REFUSED
    assert story(standin) == [(SUBMIT, True), ("publication refused", status)] * 2
    assert held(standin)["articles"] == {}
    # A person wants it all the same: another draft, and nothing of the first is left.
    assert WECHAT.send(asked).outcome == Outcome.PENDING
    at(SETTLE + 60)
    assert go_on(asked) == Outcome.SENT
    assert (len(held(standin)["articles"]), held(standin)["drafts"]) == (1, {})


def test_accepted_then_refused_and_accepted_again_is_public_once(to_wechat, standin, at, go_on):
    standin.wechat.publish_outcomes.append(3)
    standin.faults.add(SUBMIT, "cut_after")
    asked = to_wechat()
    WECHAT.send(asked)
    for seconds in TOO_EARLY + LATER:
        at(seconds)
        done = seconds >= SETTLE
        assert go_on(asked) == (Outcome.SENT if done else Outcome.UNKNOWN), seconds
    assert story(standin) == [(SUBMIT, True), ("publication refused", 3), (SUBMIT, True)]
    assert len(held(standin)["articles"]) == 1


# --- To followers ---------------------------------------------------------------------------------


def test_a_message_is_known_again_by_its_own_id(to_followers, standin, at, go_on):
    """WeChat still shows the draft; handed in again, it names the message that is there (45065)."""
    standin.faults.add(MASS, "cut_after")
    asked = to_followers()
    WECHAT.send(asked)
    [(number, message)] = held(standin)["messages"].items()
    draft = WechatJob.objects.get().draft_media_id
    held(standin)["drafts"][draft] = {"articles": message["articles"], "at": 0}
    for seconds in TOO_EARLY + LATER:
        at(seconds)
        done = seconds >= SETTLE
        assert go_on(asked) == (Outcome.SENT if done else Outcome.UNKNOWN), seconds
        assert accepted(standin, MASS) == [asked.key.hex], seconds
    assert WechatJob.objects.get().message_id == number
    assert story(standin) == [(MASS, True), (MASS, 45065)]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("SEND_SUCCESS", Outcome.SENT),
        ("SENDING", Outcome.PENDING),
        ("SEND_FAIL", Outcome.FAILED),
    ],
)
def test_a_message_whose_draft_is_gone_says_how_it_went(to_followers, standin, at, status, outcome):
    """The draft goes when WeChat takes it; an administrator may have to confirm it all the same."""
    standin.wechat.mass_outcomes.append("SENDING")
    standin.faults.add(MASS, "cut_after")
    asked = to_followers()
    WECHAT.send(asked)
    [(number, message)] = held(standin)["messages"].items()
    message["status"] = status
    at(60)
    assert as_the_engine(asked) == outcome
    assert WechatJob.objects.get().message_id == number
    assert accepted(standin, MASS) == [asked.key.hex]


def test_a_message_that_nobody_confirmed_is_told(to_followers, standin, at):
    standin.wechat.mass_outcomes.append("SEND_FAIL")
    standin.faults.add(MASS, "cut_after")
    asked = to_followers()
    WECHAT.send(asked)
    for seconds in TOO_EARLY:
        at(seconds)
        assert as_the_engine(asked) == Outcome.UNKNOWN, seconds
    at(SETTLE)
    assert as_the_engine(asked) == Outcome.FAILED
    told = [(MASS, True), ("message refused", "SEND_FAIL"), (MASS, 45065)]
    assert story(standin) == told


# --- JPush ----------------------------------------------------------------------------------------


def test_an_app_push_is_repeated_with_the_same_cid(to_app, standin, at, go_on):
    standin.faults.add(PUSH, "cut_after", times=len(TOO_EARLY))
    asked = to_app()
    for seconds in TOO_EARLY[:-1]:
        at(seconds)
        assert go_on(asked, APP) == Outcome.UNKNOWN, seconds
    at(SETTLE)
    go_on(asked, APP)
    for seconds in LATER:
        at(seconds)
        assert go_on(asked, APP) == Outcome.SENT, seconds
    calls = [one for one in standin.recorder.calls if one["call"] == PUSH]
    assert {one["key"] for one in calls} == {JpushJob.objects.get().cid}
    assert {one["delivery"] for one in calls} == {str(asked.key)}
    assert [one["code"] for one in calls] == [0] + ["repeated"] * (len(calls) - 1)
    assert len(standin.jpush.state["messages"]) == 1
