"""The straight way of a piece to WeChat, and back."""

from uuid import uuid4

import pytest

from campaigns.channels.adapters import ADAPTERS, Outcome, Trace
from campaigns.channels.provider_models import Connection
from tests.campaigns.channels.providers.held import (
    SUBMIT,
    accepted,
    held,
)
from tests.factories import make_case

ADAPTER = ADAPTERS["wechat"]


def test_a_piece_is_published_with_its_tracked_link(to_wechat, standin):
    asked = to_wechat()
    receipt = ADAPTER.send(asked)
    assert receipt.outcome == Outcome.SENT, receipt
    assert receipt.url.startswith("http://mp.weixin.qq.com/")
    assert accepted(standin) == [str(asked.key)]
    account = held(standin)
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
    account = held(standin)
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
    account = held(standin)
    [article] = [one["articles"][0] for one in account["articles"].values()]
    assert article["article_type"] == "newspic"
    assert len(article["image_info"]["image_list"]) == 2
    assert "<" not in article["content"]


def test_an_article_is_taken_down_once(to_wechat, standin):
    asked = to_wechat()
    ADAPTER.send(asked)
    standin.faults.add("freepublish/delete", "cut_after")
    assert ADAPTER.withdraw(asked).outcome == Outcome.UNKNOWN
    assert ADAPTER.withdraw(asked).outcome == Outcome.SENT
    assert ADAPTER.withdraw(asked).outcome == Outcome.SENT
    [article] = held(standin)["articles"].values()
    assert article["deleted"]


def test_a_message_to_followers_is_taken_back(to_followers, standin):
    asked = to_followers()
    ADAPTER.send(asked)
    assert ADAPTER.withdraw(asked).outcome == Outcome.SENT
    [message] = held(standin)["messages"].values()
    assert message["status"] == "DELETE"
