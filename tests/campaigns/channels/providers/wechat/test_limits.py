"""What WeChat takes of a piece, and what of ours nobody else gets."""

import logging
from uuid import uuid4

from campaigns.channels.adapters import ADAPTERS
from campaigns.channels.provider_models import AccessToken, Connection
from tests.campaigns.channels.providers.held import (
    SUBMIT,
    held,
)
from tests.factories import make_article, make_case

ADAPTER = ADAPTERS["wechat"]


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
    [article] = held(standin)["articles"].values()
    assert article["articles"][0]["title"] == title[:31].rstrip() + "…"
    assert title in article["articles"][0]["content"]


def test_preflight_has_nothing_against_a_good_piece(to_wechat):
    assert ADAPTER.preflight(to_wechat()) == []


def test_a_long_summary_is_cut(to_wechat, standin):
    ADAPTER.send(to_wechat(make_case("case-9", summary="摘" * 300)))
    [article] = held(standin)["articles"].values()
    assert len(article["articles"][0]["digest"]) == 128


def test_no_secret_and_no_token_gets_into_logs_or_receipts(to_wechat, standin, caplog):
    caplog.set_level(logging.DEBUG)
    told, page = [], make_case("case-1")
    for fault in ("cut_after", "status", "code", "hang_after"):
        standin.faults.add(SUBMIT, fault, 502)
        asked = to_wechat(page, key=uuid4())
        receipt = ADAPTER.send(asked)
        told += [repr(receipt), repr(ADAPTER.reconcile(asked))]
    token = held(standin)["token"]
    everything = caplog.text + "".join(told)
    kept = str(list(Connection.objects.values())) + str(list(AccessToken.objects.values()))
    for secret in ("app-secret-5d41402abc4b", token):
        assert secret not in everything
        assert secret not in kept
