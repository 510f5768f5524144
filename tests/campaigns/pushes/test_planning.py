"""What can be planned, and how a plan is changed."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from campaigns.pushes import engine
from campaigns.pushes.approval import approve
from campaigns.pushes.models import Push
from campaigns.pushes.planning import cancel, plan, plan_push, retime
from campaigns.pushes.states import State
from campaigns.regions.roles import Role
from tests.campaigns.pushes.conftest import NOON
from tests.factories import AccountFactory, make_case


def refused(plan_at, *args, **changes) -> set[str]:
    """The fields that a refusal names."""
    with pytest.raises(ValidationError) as refusal:
        plan_at(*args, **changes)
    assert Push.objects.count() == 0
    return set(refusal.value.message_dict)


def test_a_plan_is_written_down(plan_at, person):
    planner = person(Role.CAMPAIGN_ADMINISTRATOR)
    push = plan_at(5, by=planner)
    assert (push.state, push.slot, push.planned_by) == (State.PLANNED, 1, planner)
    assert push.transitions.get().by == planner


def test_the_same_again_is_the_same_push(plan_at):
    first = plan_at(5)
    assert plan_at(5) == first
    assert Push.objects.count() == 1


def test_another_time_takes_the_next_slot(plan_at):
    assert [plan_at(5).slot, plan_at(10).slot, plan_at(15).slot] == [1, 2, 3]


def test_a_slot_is_not_given_twice_after_a_cancellation(plan_at):
    cancel(plan_at(5), None, "wrong day")
    assert plan_at(10).slot == 2


def test_what_was_cancelled_is_not_planned_anew_by_repeating_the_command(plan_at):
    push = cancel(plan_at(5), None, "wrong day")
    assert plan_at(5) == push
    assert Push.objects.get().state == State.CANCELLED


def test_the_code_of_any_version_leads_to_the_version_in_the_asked_language(plan_at, page):
    kazakh = make_case("case-1-kk", language="kk-arab", translation_of=page)
    assert plan_at(5, page="case-1", language="kk-arab").page_id == kazakh.pk
    assert plan_at(6, page="case-1-kk", language="zh-hans").page_id == page.pk
    assert plan_at(7, page=kazakh, language="zh-hans").page_id == page.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"page": "no-such-piece"}, "page"),
        ({"language": "kk"}, "language"),
        ({"language": "en"}, "language"),
    ],
)
def test_what_names_nothing_is_refused_at_its_field(plan_at, changes, field):
    assert refused(plan_at, 5, **changes) == {field}


def test_an_inactive_account_is_refused(plan_at, account):
    account.is_active = False
    account.save()
    assert refused(plan_at, 5) == {"account"}


def test_an_account_of_another_region_is_refused(plan_at, person):
    other = AccountFactory(code="wechat:430000")
    planner = person(Role.CAMPAIGN_ADMINISTRATOR, "650000")
    assert refused(plan_at, 5, account=other, by=planner) == {"account"}


def test_what_the_channel_objects_to_is_refused(plan_at, channel):
    channel.problems = ["title too long"]
    assert refused(plan_at, 5) == {"account"}


DAY = 24 * 60


@pytest.mark.parametrize(
    "minutes",
    [
        pytest.param(-2.5 * DAY, id="the day before"),
        pytest.param(5.5 * DAY, id="midnight after the last day"),
        pytest.param(400 * DAY, id="next year"),
    ],
)
def test_a_time_outside_the_campaigns_days_is_refused(plan_at, minutes):
    assert refused(plan_at, minutes) == {"scheduled_at"}


def test_the_last_minute_of_the_last_day_in_beijing_is_inside(plan_at):
    assert plan_at(5.5 * DAY - 1).state == State.PLANNED


def test_a_time_beyond_the_tolerance_is_refused_and_one_within_is_not(plan_at, account):
    assert refused(plan_at, -account.tolerance_minutes - 1) == {"scheduled_at"}
    assert plan_at(-account.tolerance_minutes + 1).state == State.PLANNED


def test_an_end_before_the_beginning_is_refused(plan_at, website):
    assert refused(plan_at, 5, account=website, ends_at=NOON) == {"ends_at"}


def test_every_problem_is_told_at_once(plan_at, account):
    account.is_active = False
    account.save()
    fields = refused(plan_at, 30 * DAY, page="no-such-piece")
    assert fields == {"account", "page", "scheduled_at"}


def test_where_both_languages_are_needed_a_missing_one_is_refused(plan_at, edition, page):
    edition.needs_both_languages = True
    edition.save()
    assert refused(plan_at, 5) == {"page"}
    make_case("case-1-kk", language="kk", translation_of=page, live=False)
    assert plan_at(5).state == State.PLANNED


def test_an_unpublished_piece_can_be_planned_with_a_warning(edition, account, clock):
    draft = make_case("draft", live=False)
    planned = plan(edition, draft, "zh-hans", account, NOON + timedelta(hours=1))
    assert planned.is_new
    assert len(planned.warnings) == 1


def test_another_time_keeps_row_slot_and_key(plan_at, clock, person):
    planner = person(Role.CAMPAIGN_ADMINISTRATOR)
    push = plan_at(5)
    before = (push.pk, push.slot, push.key)
    push = retime(push, NOON + timedelta(hours=2), planner)
    push.refresh_from_db()
    assert (push.pk, push.slot, push.key) == before
    assert push.scheduled_at == NOON + timedelta(hours=2)
    assert push.transitions.last().by == planner
    clock.shift(timedelta(minutes=30))
    assert engine.tick().due == 0


def test_another_time_outside_the_campaign_is_refused(plan_at):
    push = plan_at(5)
    with pytest.raises(ValidationError) as refusal:
        retime(push, NOON + timedelta(days=30))
    assert set(refusal.value.message_dict) == {"scheduled_at"}
    push.refresh_from_db()
    assert push.scheduled_at == NOON + timedelta(minutes=5)


@pytest.mark.parametrize("state", [State.MISSED, State.FAILED])
def test_what_did_not_go_out_can_be_given_another_time(plan_at, channel, clock, state):
    push = plan_at(0)
    Push.objects.update(state=state, tries=5)
    push.refresh_from_db()
    retime(push, NOON + timedelta(minutes=10))
    clock.shift(timedelta(minutes=10))
    assert engine.tick().due == 0
    approve(push, None)
    assert engine.tick().sent == 1


@pytest.mark.parametrize("state", [State.SENT, State.CANCELLED])
def test_what_is_over_cannot_be_given_another_time(plan_at, state):
    push = plan_at(0)
    Push.objects.update(state=state)
    push.refresh_from_db()
    with pytest.raises(ValidationError):
        retime(push, NOON + timedelta(minutes=10))


def test_a_cancelled_push_does_not_go_out(plan_at, channel, clock, person):
    planner = person(Role.CAMPAIGN_ADMINISTRATOR)
    push = cancel(plan_at(5), planner, "the notice has changed")
    clock.shift(timedelta(minutes=5))
    assert engine.tick().due == 0
    change = push.transitions.last()
    assert (change.by, change.reason) == (planner, "the notice has changed")


def test_cancelling_needs_a_reason(plan_at):
    with pytest.raises(ValidationError) as refusal:
        cancel(plan_at(5), None, "  ")
    assert set(refusal.value.message_dict) == {"reason"}


def test_what_was_sent_cannot_be_cancelled(approve_at, channel):
    push = approve_at(0)
    engine.tick()
    push.refresh_from_db()
    with pytest.raises(ValidationError):
        cancel(push, None, "too late")


def test_whoever_cancels_while_it_is_being_sent_is_told(plan_at):
    push = plan_at(5)
    Push.objects.update(state=State.SENDING, claimed_by="tick")
    with pytest.raises(ValidationError):
        cancel(push, None, "stop")


def test_two_planners_at_once_get_the_same_push(plan_at, edition, account, page, monkeypatch):
    """The second finds slot 1 taken only when the database says so."""
    from campaigns.pushes import planning

    real = planning._find_or_add
    calls = []

    def late(draft, warnings):
        calls.append(draft)
        if len(calls) == 1:
            monkeypatch.setattr(planning, "_find_or_add", real)
            plan_push(edition, page, "zh-hans", account, draft.scheduled_at)
            draft.slot = 1
            draft.save(force_insert=True)
        return real(draft, warnings)

    monkeypatch.setattr(planning, "_find_or_add", late)
    push = plan_at(5)
    assert Push.objects.get() == push
