"""WeChat by its stand-in: every step, every error, every cut; nothing goes out twice."""

import logging
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
from campaigns.channels.adapters.wechat.errors import NotConnectedError, NotSentError
from campaigns.channels.adapters.wechat.token import token_instead_of, token_of
from campaigns.channels.provider_models import AccessToken, Connection, WechatJob
from campaigns.channels.secrets import Secret, seal
from tests.factories import make_article, make_case

ADAPTER = ADAPTERS["wechat"]
SUBMIT, ADD, GET = "freepublish/submit", "draft/add", "freepublish/get"
MASS = "message/mass/sendall"
STEPS = ["stable_token", "media/uploadimg", "material/add_material", ADD, SUBMIT]


def accepted(standin, call: str = SUBMIT) -> list[str]:
    return [one["key"] for one in standin.recorder.accepted(call)]


def published(standin) -> int:
    return sum(len(one["articles"]) for one in standin.wechat.state["accounts"].values())


# --- The straight way -----------------------------------------------------------------------------


def test_a_piece_is_published_with_its_tracked_link(to_wechat, standin):
    asked = to_wechat()
    receipt = ADAPTER.send(asked)
    assert receipt.outcome == Outcome.SENT, receipt
    assert receipt.url.startswith("http://mp.weixin.qq.com/")
    assert accepted(standin) == [str(asked.key)]
    account = standin.wechat.state["accounts"]["wx0000000000000001"]
    [article] = [one["articles"][0] for one in account["articles"].values()]
    assert article["title"] == "退保骗局"
    assert article["author"] == "集团消保"
    assert article["content_source_url"] == f"http://testserver/q/Ab3x#push-{asked.key.hex}"
    assert "李某接到电话。" in article["content"]
    assert article["content"].count("mmbiz.qpic.cn") == 1  # the QR code


def test_publishing_that_takes_its_time_is_pending_until_it_is_done(to_wechat, standin):
    standin.wechat.publish_seconds = 30
    asked = to_wechat()
    assert ADAPTER.send(asked).outcome == Outcome.PENDING
    assert ADAPTER.reconcile(asked).trace == Trace.PENDING
    assert ADAPTER.send(asked).outcome == Outcome.PENDING
    standin.offset += 31
    finding = ADAPTER.reconcile(asked)
    assert finding.trace == Trace.FOUND
    assert finding.url
    assert len(accepted(standin)) == 1


@pytest.mark.parametrize(
    ("status", "trace"),
    [
        (2, Trace.REFUSED),
        (3, Trace.REFUSED),
        (4, Trace.REFUSED),
        (5, Trace.FOUND),
        (6, Trace.FOUND),
    ],
)
def test_what_publishing_came_to_is_told(to_wechat, standin, status, trace):
    standin.wechat.publish_outcomes.append(status)
    asked = to_wechat()
    outcome = Outcome.FAILED if trace == Trace.REFUSED else Outcome.SENT
    receipt = ADAPTER.send(asked)
    assert (receipt.outcome, str(status) in receipt.detail) == (outcome, True)
    assert ADAPTER.reconcile(asked).trace == trace


def test_what_wechat_refused_can_be_sent_again_as_it_is_now(to_wechat, standin):
    standin.wechat.publish_outcomes.append(4)
    asked = to_wechat()
    assert ADAPTER.send(asked).outcome == Outcome.FAILED
    asked.page.title = "改过的标题"
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    account = standin.wechat.state["accounts"]["wx0000000000000001"]
    assert [one["articles"][0]["title"] for one in account["articles"].values()] == ["改过的标题"]
    assert account["drafts"] == {}


def test_pictures_are_uploaded_once_an_account(to_wechat, standin):
    ADAPTER.send(to_wechat())
    first = len(standin.recorder.accepted("material/add_material"))
    ADAPTER.send(to_wechat(make_case("case-2"), key=uuid4()))
    assert len(standin.recorder.accepted("material/add_material")) == first == 1


def test_a_long_image_goes_out_as_pictures(to_wechat, standin, wechat_account):
    Connection.objects.update(form="newspic")
    asked = to_wechat()
    standin.faults.add(SUBMIT, "cut_after")
    assert ADAPTER.send(asked).outcome == Outcome.UNKNOWN
    assert ADAPTER.reconcile(asked).trace == Trace.FOUND
    account = standin.wechat.state["accounts"]["wx0000000000000001"]
    [article] = [one["articles"][0] for one in account["articles"].values()]
    assert article["article_type"] == "newspic"
    assert len(article["image_info"]["image_list"]) == 2
    assert "<" not in article["content"]


# --- Errors ---------------------------------------------------------------------------------------


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


# --- Cuts and time-outs ---------------------------------------------------------------------------


