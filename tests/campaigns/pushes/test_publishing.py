"""Pieces that go live with a push: at its time, never unreviewed, back when it is called off."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import PageLogEntry, Workflow

from campaigns import cron
from campaigns.calendar.windows import BEIJING
from campaigns.plans.rehearsal import rehearse
from campaigns.plans.shifting import shift
from campaigns.pushes import approval, hands, pausing
from campaigns.pushes.models import Pause, PieceDates, Push
from campaigns.pushes.planning import cancel, plan, retime
from campaigns.pushes.states import State
from campaigns.regions.roles import Role
from content.dates import Dates, approved_go_live, dates_of
from content.hooks import featured_pieces
from tests.campaigns.pushes.conftest import ALL_WARNINGS, NOON
from tests.factories import EditionFactory, make_case

LIVE, SPAN = Push.Publishing.LIVE, Push.Publishing.SPAN


def later(**span) -> datetime:
    return NOON + timedelta(**span)


@pytest.fixture
def draft(clock, db):
    page = make_case("draft", live=False)
    page.save_revision()
    return page


@pytest.fixture
def publish_at(plan_at, website, draft):
    """Plan a push to the website that publishes the draft."""

    def make(minutes: float = 60, publishing: str = LIVE, **changes) -> Push:
        given = {"account": website, "page": draft, "publishing": publishing, **changes}
        return plan_at(minutes, **given)

    return make


def review(page) -> None:
    """A reviewer approves the newest revision."""
    fresh(page).get_latest_revision().publish()


def approve(push: Push) -> Push:
    approval.approve(push, None, consent=ALL_WARNINGS)
    return push


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def codes(push: Push, now: datetime | None = None) -> dict[str, bool]:
    push = Push.objects.select_related("account", "edition", "page__locale").get(pk=push.pk)
    return {remark.code: remark.is_error for remark in approval.preflight(push, now=now).remarks}


class TestGoingLive:
    def test_the_push_of_the_same_minute_finds_it_live(self, publish_at, draft, clock):
        push = publish_at()
        review(draft)
        assert approved_go_live(fresh(draft)) == push.scheduled_at
        approve(push)
        clock.move_to(push.scheduled_at - timedelta(seconds=1))
        cron.tick()
        assert not fresh(draft).live
        clock.move_to(push.scheduled_at)
        assert cron.tick().pushes["sent"] == 1
        assert fresh(draft).live
        assert [piece.page.pk for piece in featured_pieces("zh-hans")] == [draft.pk]

    def test_the_time_is_beijings(self, draft, website, edition):
        at = datetime(2026, 3, 11, 9, 0, tzinfo=BEIJING)
        plan(edition, draft, "zh-hans", website, at, publishing=LIVE)
        assert fresh(draft).go_live_at.isoformat() == "2026-03-11T01:00:00+00:00"

    def test_what_nobody_reviewed_stays_where_it_is(self, publish_at, draft, clock, person):
        planner = person(Role.CAMPAIGN_ADMINISTRATOR)
        assert not draft.permissions_for_user(planner).can_publish()
        push = publish_at(by=planner)
        approval.approve(push, planner, consent=ALL_WARNINGS)
        clock.move_to(push.scheduled_at)
        assert cron.tick().pushes["failed"] == 1
        assert not fresh(draft).live
        assert "法律审核" in push.transitions.last().reason
        with pytest.raises(ValidationError):
            approval.send_now(fresh(push), planner, "now", consent=ALL_WARNINGS)
        retime(fresh(push), later(hours=3), planner)
        clock.move_to(later(hours=4))
        cron.tick()
        assert not fresh(draft).live
        assert approved_go_live(fresh(draft)) is None

    def test_only_the_approved_words_go_out(self, publish_at, draft, clock):
        push = publish_at()
        review(draft)
        draft.title = "未审"
        draft.save_revision()
        retime(push, later(hours=2))
        approve(fresh(push))
        clock.move_to(later(hours=2))
        cron.tick()
        page = fresh(draft)
        assert (page.live, page.title) == (True, "退保骗局")

    def test_a_review_under_way_is_not_disturbed(self, publish_at, draft, person):
        Workflow.objects.get().start(draft, person(Role.EDITOR))
        push = publish_at()
        state = fresh(draft).current_workflow_task_state
        state.approve(user=person(Role.REVIEWER))
        assert approved_go_live(fresh(draft)) == push.scheduled_at

    def test_the_pieces_history_names_planner_and_push(self, publish_at, draft, person):
        planner = person(Role.CAMPAIGN_ADMINISTRATOR)
        push = publish_at(by=planner)
        entry = PageLogEntry.objects.get(page=draft, action="content.dates")
        assert entry.user == planner
        assert str(push) in entry.message

    def test_without_the_wish_the_pieces_own_dates_hold(self, publish_at, draft):
        publish_at(publishing=Push.Publishing.NONE)
        assert dates_of(fresh(draft)) == Dates()
        assert not PieceDates.objects.exists()

    def test_only_the_website_publishes(self, publish_at, account):
        with pytest.raises(ValidationError) as refusal:
            publish_at(account=account)
        assert list(refusal.value.message_dict) == ["publishing"]


class TestMoving:
    @pytest.fixture
    def approved(self, publish_at, draft):
        push = publish_at(publishing=SPAN, ends_at=later(hours=5))
        review(draft)
        return push

    def test_retiming_moves_what_was_approved(self, approved, draft):
        retime(approved, later(hours=2), ends_at=later(hours=6))
        page = fresh(draft)
        assert approved_go_live(page) == later(hours=2)
        assert dates_of(page) == Dates(later(hours=2), later(hours=6))
        assert (page.go_live_at, page.expire_at) == (later(hours=2), later(hours=6))

    def test_the_wish_may_come_and_go_with_the_time(self, approved, draft, plan_at, website):
        retime(approved, later(hours=2), ends_at=later(hours=5), publishing="")
        assert dates_of(fresh(draft)) == Dates()
        retime(fresh(approved), later(hours=2), ends_at=later(hours=5), publishing=SPAN)
        assert dates_of(fresh(draft)) == Dates(later(hours=2), later(hours=5))
        # The approval lapsed with the time it was given for.
        assert approved_go_live(fresh(draft)) is None

    def test_shifting_the_campaign_moves_it_and_a_preview_does_not(self, approved, draft, edition):
        dates = edition.starts_on + timedelta(days=2), edition.ends_on + timedelta(days=2)
        rehearse(lambda: shift(edition, *dates))
        assert approved_go_live(fresh(draft)) == approved.scheduled_at
        edition.refresh_from_db()
        shift(edition, *dates)
        after = Dates(later(days=2, hours=1), later(days=2, hours=5))
        assert dates_of(fresh(draft)) == after
        assert approved_go_live(fresh(draft)) == after.go_live_at

    def test_a_refused_move_changes_nothing(self, approved, draft):
        with pytest.raises(ValidationError):
            retime(approved, later(days=30))
        assert approved_go_live(fresh(draft)) == later(hours=1)

    def test_calling_off_takes_the_wish_back(self, approved, draft, clock):
        cancel(approved, None, "not now")
        page = fresh(draft)
        assert dates_of(page) == Dates()
        assert approved_go_live(page) is None
        assert not PieceDates.objects.exists()
        clock.move_to(later(hours=1))
        cron.tick()
        assert not fresh(draft).live

    def test_what_a_person_had_set_comes_back(self, publish_at, draft):
        draft.go_live_at, draft.expire_at = later(days=1), later(days=4)
        draft.save_revision()
        review(draft)
        push = publish_at(publishing=SPAN, ends_at=later(days=2))
        assert dates_of(fresh(draft)) == Dates(later(hours=1), later(days=2))
        retime(push, later(hours=2), ends_at=later(days=3))
        cancel(fresh(push), None, "not now")
        assert dates_of(fresh(draft)) == Dates(later(days=1), later(days=4))
        assert approved_go_live(fresh(draft)) == later(days=1)

    def test_what_a_person_changed_since_is_theirs(self, publish_at, draft):
        push = publish_at()
        page = fresh(draft).get_latest_revision_as_object()
        page.go_live_at = later(days=2)
        page.save_revision()
        cancel(push, None, "not now")
        assert dates_of(fresh(draft)).go_live_at == later(days=2)


class TestSeveralPushes:
    def test_the_first_publishes_and_the_last_takes_down(self, publish_at, draft):
        first = publish_at(60, SPAN, ends_at=later(hours=3))
        second = publish_at(120, SPAN, ends_at=later(hours=9))
        assert dates_of(fresh(draft)) == Dates(later(hours=1), later(hours=9))
        assert "dates.go_live" not in codes(second)
        cancel(first, None, "no")
        assert dates_of(fresh(draft)) == Dates(later(hours=2), later(hours=9))
        cancel(second, None, "no")
        assert dates_of(fresh(draft)) == Dates()

    def test_a_place_without_an_end_of_its_own_lasts_with_the_campaign(
        self, publish_at, draft, edition, website
    ):
        push = publish_at(60, SPAN)
        assert push.ends_at == edition.closes_at(website.region)
        assert dates_of(fresh(draft)).expire_at == edition.closes_at()

    def test_next_years_campaign_does_not_keep_it_public_until_then(
        self, publish_at, page, edition, website
    ):
        publish_at(60, SPAN, page=page, ends_at=later(hours=3))
        following = EditionFactory(
            code="315-2027", year=2027, starts_on=date(2027, 3, 9), ends_on=date(2027, 3, 15)
        )
        at = later(days=365)
        push = plan(following, page, "zh-hans", website, at, publishing=SPAN).push
        assert fresh(page).expire_at == later(hours=3)
        assert codes(push) == {"website.comes_down": False}

    def test_a_draft_from_last_year_would_go_live_with_its_approval(self, publish_at, draft):
        push = publish_at(60)
        page = fresh(draft).get_latest_revision_as_object()
        page.go_live_at = later(days=-365)
        page.save_revision()
        assert codes(push) == {"piece.not_approved_yet": False, "dates.go_live": False}

    def test_next_years_push_starts_afresh(self, publish_at, draft, clock):
        push = publish_at(60, SPAN, ends_at=later(hours=3))
        review(draft)
        approve(push)
        for hours in (1, 3):
            clock.move_to(later(hours=hours))
            cron.tick()
        assert not fresh(draft).live
        publish_at(60 * 24, SPAN, ends_at=later(days=2))
        assert dates_of(fresh(draft)) == Dates(later(days=1), later(days=2))
        clock.move_to(later(days=1))
        cron.tick()
        # What was public before is a draft again, which nobody approved.
        assert not fresh(draft).live


class TestComingDown:
    def test_at_the_end_of_its_place(self, publish_at, draft, clock, client):
        push = publish_at(60, SPAN, ends_at=later(hours=3))
        review(draft)
        approve(push)
        clock.move_to(later(hours=1))
        cron.tick()
        address = fresh(draft).url
        clock.move_to(later(hours=3) - timedelta(seconds=1))
        cron.tick()
        assert client.get(address).status_code == 200
        clock.move_to(later(hours=3))
        cron.tick()
        page = fresh(draft)
        assert (page.live, page.expired) == (False, True)
        assert client.get(address).status_code == 404
        assert featured_pieces("zh-hans") == []

    def test_of_a_public_piece_only_the_end_follows(self, publish_at, page):
        push = publish_at(60, SPAN, page=page, ends_at=later(hours=3))
        assert (fresh(page).live, fresh(page).expire_at) == (True, later(hours=3))
        retime(push, later(hours=1), ends_at=later(hours=4))
        assert fresh(page).expire_at == later(hours=4)
        cancel(fresh(push), None, "no")
        assert (fresh(page).live, fresh(page).expire_at) == (True, None)

    def test_a_persons_end_is_never_put_off(self, publish_at, page):
        page.expire_at = later(hours=2)
        page.save()
        push = publish_at(60, SPAN, page=page, ends_at=later(hours=3))
        assert fresh(page).expire_at == later(hours=2)
        assert codes(push) == {"website.comes_down": False}
        cancel(push, None, "no")
        assert fresh(page).expire_at == later(hours=2)

    def test_withdrawing_gives_the_end_up_too(self, publish_at, page, clock):
        push = approve(publish_at(60, SPAN, page=page, ends_at=later(hours=3)))
        clock.move_to(later(hours=1))
        cron.tick()
        hands.withdraw(fresh(push), None, "wrong place")
        assert (fresh(page).live, fresh(page).expire_at) == (True, None)

    def test_an_end_that_has_come_is_not_undone_before_the_tick(self, publish_at, page, clock):
        push = approve(publish_at(60, SPAN, page=page, ends_at=later(hours=3)))
        clock.move_to(later(hours=1))
        cron.tick()
        clock.move_to(later(hours=3, seconds=20))
        publish_at(60 * 24, LIVE, page=page)
        assert fresh(push).state == State.SENT
        cron.tick()
        assert not fresh(page).live


class TestWaitingWithThePush:
    @pytest.fixture
    def reviewed(self, publish_at, draft):
        push = publish_at()
        review(draft)
        return push

    def test_nobody_approved_the_push(self, reviewed, draft, clock):
        for minutes in (60, 61, 60 * 24):
            clock.move_to(later(minutes=minutes))
            cron.tick()
            assert not fresh(draft).live
        assert fresh(reviewed).state == State.MISSED
        retime(fresh(reviewed), later(days=2))
        approve(fresh(reviewed))
        clock.move_to(later(days=2))
        assert cron.tick().pushes["sent"] == 1
        assert fresh(draft).live

    def test_a_pause_holds_the_piece_and_resuming_sends_both(
        self, reviewed, draft, clock, person, website
    ):
        approver = person(Role.CAMPAIGN_ADMINISTRATOR)
        approve(reviewed)
        pause = pausing.begin(Pause(account=website, reason="等等"), approver)
        clock.move_to(later(hours=2))
        cron.tick()
        assert not fresh(draft).live
        refused = pausing.end(pause, approver, {reviewed.pk: (pausing.Choice.SEND, None)})
        assert refused == {}
        cron.tick()
        assert fresh(draft).live
        assert fresh(reviewed).state == State.SENT

    def test_a_pause_and_another_time(self, reviewed, draft, clock, person, website):
        approver = person(Role.CAMPAIGN_ADMINISTRATOR)
        approve(reviewed)
        pause = pausing.begin(Pause(account=website, reason="等等"), approver)
        clock.move_to(later(hours=2))
        choice = pausing.Choice.RETIME, later(hours=3)
        assert pausing.end(pause, approver, {reviewed.pk: choice}) == {}
        cron.tick()
        assert not fresh(draft).live
        assert approved_go_live(fresh(draft)) == later(hours=3)

    def test_a_scheduler_that_slept_too_long_publishes_nothing_late(self, reviewed, draft, clock):
        approve(reviewed)
        clock.move_to(reviewed.sendable_until + timedelta(minutes=1))
        assert cron.tick().pushes["missed"] == 1
        assert not fresh(draft).live

    def test_another_push_that_goes_ahead_publishes(self, reviewed, draft, clock, publish_at):
        second = approve(publish_at(120))
        clock.move_to(later(hours=2))
        assert cron.tick().pushes["sent"] == 1
        assert fresh(draft).live
        assert fresh(second).state == State.SENT

    def test_a_date_that_no_push_set_is_wagtails_alone(self, publish_at, draft, clock):
        publish_at(60)
        page = fresh(draft).get_latest_revision_as_object()
        page.go_live_at = later(minutes=30)
        page.save_revision().publish()
        clock.move_to(later(minutes=30))
        cron.tick()
        assert fresh(draft).live


class TestPreflight:
    def test_nothing_is_approved_yet(self, publish_at, draft):
        push = publish_at()
        assert codes(push) == {"piece.not_approved_yet": False}
        assert codes(push, push.scheduled_at) == {"piece.not_approved": True}
        review(draft)
        assert codes(push) == {}
        assert codes(push, push.scheduled_at) == {}

    def test_the_dates_disagree(self, publish_at, draft):
        push = publish_at(60, SPAN, ends_at=later(hours=3))

        def dated(go_live_at, expire_at):
            page = fresh(draft).get_latest_revision_as_object()
            page.go_live_at, page.expire_at = go_live_at, expire_at
            page.save_revision()

        dated(None, None)
        told = codes(push)
        assert told.pop("piece.not_approved_yet") is False
        assert told == {"dates.go_live": False, "dates.comes_down": False}
        dated(later(minutes=30), later(hours=4))
        review(draft)
        assert codes(push) == {"dates.go_live": False, "dates.comes_down": False}
        dated(later(minutes=90), later(hours=3))
        review(draft)
        assert codes(push) == {"dates.go_live": True}
        # The same time once more brings them in step, without another review.
        retime(push, push.scheduled_at, ends_at=push.ends_at)
        assert codes(push) == {}

    def test_both_languages_go_live_with_their_pushes(
        self, publish_at, draft, edition, clock, website
    ):
        kazakh = make_case("draft-kk", language="kk", translation_of=draft, live=False)
        edition.needs_both_languages = True
        edition.save()
        pushes = [publish_at(), publish_at(page=kazakh, language="kk")]
        for page in (draft, kazakh):
            review(page)
        for push in pushes:
            approve(push)
        clock.move_to(later(hours=1))
        assert cron.tick().pushes["sent"] == 2


class TestScreens:
    @pytest.fixture
    def administrator(self, client, person):
        client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
        return client

    def test_planned_and_changed_in_the_form(self, administrator, edition, draft, website):
        wish = {
            "edition": edition.pk, "page": draft.pk, "language": "zh-hans", "account": website.pk,
            "scheduled_at": "2026-03-11 09:00", "ends_at": "2026-03-12 09:00", "publishing": "span",
        }  # fmt: skip
        answer = administrator.post(reverse("push:add"), wish, follow=True)
        push = Push.objects.get()
        assert push.publishing == SPAN
        assert push.get_publishing_display() in answer.content.decode()
        nine = datetime(2026, 3, 11, 9, tzinfo=BEIJING)
        assert dates_of(fresh(draft)) == Dates(nine, nine + timedelta(days=1))
        edit = reverse("push:edit", args=[push.pk])
        wish |= {"scheduled_at": "2026-03-11 10:00", "publishing": "live"}
        administrator.post(edit, wish)
        assert dates_of(fresh(draft)) == Dates(nine + timedelta(hours=1), None)

    def test_another_channel_is_told_at_the_field(self, administrator, edition, draft, account):
        wish = {
            "edition": edition.pk, "page": draft.pk, "language": "zh-hans", "account": account.pk,
            "scheduled_at": "2026-03-11 09:00", "ends_at": "", "publishing": "live",
        }  # fmt: skip
        answer = administrator.post(reverse("push:add"), wish)
        assert list(answer.context["form"].errors) == ["publishing"]
        assert not Push.objects.exists()

    def test_other_channels_are_not_asked(self, administrator, plan_at):
        push = plan_at(60)
        form = administrator.get(reverse("push:edit", args=[push.pk])).context["form"]
        assert "publishing" not in form.fields

    def test_calling_off_says_what_becomes_of_the_piece(self, administrator, publish_at):
        push = publish_at()
        answer = administrator.get(reverse("push:cancel", args=[push.pk]))
        assert answer.context["consequence"]


def test_the_command_line(edition, draft, website):
    call_command(
        "schedule_push", campaign=edition.code, content=draft.code, language="zh-hans",
        account=website.code, at="2026-03-11T09:00", publish="live",
    )  # fmt: skip
    push = Push.objects.get()
    assert (push.state, push.publishing) == (State.APPROVED, LIVE)
    assert dates_of(fresh(draft)).go_live_at == push.scheduled_at
