"""What may happen to a field session, by whom, and what of it counts."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from campaigns.field import sessions
from campaigns.field.models import FieldSession
from campaigns.field.sessions import MoveRefusedError
from campaigns.reach.models import ReachEntry
from campaigns.regions.roles import Role
from tests.campaigns.reach.conftest import summed

State = FieldSession.State


def ledger() -> set[tuple]:
    return set(ReachEntry.objects.values_list("metric", "count", "basis", "day", "channel__code"))


# --- Planning -------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_plans_one_session(plan_session):
    assert plan_session(source_key="form:1:a") == plan_session(source_key="form:1:a")


def test_a_plan_without_a_place_is_refused(plan_session):
    with pytest.raises(ValidationError) as refusal:
        plan_session(place="")
    assert "place" in refusal.value.message_dict


def test_the_history_begins_with_the_plan(plan_session):
    assert plan_session().transitions.get().to_state == State.PLANNED


# --- The table of moves ---------------------------------------------------------------------------

ALLOWED = {
    ("report", State.PLANNED),
    ("report", State.RETURNED),
    ("approve", State.REPORTED),
    ("send_back", State.REPORTED),
    ("cancel", State.PLANNED),
    ("cancel", State.RETURNED),
}
# Approving again and the very same report again are answered, not refused.
ANSWERED = {("approve", State.APPROVED)}


@pytest.mark.parametrize(
    ("verb", "state"), sorted(set(product(sessions.MOVES, State)) - ALLOWED - ANSWERED)
)
def test_every_other_move_is_refused(reported, city_manager, coordinator, verb, state):
    FieldSession.objects.update(state=state)
    attempts = {
        "report": lambda: sessions.report(reported, 1, 1, "", coordinator),
        "approve": lambda: sessions.approve(reported, city_manager),
        "send_back": lambda: sessions.send_back(reported, city_manager, "请核对"),
        "cancel": lambda: sessions.cancel(reported, coordinator, "大雪封山"),
    }
    with pytest.raises(MoveRefusedError):
        attempts[verb]()
    reported.refresh_from_db()
    assert reported.state == state
    assert not ReachEntry.objects.exists()


def test_every_change_says_who_when_and_why(reported, city_manager):
    sessions.send_back(reported, city_manager, "请核对人数")
    change = reported.transitions.last()
    assert (change.from_state, change.to_state) == (State.REPORTED, State.RETURNED)
    assert (change.by, change.reason) == (city_manager, "请核对人数")


# --- Reporting ------------------------------------------------------------------------------------


def test_a_report_does_not_count_yet(reported):
    assert reported.state == State.REPORTED
    assert not ReachEntry.objects.exists()


def test_a_session_to_come_cannot_be_reported(plan_session, coordinator):
    session = plan_session(starts_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(ValidationError):
        sessions.report(session, 10, 10, "", coordinator)


def test_the_same_report_twice_is_one_report(reported, coordinator):
    assert sessions.report(reported, 42, 60, "讲解理赔流程", coordinator) is False
    assert reported.transitions.filter(to_state=State.REPORTED).count() == 1


def test_another_report_over_a_waiting_one_is_refused(reported, coordinator):
    with pytest.raises(MoveRefusedError):
        sessions.report(reported, 420, 60, "", coordinator)


def test_a_corrected_report_keeps_what_was_said_before(reported, coordinator, city_manager):
    sessions.send_back(reported, city_manager, "请核对")
    sessions.report(reported, 24, 60, "", coordinator)
    said = reported.transitions.filter(to_state=State.REPORTED)
    assert [change.attendance for change in said] == [42, 24]


def test_an_approved_report_cannot_be_changed(reported, coordinator, city_manager):
    sessions.approve(reported, city_manager)
    with pytest.raises(MoveRefusedError):
        sessions.report(reported, 1, 1, "", coordinator)
    assert FieldSession.objects.get().report.attendance == 42


@pytest.mark.parametrize(
    ("attendance", "leaflets", "questions"),
    [
        (200, 200, 0),  # five times the forty expected
        (201, 201, 1),
        (100, 25, 0),
        (100, 24, 1),
        (10, 80, 0),
        (10, 81, 1),
        (10, 0, 0),  # none handed out is nothing to ask about
    ],
)
def test_unusual_figures_are_asked_about(plan_session, attendance, leaflets, questions):
    assert len(sessions.unusual(plan_session(), attendance, leaflets)) == questions


def test_leaflets_without_anybody_are_refused(plan_session, coordinator):
    with pytest.raises(ValidationError):
        sessions.report(plan_session(), 0, 10, "", coordinator)


# --- Who decides ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "region", "decides"),
    [
        (Role.MANAGER, "654300", True),
        (Role.MANAGER, "650000", True),
        (Role.MANAGER, "000000", True),
        (Role.REGIONAL_COORDINATOR, "654300", True),
        (Role.MANAGER, "654321", False),  # the region itself
        (Role.MANAGER, "430000", False),  # another branch
        (Role.MANAGER, "430102", False),
        (Role.EDITOR, "000000", False),
        (Role.ADMINISTRATOR, "000000", False),
    ],
)
def test_only_the_level_above_decides(reported, person, role, region, decides):
    assert sessions.may_decide(reported, person(role, region)) is decides


def test_a_posting_above_in_a_role_that_does_not_approve_gives_nothing(reported, person, tree):
    user = person(Role.MANAGER, "654321")
    user.postings.create(role=Role.EDITOR, region=tree["000000"])
    assert not sessions.may_decide(reported, user)


def test_nobody_approves_their_own_report(plan_session, person):
    user = person(Role.REGIONAL_COORDINATOR, "654300")
    session = plan_session("654321")
    sessions.report(session, 10, 10, "", user)
    with pytest.raises(PermissionDenied):
        sessions.approve(session, user)


def test_not_even_a_superuser(plan_session, django_user_model):
    root = django_user_model.objects.create_superuser("root")
    session = plan_session()
    sessions.report(session, 10, 10, "", root)
    assert not sessions.may_decide(session, root)


def test_head_office_decides_over_its_own_sessions_but_not_the_reporter(plan_session, person):
    reporter = person(Role.REGIONAL_COORDINATOR, "000000")
    session = plan_session("000000")
    sessions.report(session, 10, 10, "", reporter)
    assert not sessions.may_decide(session, reporter)
    assert sessions.may_decide(session, person(Role.MANAGER, "000000"))
    assert not sessions.may_decide(session, person(Role.MANAGER, "650000"))


@pytest.mark.parametrize("region", ["000000", "650000", "654300", "654321", "430000"])
def test_what_awaits_a_person_is_what_that_person_may_decide(
    plan_session, reported, person, region
):
    head = plan_session("000000", place="集团总部大厅")
    sessions.report(head, 5, 5, "", reported.report.reported_by)
    manager = person(Role.MANAGER, region, username="m")
    waiting = [session for session in (reported, head) if sessions.may_decide(session, manager)]
    assert set(sessions.awaiting(manager)) == set(waiting)


# --- What counts ----------------------------------------------------------------------------------


def test_approval_enters_attendance_and_leaflets_on_the_beijing_day(reported, city_manager):
    assert sessions.approve(reported, city_manager) is True
    day = date(2026, 3, 26)  # half past midnight in Beijing, still the 25th in UTC
    assert ledger() == {
        ("attendance", 42, "self-reported", day, "field"),
        ("leaflets", 60, "self-reported", day, "field"),
    }
    entry = ReachEntry.objects.get(metric="attendance")
    assert entry.source_key == f"session:{reported.pk}:attendance"
    assert (entry.origin, entry.recorded_by) == ("session", city_manager)
    assert summed().get(metric="attendance").count == 42


def test_approving_again_enters_nothing_more(reported, city_manager):
    sessions.approve(reported, city_manager)
    assert sessions.approve(reported, city_manager) is False
    assert ReachEntry.objects.count() == 2


def test_when_the_ledger_fails_the_session_is_not_approved(reported, city_manager, monkeypatch):
    def fail(entries, by):
        raise OSError("disk full")

    monkeypatch.setattr(sessions, "record", fail)
    with pytest.raises(OSError, match="disk full"):
        sessions.approve(reported, city_manager)
    assert FieldSession.objects.get().state == State.REPORTED


@pytest.mark.parametrize("verb", [sessions.send_back, sessions.cancel])
def test_sending_back_and_cancelling_want_a_reason(plan_session, reported, city_manager, verb):
    session = reported if verb is sessions.send_back else plan_session()
    with pytest.raises(ValidationError):
        verb(session, city_manager, "  ")
