"""Dates of a piece set from outside the editor: they move, and approve nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry, Workflow

from campaigns.regions.roles import Role
from content.dates import Dates, approved_go_live, dates_of, set_dates
from tests.factories import make_case

NOW = timezone.now().replace(microsecond=0)
SOON, LATER, END = (NOW + timedelta(days=days) for days in (1, 2, 9))


@pytest.fixture
def draft(db):
    page = make_case("draft", live=False)
    page.save_revision()
    return page


def approve(page) -> None:
    """What a reviewer's approval does: it publishes, or schedules, the newest revision."""
    page.refresh_from_db()
    page.get_latest_revision().publish()
    page.refresh_from_db()


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def test_a_draft_carries_the_dates_to_its_review_and_is_approved_by_nobody(draft):
    set_dates(draft, Dates(SOON, END))
    page = fresh(draft)
    assert approved_go_live(page) is None
    assert dates_of(page) == Dates(SOON, END)
    assert (page.go_live_at, page.expire_at) == (SOON, END)
    shown_to_the_reviewer = page.get_latest_revision_as_object()
    assert (shown_to_the_reviewer.go_live_at, shown_to_the_reviewer.expire_at) == (SOON, END)
    approve(page)
    assert not page.live
    assert approved_go_live(page) == SOON


def test_what_was_approved_moves_with_its_words(draft):
    set_dates(draft, Dates(SOON, END))
    approve(draft)
    draft.title = "未审"
    draft.save_revision()
    set_dates(draft, Dates(LATER, END))
    page = fresh(draft)
    waiting = page.scheduled_revision
    assert waiting.approved_go_live_at == LATER
    assert waiting.as_object().go_live_at == LATER
    assert waiting.as_object().title == "退保骗局"
    assert page.go_live_at == LATER
    # The later draft is as little approved as before, and would go live at the same time.
    assert page.revisions.filter(approved_go_live_at__isnull=False).count() == 1
    assert page.get_latest_revision_as_object().go_live_at == LATER


def test_without_a_time_the_approval_lapses(draft):
    set_dates(draft, Dates(SOON, END))
    approve(draft)
    set_dates(draft, Dates())
    page = fresh(draft)
    assert approved_go_live(page) is None
    assert dates_of(page) == Dates()
    assert not page.live
    assert PageLogEntry.objects.filter(page=page, action="wagtail.schedule.cancel").exists()


def test_of_a_public_piece_only_the_end_changes(db):
    page = make_case("public")
    page.save_revision().publish()
    page.title = "未审"
    page.save_revision()
    set_dates(fresh(page), Dates(SOON, END))
    page = fresh(page)
    assert (page.live, page.title) == (True, "退保骗局")
    assert (page.go_live_at, page.expire_at) == (None, END)
    assert page.live_revision.as_object().expire_at == END
    # What is published next comes down just the same.
    assert page.get_latest_revision_as_object().expire_at == END
    assert page.get_latest_revision_as_object().go_live_at is None


def test_an_update_that_is_scheduled_keeps_its_time(db):
    page = make_case("public")
    page.save_revision().publish()
    page = fresh(page)
    page.go_live_at = LATER
    page.save_revision().publish()
    set_dates(fresh(page), Dates(SOON, END))
    page = fresh(page)
    assert approved_go_live(page) == LATER
    assert page.scheduled_revision.as_object().expire_at == END


def test_a_piece_without_any_revision_gets_a_draft(db):
    page = make_case("bare", live=False)
    set_dates(page, Dates(SOON))
    assert fresh(page).get_latest_revision_as_object().go_live_at == SOON
    assert approved_go_live(fresh(page)) is None


def test_a_review_under_way_goes_on(draft, person):
    """One approval is enough, although edits must be approved anew."""
    Workflow.objects.get().start(draft, person(Role.EDITOR))
    revisions = draft.revisions.count()
    set_dates(draft, Dates(SOON, END))
    page = fresh(draft)
    assert page.revisions.count() == revisions
    state = page.current_workflow_task_state
    assert state.revision == page.get_latest_revision()
    state.approve(user=person(Role.REVIEWER))
    page = fresh(draft)
    assert page.current_workflow_state is None
    assert approved_go_live(page) == SOON


def test_whoever_has_it_open_in_the_editor_is_told(draft):
    opened = draft.get_latest_revision().created_at
    set_dates(draft, Dates(SOON))
    page = fresh(draft)
    assert page.get_latest_revision().created_at > opened
    assert page.latest_revision_created_at == page.get_latest_revision().created_at


def test_the_history_says_who_and_why(draft, person):
    planner = person(Role.CAMPAIGN_ADMINISTRATOR)
    set_dates(draft, Dates(SOON, END), by=planner, reason="推送改期")
    entry = PageLogEntry.objects.get(page=draft, action="content.dates")
    assert entry.user == planner
    assert entry.data["after"]["go_live_at"] == SOON.isoformat()
    assert f"{timezone.localtime(SOON):%F %H:%M}" in entry.message
    assert "推送改期" in entry.message