@pytest.mark.parametrize("call", STEPS[:-1])
@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "hang_after", "junk", "status"])
def test_whatever_breaks_before_it_is_handed_in_is_done_again(to_wechat, standin, call, kind):
    standin.faults.add(call, kind, 502)
    asked = to_wechat()
    assert ADAPTER.send(asked).outcome == Outcome.TEMPORARY
    assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND
    account = standin.wechat.state["accounts"].get("wx0000000000000001", {"drafts": {}})
    assert account["drafts"] == {}
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
    """WeChat took longer than we waited: the same draft is handed in, and that is refused."""
    standin.wechat.publish_seconds = 700
    standin.faults.add(SUBMIT, "cut_after")
    asked = to_wechat()
    ADAPTER.send(asked)
    with time_machine.travel(timezone.now() + timedelta(seconds=650)):
        assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND
        job = WechatJob.objects.get()
        job.submitted_at, job.unanswered = None, True
        job.save()
    standin.offset += 701
    receipt = ADAPTER.send(asked)
    assert receipt.outcome == Outcome.UNKNOWN
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
    assert standin.wechat.state["accounts"]["wx0000000000000001"]["drafts"] == {}


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


# --- To followers ---------------------------------------------------------------------------------


@pytest.fixture
def to_followers(to_wechat, standin):
    Connection.objects.update(mode="mass")
    standin.wechat.mass_a_day = 5
    return to_wechat


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
    [message] = standin.wechat.state["accounts"]["wx0000000000000001"]["messages"].values()
    message["status"] = "SEND_FAIL"
    assert ADAPTER.reconcile(asked).trace == Trace.REFUSED


def test_a_used_up_quota_is_told(to_followers, standin):
    standin.wechat.mass_a_day = 0
    receipt = ADAPTER.send(to_followers())
    assert receipt.outcome == Outcome.FAILED
    assert "45028" in receipt.detail


# --- Taking back ----------------------------------------------------------------------------------


def test_an_article_is_taken_down_once(to_wechat, standin):
    asked = to_wechat()
    ADAPTER.send(asked)
    standin.faults.add("freepublish/delete", "cut_after")
    assert ADAPTER.withdraw(asked).outcome == Outcome.UNKNOWN
    assert ADAPTER.withdraw(asked).outcome == Outcome.SENT
    assert ADAPTER.withdraw(asked).outcome == Outcome.SENT
    [article] = standin.wechat.state["accounts"]["wx0000000000000001"]["articles"].values()
    assert article["deleted"]


def test_a_message_to_followers_is_taken_back(to_followers, standin):
    asked = to_followers()
    ADAPTER.send(asked)
    assert ADAPTER.withdraw(asked).outcome == Outcome.SENT
    [message] = standin.wechat.state["accounts"]["wx0000000000000001"]["messages"].values()
    assert message["status"] == "DELETE"


# --- Limits ---------------------------------------------------------------------------------------


def test_preflight_finds_what_wechat_would_refuse(to_wechat, settings):
    asked = to_wechat(make_article("a-1", title="长" * 33, body=[]))
    remarks = {one.code: one.is_error for one in ADAPTER.preflight(asked)}
    assert remarks == {"wechat.title_length": False, "wechat.empty": True}
    settings.WECHAT = {**settings.WECHAT, "title_length": 40, "content_length": 500}
    assert {one.code for one in ADAPTER.preflight(asked)} == {
        "wechat.content_length",
        "wechat.empty",
    }


def test_a_title_that_is_too_long_is_cut_and_stands_above_the_text_whole(to_wechat, standin):
    title = "Борандағы шығын: төлем неге алынбай қала жаздады"
    assert ADAPTER.send(to_wechat(make_case("kk-1", title=title, language="kk"))).outcome == "sent"
    [article] = standin.wechat.state["accounts"]["wx0000000000000001"]["articles"].values()
    assert article["articles"][0]["title"] == title[:31].rstrip() + "…"
    assert title in article["articles"][0]["content"]


def test_preflight_has_nothing_against_a_good_piece(to_wechat):
    assert ADAPTER.preflight(to_wechat()) == []


def test_a_long_summary_is_cut(to_wechat, standin):
    ADAPTER.send(to_wechat(make_case("case-9", summary="摘" * 300)))
    [article] = standin.wechat.state["accounts"]["wx0000000000000001"]["articles"].values()
    assert len(article["articles"][0]["digest"]) == 128


# --- Secrets --------------------------------------------------------------------------------------


def test_no_secret_and_no_token_gets_into_logs_or_receipts(to_wechat, standin, caplog):
    caplog.set_level(logging.DEBUG)
    told, page = [], make_case("case-1")
    for fault in ("cut_after", "status", "code", "hang_after"):
        standin.faults.add(SUBMIT, fault, 502)
        asked = to_wechat(page, key=uuid4())
        receipt = ADAPTER.send(asked)
        told += [repr(receipt), repr(ADAPTER.reconcile(asked))]
    token = standin.wechat.state["accounts"]["wx0000000000000001"]["token"]
    everything = caplog.text + "".join(told)
    kept = str(list(Connection.objects.values())) + str(list(AccessToken.objects.values()))
    for secret in ("app-secret-5d41402abc4b", token):
        assert secret not in everything
        assert secret not in kept


# --- Tokens of several processes ------------------------------------------------------------------


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
