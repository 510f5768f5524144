"""The table of states: every pair, and that only one of two who move a push does."""

import itertools

import pytest

from campaigns.pushes.models import Push
from campaigns.pushes.states import ForbiddenMoveError, State, StateChangedError, is_allowed, move

# Written out, so that a change of the table is a change in two places.
ALLOWED = {
    ("planned", "planned"),
    ("planned", "sending"),
    ("planned", "missed"),
    ("planned", "cancelled"),
    ("sending", "sent"),
    ("sending", "failed"),
    ("sending", "unknown"),
    ("sending", "missed"),
    ("sending", "planned"),
    ("unknown", "sent"),
    ("unknown", "failed"),
    ("unknown", "planned"),
    ("failed", "planned"),
    ("missed", "planned"),
}
PAIRS = list(itertools.product(State.values, repeat=2))


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_pair(plan_at, before, after):
    push = plan_at(0)
    Push.objects.update(state=before)
    push.refresh_from_db()
    push.transitions.all().delete()
    if (before, after) in ALLOWED:
        move(push, after, reason="because")
        assert push.state == after
        change = push.transitions.get()
        assert (change.from_state, change.to_state, change.reason) == (before, after, "because")
    else:
        with pytest.raises(ForbiddenMoveError):
            move(push, after)
        assert not push.transitions.exists()
    stored = Push.objects.get()
    assert stored.state == (after if (before, after) in ALLOWED else before)


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


def test_of_two_who_move_the_same_push_only_one_does(plan_at):
    push = plan_at(0)
    other = Push.objects.get()
    move(push, State.CANCELLED)
    with pytest.raises(StateChangedError):
        move(other, State.SENDING)
    assert push.transitions.count() == 2


def test_a_person_cannot_move_what_a_tick_holds(plan_at):
    push = plan_at(0)
    Push.objects.update(claimed_by="tick")
    with pytest.raises(StateChangedError):
        move(push, State.CANCELLED)


def test_leaving_a_state_gives_up_the_claim(plan_at):
    push = plan_at(0)
    move(push, State.SENDING, claimed_by="tick")
    move(push, State.SENT, claimant="tick")
    push.refresh_from_db()
    assert (push.claimed_by, push.lease_until) == ("", None)


def test_nothing_else_in_the_project_sets_a_state():
    """states.py is the one place: nobody else updates or assigns a push's state."""
    import re
    from pathlib import Path

    floor = Path(__file__).resolve().parents[3] / "campaigns" / "pushes"
    writes = re.compile(r"\.state = |update\([^)]*\bstate=|Push\([^)]*\bstate=")
    found = {
        path.name
        for path in floor.glob("*.py")
        if path.name != "states.py" and writes.search(path.read_text(encoding="utf-8"))
    }
    # sending.py keeps the rows that it has just claimed in step with the database.
    assert found <= {"sending.py"}


def test_the_table_holds_every_state():
    assert all(isinstance(is_allowed(state, "sent"), bool) for state in State)
