"""An edition's schedule: from the template, from last year, copied once, nothing lost."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.calendar.windows import BEIJING, at_beijing, beijing_day
from campaigns.models import (
    Channel,
    Edition,
    Push,
    PushItem,
    PushTemplate,
    Series,
    Target,
    Task,
    TaskTemplate,
)
from campaigns.plans.copying import copy_edition, copy_template, open_from_template, open_year
from campaigns.plans.rehearsal import rehearse
from campaigns.pushes.planning import cancel, plan_push
from tests.factories import AccountFactory, make_case


@given(
    anchor=st.dates(date(2019, 1, 1), date(2099, 12, 31)),
    offset=st.integers(-180, 180),
    clock=st.times(),
)
def test_relative_days_hold_across_year_ends_and_leap_days(anchor, offset, clock):
    row = PushTemplate(offset_days=offset, clock=clock)
    at = row.instant_in(anchor)
    assert (beijing_day(at) - anchor).days == offset
    assert at.astimezone(BEIJING).time() == clock
    assert row.day_in(anchor) == beijing_day(at)


@pytest.mark.parametrize(
    ("anchor", "offset", "day"),
    [
        (date(2028, 3, 9), -9, date(2028, 2, 29)),
        (date(2027, 3, 9), -9, date(2027, 2, 28)),
        (date(2027, 1, 10), -30, date(2026, 12, 11)),
        (date(2027, 12, 25), 14, date(2028, 1, 8)),
    ],
)
def test_days_that_are_easily_got_wrong(anchor, offset, day):
    assert TaskTemplate(offset_days=offset).day_in(anchor) == day


def test_the_template_becomes_tasks_and_open_pushes(edition):
    copied = copy_template(edition)
    assert (len(copied.tasks), len(copied.pushes), len(copied.to_complete)) == (17, 0, 7)
    first, last = edition.tasks.first(), edition.tasks.last()
    assert (first.due_on, first.relative_day) == (date(2027, 2, 7), "T-30")
    assert (last.due_on, last.relative_day) == (date(2027, 3, 23), "T+14")
    # Every push that could not be planned is somebody's task, and says what is missing.
    for item in PushItem.objects.filter(edition=edition):
        assert item.push is None
        assert item.title in item.task.title
        assert item.task.notes == item.reason
        assert "No piece is chosen yet." in item.reason


def test_copying_again_copies_nothing(edition):
    copy_template(edition)
    before = Task.objects.count(), PushItem.objects.count()
    again = copy_template(edition)
    assert again.is_nothing
    assert (Task.objects.count(), PushItem.objects.count()) == before


def test_what_was_dropped_does_not_come_back(edition):
    copy_template(edition)
    edition.tasks.filter(title="活动启动").update(state="dropped", title="不办启动会")
    assert copy_template(edition).is_nothing


@pytest.fixture
def ready(series, page, account):
    """A template whose pushes can be planned as they stand."""
    PushTemplate.objects.filter(series=series).delete()
    PushTemplate.objects.create(
        series=series,
        title="首日推文",
        offset_days=0,
        clock=time(10),
        channel=Channel.objects.get(code="wechat"),
        page=page,
    )


def test_a_push_that_is_fit_is_planned(edition, ready, account):
    copied = copy_template(edition)
    assert copied.to_complete == []
    push = Push.objects.get()
    assert push.scheduled_at == at_beijing(date(2027, 3, 9), time(10))
    assert push.account == account
    assert PushItem.objects.get().push == push


def test_a_preview_names_piece_and_account_and_counts_what_is_made(edition, ready, account, page):
    (line,) = rehearse(lambda: copy_template(edition)).pushes
    assert (line.piece, line.where, line.language) == (page.title, account.name, "简体中文")
    plan_push(edition, page, "zh-hans", account, at_beijing(date(2027, 3, 9), time(10)))
    copied = copy_template(edition)
    assert (copied.pushes, copied.to_complete) == ([], [])
    assert copied.there_already == 1
    assert Push.objects.count() == 1


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda _account: None, "No account is chosen yet."),
        (lambda account: PushTemplate.objects.update(account=account), "not active"),
        (lambda _account: PushTemplate.objects.update(offset_days=-3), "Outside the campaign"),
        (
            lambda _account: PushTemplate.objects.update(language="kk"),
            "no version in that language",
        ),
        (lambda _account: PushTemplate.objects.update(page=None), "No piece is chosen yet."),
    ],
)
def test_a_push_that_is_not_fit_is_an_open_item(edition, ready, account, spoil, words):
    if words in ("No account is chosen yet.", "not active"):
        type(account).objects.update(is_active=False)
    spoil(account)
    copied = copy_template(edition)
    assert copied.pushes == []
    assert words in copied.to_complete[0].missing
    assert Push.objects.count() == 0
    assert edition.tasks.filter(push_item__isnull=False).count() == 1


def test_a_preview_of_an_edition_that_is_not_there_yet(series, ready, clock):
    seen = rehearse(lambda: open_from_template(series, 2028))
    assert seen.edition.starts_on == date(2028, 3, 9)
    assert [line.day for line in seen.pushes] == [date(2028, 3, 9)]
    assert Edition.objects.count() == Task.objects.count() == Push.objects.count() == 0
    assert open_from_template(series, 2028).fingerprint == seen.fingerprint
    with pytest.raises(ValidationError):
        open_from_template(series, 2028)


# --- From last year -------------------------------------------------------------------------------


@pytest.fixture
def last_year(*, edition, series, page, account, head_office, clock):
    copy_template(edition)
    edition.tasks.filter(title="活动启动").update(state="done")
    edition.tasks.filter(title="活动方案提交审批").update(state="dropped")
    at = at_beijing(date(2027, 3, 10), time(11, 30))
    plan_push(edition, page, "zh-hans", account, at)
    off = plan_push(edition, make_case("case-2"), "zh-hans", account, at)
    cancel(off, None, "x")
    Target.objects.create(edition=edition, region=head_office, value=7)
    return edition


@pytest.fixture
def this_year(series):
    return Edition.objects.create(
        series=series,
        year=2028,
        code="315-2028",
        name="x",
        starts_on=date(2028, 3, 6),
        ends_on=date(2028, 3, 12),
    )


def test_last_years_schedule_keeps_its_distance_from_the_first_day(last_year, this_year):
    copied = copy_edition(last_year, this_year, with_targets=True)
    assert (len(copied.tasks), len(copied.pushes), copied.targets) == (16, 1, 1)
    assert len(copied.to_complete) == 7
    assert set(this_year.tasks.values_list("state", flat=True)) == {"todo"}
    gaps = {task.title: (task.due_on - this_year.starts_on).days for task in this_year.tasks.all()}
    for task in last_year.tasks.exclude(state="dropped"):
        assert gaps[task.title] == (task.due_on - last_year.starts_on).days
    push = this_year.pushes.get()
    assert push.scheduled_at == at_beijing(date(2028, 3, 7), time(11, 30))


def test_copying_last_year_again_copies_nothing(last_year, this_year):
    copy_edition(last_year, this_year, with_targets=True)
    assert copy_edition(last_year, this_year, with_targets=True).is_nothing


def test_template_and_last_year_do_not_double_each_other(last_year, this_year):
    copy_template(this_year)
    copied = copy_edition(last_year, this_year)
    assert copied.tasks == []
    assert len(copied.pushes) == 1
    assert copied.to_complete == []


def test_an_edition_is_not_copied_onto_itself(last_year):
    with pytest.raises(ValidationError):
        copy_edition(last_year, last_year)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(-400, 400), offset=st.integers(-60, 60))
def test_any_distance_is_kept(series, head_office, days, offset):
    def verb():
        old = Edition.objects.create(
            series=series, year=2030, code="a", name="a",
            starts_on=date(2030, 3, 1), ends_on=date(2030, 3, 7),
        )  # fmt: skip
        new = Edition.objects.create(
            series=series, year=2031, code="b", name="b",
            starts_on=old.starts_on + timedelta(days=days),
            ends_on=old.ends_on + timedelta(days=days),
        )  # fmt: skip
        due_on = old.starts_on + timedelta(days=offset)
        Task.objects.create(edition=old, region=head_office, title="x", due_on=due_on)
        return copy_edition(old, new)

    copied = rehearse(verb)
    assert (copied.tasks[0].day - copied.edition.starts_on).days == offset


# --- A whole year ---------------------------------------------------------------------------------


def test_opening_a_year_twice_changes_nothing(db, clock):
    first = open_year(2027)
    assert {code: len(copied.tasks) for code, copied in first.copied.items()} == {
        "315-2027": 17,
        "515-2027": 10,
        "sep-2027": 17,
    }
    assert open_year(2027).copied == {}
    assert Task.objects.count() == 44 + 17


def test_a_year_that_is_over_gets_no_tasks(db, clock):
    assert open_year(2025).copied == {}
    assert Task.objects.count() == 0


def test_an_inactive_series_is_left_out(db, clock):
    assert not Series.objects.get(code="708").is_active
    assert not Series.objects.get(code="june").is_active
    open_year(2027)
    assert not Edition.objects.filter(series__code__in=["708", "june"]).exists()


def test_the_command_says_what_it_copied(db, clock, capsys):
    call_command("open_campaigns", year=2027)
    lines = capsys.readouterr().out.splitlines()
    assert "schedule 315-2027 tasks=17 pushes=0 to_complete=7" in lines
    assert lines[-1] == "created=3 existing=0"
    call_command("open_campaigns", year=2027)
    assert "schedule" not in capsys.readouterr().out


def test_the_wish_to_publish_goes_along(series, clock, page):
    """From the template, by way of an open push, into the next year."""
    website = AccountFactory(code="website:000000", adapter="website")
    PushTemplate.objects.all().delete()
    template = PushTemplate(
        series=series, title="首页", offset_days=0, clock=time(9), publishing="span",
        account=website, page=page,
    )  # fmt: skip
    template.save()
    copied = open_from_template(series, 2027)
    push = copied.edition.pushes.get()
    assert (push.publishing, push.ends_at) == ("span", copied.edition.closes_at())
    template.page = None
    template.pk, template.title = None, "首页：待定"
    template.save()
    copy_template(copied.edition)
    assert copied.edition.push_items.get(push=None).publishing == "span"


def test_a_template_for_another_channel_publishes_nothing(series, account):
    template = PushTemplate(series=series, title="推文", account=account, publishing="live")
    with pytest.raises(ValidationError) as refusal:
        template.clean()
    assert list(refusal.value.message_dict) == ["publishing"]
