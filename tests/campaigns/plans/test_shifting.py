"""Moving a window moves what is not done, by as many days, and nothing else."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.calendar.windows import BEIJING, at_beijing, moved
from campaigns.field import sessions
from campaigns.models import Push, PushItem, RegionalWindow, Task
from campaigns.plans.copying import copy_template
from campaigns.plans.rehearsal import carry_out, rehearse
from campaigns.plans.shifting import needs_preview, shift
from campaigns.pushes.approval import preflight
from campaigns.pushes.planning import cancel, plan_push
from tests.factories import AccountFactory

WEEK = timedelta(days=6)
states = st.sampled_from(list(Task.State))
clocks = st.times(max_value=time(23, 59)).map(lambda clock: clock.replace(second=0, microsecond=0))


def by_days(edition, days: int):
    return shift(
        edition, edition.starts_on + timedelta(days=days), edition.ends_on + timedelta(days=days)
    )


def census(edition) -> dict:
    """Where everything of the edition stands, by row."""
    edition.refresh_from_db()
    return {
        "edition": (edition.starts_on, edition.ends_on),
        "tasks": dict(edition.tasks.values_list("pk", "due_on")),
        "pushes": dict(edition.pushes.values_list("pk", "scheduled_at")),
        "ends": dict(edition.pushes.values_list("pk", "ends_at")),
        "items": dict(edition.push_items.values_list("pk", "scheduled_at")),
        "windows": {w.pk: (w.starts_on, w.ends_on) for w in edition.regional_windows.all()},
    }


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    days=st.integers(-90, 90),
    start=st.dates(date(2027, 6, 1), date(2028, 6, 1)),
    tasks=st.lists(st.tuples(st.integers(-60, 60), states), max_size=5),
    pushes=st.lists(
        st.tuples(st.integers(0, 6), clocks, st.booleans()),
        max_size=4,
        unique_by=lambda push: push[:2],
    ),
)
def test_what_is_not_done_moves_and_back_again_is_where_it_was(
    *, edition, page, account, head_office, days, start, tasks, pushes
):
    with transaction.atomic():
        edition.starts_on, edition.ends_on = start, start + WEEK
        edition.save()
        for offset, state in tasks:
            Task.objects.create(
                edition=edition,
                region=head_office,
                title="x",
                due_on=start + timedelta(days=offset),
                state=state,
            )
        for offset, clock, is_off in pushes:
            at = at_beijing(start + timedelta(days=offset), clock)
            push = plan_push(edition, page, "zh-hans", account, at)
            if is_off:
                cancel(push, None, "x")
        before = census(edition)
        by_days(edition, days)
        after = census(edition)
        gap = timedelta(days=days)
        assert after["edition"] == (start + gap, start + gap + WEEK)
        for task in edition.tasks.all():
            expected = before["tasks"][task.pk] + (gap if task.is_open else timedelta())
            assert task.due_on == expected
        for push in edition.pushes.all():
            was = before["pushes"][push.pk]
            is_off = push.state == Push.State.CANCELLED
            assert push.scheduled_at == (was if is_off else moved(was, days))
            assert push.scheduled_at.astimezone(BEIJING).time() == was.astimezone(BEIJING).time()
        by_days(edition, -days)
        assert census(edition) == before
        transaction.set_rollback(True)


@pytest.fixture
def schedule(edition, page, account, tree):
    """A bit of everything: a task, one done, a push, an open push, a wider window, a session."""
    copy_template(edition)
    Task.objects.filter(title="活动启动").update(state="done")
    plan_push(edition, page, "zh-hans", account, at_beijing(date(2027, 3, 10), time(10)))
    RegionalWindow.objects.create(
        edition=edition,
        region=tree["650000"],
        starts_on=date(2027, 3, 1),
        ends_on=date(2027, 3, 31),
    )
    return edition


def test_wider_windows_and_open_pushes_move_along(schedule):
    before = census(schedule)
    told = by_days(schedule, 5)
    after = census(schedule)
    assert list(after["windows"].values()) == [(date(2027, 3, 6), date(2027, 4, 5))]
    assert all(after["items"][pk] == moved(at, 5) for pk, at in before["items"].items())
    assert len(told.moves) == 1 + 16 + 7 + 1 + 7
    assert [(line.label, line.reason) for line in told.stays] == [("活动启动", "Done")]


def test_a_longer_window_widens_the_regions_own_and_moves_nothing(schedule):
    told = shift(schedule, date(2027, 3, 9), date(2027, 4, 15))
    assert [line.key.split(":")[0] for line in told.moves] == ["window"]
    assert schedule.regional_windows.get().ends_on == date(2027, 4, 15)


def test_a_preview_changes_nothing_and_is_what_happens(schedule):
    before = census(schedule)

    def verb():
        return by_days(schedule, 3)

    seen = rehearse(verb)
    assert census(schedule) == before
    done, is_same = carry_out(verb, seen.fingerprint)
    assert is_same
    assert (done.moves, done.stays) == (seen.moves, seen.stays)
    assert census(schedule)["edition"][0] == date(2027, 3, 12)


def test_what_changed_since_the_preview_is_not_carried_out(schedule):
    seen = rehearse(lambda: by_days(schedule, 3))
    Task.objects.filter(title="活动方案提交审批").update(state="done")
    before = census(schedule)
    _told, is_same = carry_out(lambda: by_days(schedule, 3), seen.fingerprint)
    assert not is_same
    assert census(schedule) == before


def test_what_cannot_move_is_named_and_stays(schedule, page, account, clock):
    push = schedule.pushes.get()
    clock.move_to(datetime(2027, 3, 8, tzinfo=BEIJING))
    told = by_days(schedule, -6)
    assert [line.key for line in told.stays if "past" in line.reason] == [f"push:{push.pk}"]
    push.refresh_from_db()
    assert push.scheduled_at == at_beijing(date(2027, 3, 10), time(10))


def test_a_push_that_falls_out_of_a_shorter_window_is_named(schedule):
    told = shift(schedule, date(2027, 3, 9), date(2027, 3, 9))
    assert [line.key.split(":")[0] for line in told.stays if "now lies" in line.reason] == ["push"]


def test_what_was_approved_is_said_to_need_it_anew(schedule):
    push = schedule.pushes.get()
    (line,) = [one for one in by_days(schedule, 7).moves if one.key == f"push:{push.pk}"]
    assert line.reason == ""
    Push.objects.filter(pk=push.pk).update(state="approved")
    schedule.refresh_from_db()
    (line,) = [one for one in by_days(schedule, 7).moves if one.key == f"push:{push.pk}"]
    assert "approved anew" in line.reason
    push.refresh_from_db()
    assert push.state == "planned"


def test_sent_pushes_stay(schedule):
    push = schedule.pushes.get()
    Push.objects.filter(pk=push.pk).update(state="sent")
    told = by_days(schedule, 7)
    assert f"push:{push.pk}" in [line.key for line in told.stays]
    push.refresh_from_db()
    assert push.scheduled_at == at_beijing(date(2027, 3, 10), time(10))


def test_the_spot_decides_about_field_sessions(schedule, tree, django_user_model):
    sessions.plan(
        by=django_user_model.objects.create_user("someone"),
        edition=schedule,
        region=tree["654321"],
        form="yurt",
        venue_class="rural",
        place="夏牧场",
        starts_at=at_beijing(date(2027, 3, 10), time(12)),
        language="kk-arab",
    )
    told = by_days(schedule, 7)
    assert [line.label for line in told.stays if line.key.startswith("session")] == ["夏牧场"]


@pytest.mark.parametrize(
    ("window", "field"),
    [
        ((date(2027, 3, 9), date(2027, 3, 8)), "ends_on"),
        ((date(2026, 3, 9), date(2026, 3, 15)), "starts_on"),
        ((date(2027, 3, 9), date(2028, 3, 15)), "ends_on"),
    ],
)
def test_slips_of_the_keyboard_are_refused(schedule, window, field):
    before = census(schedule)
    with pytest.raises(ValidationError) as refusal:
        shift(schedule, *window)
    assert field in refusal.value.message_dict
    assert census(schedule) == before


def test_an_empty_edition_needs_no_preview(edition, account):
    assert not needs_preview(edition)
    copy_template(edition)
    assert needs_preview(edition)


# --- Regional windows -----------------------------------------------------------------------------


def test_a_push_of_the_region_or_below_may_use_its_wider_window(schedule, page, tree):
    early = at_beijing(date(2027, 3, 2), time(10))
    for code in ("wechat:650000", "wechat:654321"):
        push = plan_push(schedule, page, "zh-hans", AccountFactory(code=code), early)
        assert push.pk
    for code in ("wechat:430000", "wechat:000000"):
        with pytest.raises(ValidationError) as refusal:
            plan_push(schedule, page, "zh-hans", AccountFactory(code=code), early)
        assert "2027-03-09 to 2027-03-15" in str(refusal.value)


def test_such_a_push_is_not_objected_to_when_its_time_comes(schedule, page, tree):
    early = at_beijing(date(2027, 3, 2), time(10))
    push = plan_push(schedule, page, "zh-hans", AccountFactory(code="wechat:654321"), early)
    assert "window.outside" not in [remark.code for remark in preflight(push).remarks]
    schedule.regional_windows.all().delete()
    assert "window.outside" in [remark.code for remark in preflight(push).remarks]


def test_a_place_on_the_website_lasts_with_the_regions_window(schedule, tree):
    assert schedule.closes_at(tree["654321"]) == at_beijing(date(2027, 4, 1), time())
    assert schedule.closes_at(tree["430000"]) == schedule.closes_at()


@pytest.mark.parametrize(
    ("region", "first", "last", "field"),
    [
        ("650000", date(2027, 3, 10), date(2027, 3, 31), "starts_on"),
        ("650000", date(2027, 3, 1), date(2027, 3, 14), "ends_on"),
        ("000000", date(2027, 3, 1), date(2027, 3, 31), "region"),
    ],
)
def test_a_regions_window_is_wider_than_the_campaigns(*, edition, tree, region, first, last, field):
    window = RegionalWindow(edition=edition, region=tree[region], starts_on=first, ends_on=last)
    with pytest.raises(ValidationError) as refusal:
        window.full_clean()
    assert set(refusal.value.message_dict) == {field}


@pytest.mark.parametrize(("region", "is_named"), [("654321", False), ("430102", True)])
def test_sessions_that_the_new_window_leaves_out_are_named_as_such(
    *, schedule, tree, region, is_named
):
    sessions.plan(
        by=None, region=tree[region], form="stall", venue_class="rural", place="夏牧场",
        language="kk-arab", starts_at=at_beijing(date(2027, 3, 14), time(10)), edition=schedule,
    )  # fmt: skip
    shorter = shift(schedule, date(2027, 3, 9), date(2027, 3, 12))
    named = [line.is_outside for line in shorter.stays if line.key.startswith("session")]
    assert named == [True] * is_named
    moved_on = by_days(schedule, 6)
    (line,) = [line for line in moved_on.stays if line.key.startswith("session")]
    assert line.is_outside is is_named


def test_what_would_land_in_the_past_is_marked(schedule, clock):
    clock.move_to(datetime(2027, 3, 8, tzinfo=BEIJING))
    told = by_days(schedule, -4)
    past = {line.key.split(":")[0] for line in told.moves if line.is_past}
    assert past == {"task", "item"}
    for line in told.moves:
        if line.key.startswith("task"):
            assert line.is_past is (line.after < date(2027, 3, 8))


def test_a_regions_window_is_held_to_the_campaigns_bound(edition, tree):
    window = RegionalWindow(
        edition=edition,
        region=tree["650000"],
        starts_on=date(2027, 3, 9),
        ends_on=date(2029, 3, 31),
    )
    with pytest.raises(ValidationError) as refusal:
        window.full_clean()
    assert set(refusal.value.message_dict) == {"ends_on"}


def test_asking_about_a_day_inside_costs_no_query(edition, tree, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert edition.holds(date(2027, 3, 9), tree["654321"])
        assert not edition.holds(date(2027, 3, 8), tree["000000"])


def test_open_items_are_still_open(schedule):
    assert PushItem.objects.still_open().count() == 7
