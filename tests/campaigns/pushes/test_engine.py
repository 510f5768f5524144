"""The tick: what is due goes out once, one push at a time, and every end can be seen."""

import pytest
from django.db import transaction

from campaigns.channels.adapters import Outcome, Receipt
from campaigns.channels.models import Placement
from campaigns.pushes import engine
from campaigns.pushes.planning import plan_push
from campaigns.pushes.states import State
from tests.campaigns.pushes.conftest import outcomes, states
from tests.factories import make_case


def test_a_due_push_is_sent_and_its_road_written_down(approve_at, channel):
    push = approve_at(0)
    result = engine.tick()
    push.refresh_from_db()
    assert (result.due, result.sent) == (1, 1)
    assert push.state == State.SENT
    assert push.sent_at is not None
    assert channel.accepted == [push.key]
    assert outcomes(push) == ["sent"]
    assert [t.to_state for t in push.transitions.all()] == [
        "planned",
        "ready",
        "approved",
        "sending",
        "sent",
    ]
    assert push.claimed_by == ""


def test_repeated_ticks_do_nothing_more(approve_at, channel):
    approve_at(0)
    engine.tick()
    assert engine.tick().as_dict() == engine.TickResult().as_dict()
    assert len(channel.sends) == 1


def test_no_adapter_is_called_inside_a_transaction(own_database, approve_at, channel):
    channel.answers["case-1"] = Receipt(Outcome.UNKNOWN, "timed out")
    approve_at(0)
    engine.tick()
    engine.tick()
    assert len(channel.sends) == len(channel.questions) == 1
    assert channel.in_transaction == [False, False]


def test_a_tick_inside_a_transaction_is_refused(own_database, approve_at, channel):
    approve_at(0)
    with pytest.raises(RuntimeError), transaction.atomic():
        engine.tick()
    assert channel.sends == []


def test_one_bad_push_does_not_stop_the_others(approve_at, channel, edition, account):
    channel.answers["bad"] = RuntimeError("boom")
    pages = [make_case("good-1"), make_case("bad"), make_case("good-2")]
    for page in pages:
        approve_at(0, page=page)
    result = engine.tick()
    assert (result.due, result.sent, result.unknown) == (3, 2, 1)
    assert states() == [State.SENT, State.UNKNOWN, State.SENT]


def test_a_piece_that_cannot_be_prepared_fails_with_the_reason(approve_at, channel, monkeypatch):
    push = approve_at(0)
    monkeypatch.setattr(channel, "preflight", lambda _delivery: 1 / 0)
    assert engine.tick().failed == 1
    assert "ZeroDivisionError" in push.transitions.last().reason


def test_a_refusal_fails_at_once_with_the_channels_words(approve_at, channel):
    channel.answers["case-1"] = Receipt(Outcome.FAILED, "40007 invalid media_id")
    push = approve_at(0)
    assert engine.tick().failed == 1
    assert engine.tick().due == 0
    assert push.attempts.get().detail == "40007 invalid media_id"
    assert push.transitions.last().reason == "40007 invalid media_id"


def test_an_unpublished_piece_is_not_sent_and_says_so(approve_at, channel, page):
    push = approve_at(0)
    page.unpublish()
    assert engine.tick().failed == 1
    assert channel.sends == []
    assert push.transitions.last().reason


def test_a_campaign_in_both_languages_does_not_go_out_with_one(approve_at, channel, edition, page):
    edition.needs_both_languages = True
    edition.save()
    kazakh = make_case("case-1-kk", language="kk-arab", translation_of=page)
    approve_at(0)
    approve_at(0, language="kk-arab")
    kazakh.unpublish()
    assert engine.tick().failed == 2
    assert channel.sends == []


def test_what_the_channel_objects_to_at_sending_fails(approve_at, channel):
    push = approve_at(0)
    channel.problems = ["title too long"]
    assert engine.tick().failed == 1
    assert push.transitions.last().reason == "title too long"


def test_when_the_campaign_moves_away_its_pushes_do_not_go_out(approve_at, channel, edition):
    approve_at(0)
    edition.starts_on = edition.ends_on
    edition.save()
    assert engine.tick().failed == 1
    assert channel.sends == []


def test_a_stopped_tick_gives_back_what_it_had_claimed(approve_at, channel):
    for minute in range(3):
        approve_at(-minute)
    result = engine.tick(should_stop=lambda: len(channel.sends) == 1)
    assert result.sent == 1
    assert sorted(states()) == [State.APPROVED, State.APPROVED, State.SENT]
    assert engine.tick().sent == 2


def test_both_adapters_at_work(approve_at, website, settings):
    packed, placed = approve_at(0), approve_at(0, account=website)
    assert engine.tick().sent == 2
    assert (settings.OUTBOX_DIR / "wechat:000000" / str(packed.pk) / "meta.json").is_file()
    place = Placement.objects.get()
    assert (place.key, place.starts_at) == (placed.key, placed.scheduled_at)
    assert place.ends_at == placed.edition.closes_at()


def test_planning_the_same_again_after_it_was_sent_sends_nothing(
    approve_at, channel, page, edition
):
    push = approve_at(0)
    engine.tick()
    again = plan_push(edition, page, "zh-hans", push.account, push.scheduled_at)
    assert again == push
    assert engine.tick().due == 0
