"""The table of states: every pair and every hand, and that only one of two who move a push does."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.pushes.models import Push
from campaigns.pushes.states import (
    ForbiddenMoveError,
    Mover,
    State,
    StateChangedError,
    is_allowed,
    move,
)
from campaigns.regions.roles import Role
from tests.factories import AccountFactory

# Written out, so that a change of the table is a change in two places. By whose hand: the engine's
# (e), a planner's (p), an approver's (a); the operator may do what people may.
ALLOWED = {
    ("planned", "planned"): "p",
    ("ready", "planned"): "pa",
    ("approved", "planned"): "pa",
    ("failed", "planned"): "p",
    ("missed", "planned"): "p",
    ("planned", "ready"): "pa",
    ("ready", "approved"): "a",
    ("approved", "approved"): "a",
    ("failed", "approved"): "a",
    ("missed", "approved"): "a",
    ("approved", "sending"): "e",
    ("sending", "approved"): "e",
    ("sending", "sent"): "e",
    ("sending", "failed"): "e",
    ("sending", "unknown"): "e",
    ("sending", "missed"): "e",
    ("unknown", "sent"): "e",
    ("unknown", "failed"): "e",
    ("unknown", "approved"): "e",
    ("planned", "missed"): "e",
    ("ready", "missed"): "e",
    ("approved", "missed"): "e",
    ("unknown", "unknown"): "a",
    ("sending", "sending"): "a",
    ("planned", "cancelled"): "p",
    ("ready", "cancelled"): "p",
    ("failed", "cancelled"): "p",
    ("missed", "cancelled"): "p",
    ("approved", "cancelled"): "pa",
    ("sending", "cancelled"): "pa",
    ("sent", "cancelled"): "a",
}
LETTERS = {"e": Mover.ENGINE, "p": Mover.PLANNER, "a": Mover.APPROVER}
PAIRS = list(itertools.product(State.values, repeat=2))


def movers(before: str, after: str) -> set[Mover]:
    letters = ALLOWED.get((before, after), "")
    hands = {LETTERS[letter] for letter in letters}
    return hands | {Mover.OPERATOR} if hands - {Mover.ENGINE} else hands


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_pair_by_every_hand(before, after):
    for mover in Mover:
        assert is_allowed(before, after, mover) is (mover in movers(before, after))
    assert is_allowed(before, after) is ((before, after) in ALLOWED)


def test_every_state_can_be_reached_and_every_push_can_come_to_an_end():
    reached = {"planned"}
    for _step in State:
        reached |= {after for before, after in ALLOWED if before in reached}
    assert reached == set(State.values)
    for state in State.values:
        seen = {state}
        for _step in State:
            seen |= {after for before, after in ALLOWED if before in seen}
        assert seen & {"sent", "cancelled"}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    walk=st.lists(
        st.tuples(
            st.sampled_from(State.values),
            st.sampled_from([Mover.ENGINE, Mover.OPERATOR]),
            st.sampled_from(["", "tick", "rival"]),
        ),
        min_size=5,
        max_size=25,
    )
)
def test_on_any_walk_only_allowed_moves_succeed_and_each_is_written_down(plan_at, walk):
    """Moved by the engine, the operator and ticks that hold it or do not, in any order."""
    push = plan_at(5)
    Push.objects.filter(pk=push.pk).update(state=State.PLANNED, claimed_by="")
    push = Push.objects.get(pk=push.pk)
    push.transitions.all().delete()
    road = []
    for to, mover, claimant in walk:
        before = Push.objects.get(pk=push.pk)
        lease = {"claimed_by": "tick"} if to == State.SENDING else {}
        try:
            move(push, to, mover=mover, claimant=claimant, **lease)
        except ForbiddenMoveError:
            assert mover not in movers(before.state, to)
            assert Push.objects.get(pk=push.pk).state == before.state
            continue
        except StateChangedError:
            assert before.claimed_by != claimant
            assert Push.objects.get(pk=push.pk).state == before.state
            continue
        assert mover in movers(before.state, to)
        assert before.claimed_by == claimant
        road.append((before.state, to))
        after = Push.objects.get(pk=push.pk)
        assert (after.state, after.claimed_by) == (to, lease.get("claimed_by", ""))
    assert list(push.transitions.values_list("from_state", "to_state")) == road
    push.transitions.all().delete()


class TestPeople:
    """A person moves by what they may do, and only their own regions' pushes."""

    @pytest.mark.parametrize(
        ("role", "region", "may"),
        [
            (Role.CAMPAIGN_ADMINISTRATOR, "000000", True),
            (Role.CAMPAIGN_ADMINISTRATOR, "650000", False),
            (Role.REGIONAL_COORDINATOR, "000000", False),
            (Role.MANAGER, "000000", False),
        ],
    )
    def test_approving(self, plan_at, person, role, region, may):
        push = plan_at(5)
        Push.objects.update(state=State.READY)
        push.refresh_from_db()
        user = person(role, region)
        if may:
            move(push, State.APPROVED, by=user, reason="looked at it")
            change = push.transitions.last()
            assert (change.by, change.reason) == (user, "looked at it")
        else:
            with pytest.raises(ForbiddenMoveError):
                move(push, State.APPROVED, by=user)
            assert Push.objects.get().state == State.READY

    def test_nobody_does_the_engines_work_by_hand(self, plan_at, person):
        push = plan_at(5)
        Push.objects.update(state=State.APPROVED)
        push.refresh_from_db()
        with pytest.raises(ForbiddenMoveError):
            move(push, State.SENDING, by=person(Role.CAMPAIGN_ADMINISTRATOR))
        with pytest.raises(ForbiddenMoveError):
            move(push, State.SENDING)

    def test_in_the_own_region(self, plan_at, person):
        push = plan_at(5, account=AccountFactory(code="wechat:000000"))
        move(push, State.CANCELLED, by=person(Role.CAMPAIGN_ADMINISTRATOR))
        assert push.state == State.CANCELLED


def test_of_two_who_move_the_same_push_only_one_does(plan_at):
    push = plan_at(0)
    other = Push.objects.get()
    move(push, State.CANCELLED)
    with pytest.raises(StateChangedError):
        move(other, State.READY)
    assert push.transitions.count() == 2


def test_a_person_cannot_move_what_a_tick_holds(plan_at):
    push = plan_at(0)
    Push.objects.update(claimed_by="tick")
    with pytest.raises(StateChangedError):
        move(push, State.CANCELLED)


def test_leaving_a_state_gives_up_the_claim(plan_at):
    push = plan_at(0)
    Push.objects.update(state=State.APPROVED)
    push.refresh_from_db()
    move(push, State.SENDING, mover=Mover.ENGINE, claimed_by="tick")
    move(push, State.SENT, mover=Mover.ENGINE, claimant="tick")
    push.refresh_from_db()
    assert (push.claimed_by, push.lease_until) == ("", None)


def test_nothing_else_in_the_project_sets_a_state():
    """states.py is the one place: nobody else updates or assigns a push's state."""
    floor = Path(__file__).resolve().parents[3] / "campaigns" / "pushes"
    writes = re.compile(r"\.state = |update\([^)]*\bstate=|Push\([^)]*\bstate=")
    found = {
        path.name
        for path in floor.rglob("*.py")
        if path.name != "states.py" and writes.search(path.read_text(encoding="utf-8"))
    }
    # run.py keeps the rows that it has just claimed in step with the database.
    assert found <= {"run.py"}
