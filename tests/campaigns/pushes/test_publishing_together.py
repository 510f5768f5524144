"""Two pushes of two languages of one piece, whose release waits: one instant for all, or none."""

from datetime import datetime, timedelta

import pytest

from campaigns import cron
from campaigns.pushes import approval, pausing
from campaigns.pushes.models import Pause, Push
from campaigns.pushes.planning import cancel, retime
from campaigns.pushes.states import State
from campaigns.regions.roles import Role
from content.dates import approved_go_live
from content.models import Release
from content.translation.together.deciding import decide
from tests.campaigns.pushes.conftest import ALL_WARNINGS, NOON
from tests.content.translation.pieces import drafted, fresh

HOUR, TWO_HOURS = NOON + timedelta(hours=1), NOON + timedelta(hours=2)


@pytest.fixture
def piece(clock, db):
    """In three languages, of which none is public."""
    return drafted()


@pytest.fixture
def approver(person):
    return person(Role.CAMPAIGN_ADMINISTRATOR)


@pytest.fixture
def pushes(plan_at, website, piece) -> list[Push]:
    """The Chinese and the Arabic-script version, each put up on the website at one o'clock."""
    return [
        plan_at(60, account=website, page=page, language=language, publishing=Push.Publishing.LIVE)
        for page, language in zip(piece, ("zh-hans", "kk-arab"), strict=False)
    ]


@pytest.fixture
def release(pushes, piece, person) -> Release:
    return decide(piece[0].translation_key, person(Role.REVIEWER), at=HOUR)


def approve(push: Push) -> None:
    approval.approve(fresh(push), None, consent=ALL_WARNINGS)


def tick(clock, at) -> None:
    clock.move_to(at)
    cron.tick()


def live(piece) -> list[bool]:
    return [fresh(page).live for page in piece]


def instant(piece) -> datetime:
    """The one instant since which all are public, to the minute: the clock runs on meanwhile."""
    assert live(piece) == [True] * 3
    (at,) = {fresh(page).last_published_at for page in piece}
    return at.replace(second=0, microsecond=0)


def test_all_go_live_at_the_pushes_hour_and_both_pushes_find_them(release, pushes, piece, clock):
    for push in pushes:
        approve(push)
    tick(clock, HOUR - timedelta(seconds=1))
    assert live(piece) == [False] * 3
    tick(clock, HOUR)
    assert instant(piece) == HOUR
    assert {fresh(push).state for push in pushes} == {State.SENT}


def test_moving_one_push_later_keeps_the_instant_of_the_other_for_all(release, pushes, piece):
    retime(pushes[1], TWO_HOURS)
    assert {approved_go_live(fresh(page)) for page in piece} == {HOUR}


def test_moving_one_push_forward_moves_all_to_one_instant(release, pushes, piece, clock):
    sooner = HOUR - timedelta(minutes=20)
    retime(pushes[1], sooner)
    assert {approved_go_live(fresh(page)) for page in piece} == {sooner}
    assert fresh(release).at == sooner
    approve(pushes[1])
    tick(clock, sooner)
    assert instant(piece) == sooner


def test_moving_both_moves_all_to_the_first_of_the_new_times(release, pushes, piece, clock):
    for push in pushes:
        retime(push, TWO_HOURS)
        approve(push)
    assert {approved_go_live(fresh(page)) for page in piece} == {TWO_HOURS}
    tick(clock, HOUR)
    assert live(piece) == [False] * 3
    tick(clock, TWO_HOURS)
    assert instant(piece) == TWO_HOURS


@pytest.mark.parametrize("lacking", [0, 1], ids=["the Chinese", "the Kazakh"])
def test_a_push_that_nobody_approved_holds_all(release, pushes, piece, clock, lacking):
    approve(pushes[1 - lacking])
    for minutes in (0, 1, 30):
        tick(clock, HOUR + timedelta(minutes=minutes))
        assert live(piece) == [False] * 3
    assert fresh(release).state == Release.State.WAITING
    assert fresh(pushes[1 - lacking]).state != State.SENT


def test_a_pause_of_one_holds_all_until_it_is_over(release, pushes, piece, clock, approver):
    for push in pushes:
        approve(push)
    pause = pausing.begin(Pause(account=pushes[1].account, reason="等等"), approver)
    tick(clock, HOUR + timedelta(minutes=30))
    assert live(piece) == [False] * 3
    choices = {push.pk: (pausing.Choice.SEND, None) for push in pushes}
    assert pausing.end(pause, approver, choices) == {}
    cron.tick()
    assert instant(piece) == HOUR + timedelta(minutes=30)


def test_one_push_called_off_leaves_the_hour_to_the_other(release, pushes, piece, clock, approver):
    cancel(pushes[1], approver, "不发了")
    approve(pushes[0])
    tick(clock, HOUR)
    assert live(piece) == [True] * 3


def test_both_called_off_call_the_release_off(release, pushes, piece, clock, approver):
    for push in pushes:
        cancel(push, approver, "不发了")
    tick(clock, TWO_HOURS)
    assert live(piece) == [False] * 3
    assert fresh(release).state == Release.State.CALLED_OFF
