"""Moving entries: by the form, by what the script sends, refused, and taken back."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from campaigns.calendar.windows import BEIJING
from campaigns.pushes.models import Push
from campaigns.pushes.planning import cancel
from campaigns.regions.roles import Role
from tests.campaigns.agenda.conftest import NOON, entries_of

TO = datetime(2026, 3, 13, 9, 30, tzinfo=BEIJING)


@pytest.fixture
def move(client):
    """Send a move of a row, as the form does or, with json=True, as the script."""

    def send(kind: str, row, to: str, *, json: bool = False, **told):
        address = reverse("campaigns_admin:agenda_move", args=[kind, row.pk])
        headers = {"Accept": "application/json"} if json else {}
        return client.post(address, {"to": to, **told}, headers=headers)

    return send


def test_a_push_moves_to_another_time_and_its_row_stays(administrator, move, push_at):
    push = push_at()
    answer = move("push", push, "2026-03-13T09:30", next="/admin/agenda/?day=2026-03-13")
    assert answer.url == "/admin/agenda/?day=2026-03-13"
    before = (push.pk, push.slot, push.key)
    push.refresh_from_db()
    assert (push.pk, push.slot, push.key) == before
    assert push.scheduled_at == push.try_at == TO
    assert push.transitions.last().by == administrator


def test_dropped_on_a_day_it_keeps_its_time_of_day(administrator, move, push_at):
    push = push_at()
    answer = move("push", push, "2026-03-13", json=True)
    assert answer.json() == {"when": "2026-03-13 12:00"}
    push.refresh_from_db()
    assert push.scheduled_at == NOON + timedelta(days=3)


def test_a_place_on_the_website_keeps_its_length(administrator, move, push_at):
    push = push_at(account="website:000000")
    type(push).objects.filter(pk=push.pk).update(ends_at=push.scheduled_at + timedelta(hours=5))
    move("push", push, "2026-03-13T09:30")
    push.refresh_from_db()
    assert push.ends_at - push.scheduled_at == timedelta(hours=5)


@pytest.mark.parametrize("json", [False, True])
@pytest.mark.parametrize(
    "to",
    [
        "2026-04-01",
        "2026-03-09T08:00",
        "",
        "soon",
        "2026-13-01",
        "9999-12-31T00:00",
        "0001-01-01",
        "9999-12-31",
    ],
)
def test_what_is_refused_is_said_and_nothing_moves(administrator, move, push_at, to, json):
    push = push_at()
    answer = move("push", push, to, json=json)
    assert answer.status_code == 409
    problems = answer.json()["problems"] if json else answer.context["problems"]
    assert problems
    at = push.scheduled_at
    push.refresh_from_db()
    assert push.scheduled_at == at


def test_what_somebody_else_moved_is_not_moved_blindly(administrator, move, push_at):
    push = push_at()
    move("push", push, "2026-03-13T09:30")
    answer = move("push", push, "2026-03-14", json=True, was="2026-03-11T12:00:00")
    assert answer.status_code == 409
    assert "2026-03-13 09:30" in answer.json()["problems"][0]


def test_a_move_is_taken_back_with_one_click(administrator, client, move, push_at):
    push = push_at(NOON + timedelta(days=1, seconds=17))
    at = push.scheduled_at
    here = reverse("campaigns_admin:agenda_month")
    move("push", push, "2026-03-13", json=True)
    undo = client.get(here).context["undo"]
    answer = client.post(
        undo["address"],
        {"to": undo["to"], "was": undo["was"], "undo": "1", "next": here},
        follow=True,
    )
    push.refresh_from_db()
    assert push.scheduled_at == at
    assert answer.context["undo"]["is_undo"]
    assert client.get(here).context["undo"] is None


def test_what_a_move_costs_is_said_before_and_after(administrator, client, move, push_at):
    push = push_at()
    form = reverse("campaigns_admin:agenda_move", args=["push", push.pk])
    assert client.get(form).context["entry"].move_cost == ""
    Push.objects.filter(pk=push.pk).update(state=Push.State.APPROVED)
    cost = client.get(form).context["entry"].move_cost
    assert cost in client.get(form).content.decode()
    move("push", push, "2026-03-13")
    push.refresh_from_db()
    assert push.state == Push.State.PLANNED
    # Taking the move back does not bring the approval back.
    assert cost in client.get(reverse("campaigns_admin:agenda_month")).content.decode()


def test_what_is_done_has_no_handle_and_does_not_move(administrator, look, move, push_at):
    push = push_at()
    cancel(push, administrator, "不发了")
    (entry,) = entries_of(look("week"))
    assert entry.move_label == ""
    assert move("push", push, "2026-03-13", json=True).status_code == 409


def test_a_session_is_moved_by_who_plans_it(client, person, move, session_at, clock):
    session = session_at()
    client.force_login(person(Role.REGIONAL_COORDINATOR, "654300"))
    assert move("session", session, "2026-03-13T09:30").status_code == 302
    session.refresh_from_db()
    assert session.starts_at == TO


def test_an_approved_session_stays(client, person, move, session_at, clock):
    session = session_at()
    type(session).objects.filter(pk=session.pk).update(state="approved")
    client.force_login(person(Role.REGIONAL_COORDINATOR, "654300"))
    assert move("session", session, "2026-03-13", json=True).status_code == 409


def test_windows_are_not_moved_here(administrator, move, edition):
    answer = move("edition", edition, "2026-03-13", json=True)
    assert answer.status_code in (302, 403)  # Wagtail sends the refused back to its home
    edition.refresh_from_db()
    assert edition.starts_on.day == 9


def test_without_the_right_nothing_moves(client, person, move, push_at):
    push = push_at()
    client.force_login(person(Role.REGIONAL_COORDINATOR, "650000"))
    at = push.scheduled_at
    move("push", push, "2026-03-13", json=True)
    push.refresh_from_db()
    assert push.scheduled_at == at


def test_what_lies_elsewhere_is_absent(client, person, move, push_at, session_at):
    push, session = push_at(account="wechat:430000"), session_at(region="430102")
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
    assert move("push", push, "2026-03-13").status_code == 404
    assert move("nothing", push, "2026-03-13").status_code == 404
    client.force_login(person(Role.REGIONAL_COORDINATOR, "650000"))
    assert move("session", session, "2026-03-13").status_code == 404


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:1"])
def test_the_way_back_stays_within_the_site(administrator, move, push_at, elsewhere):
    answer = move("push", push_at(), "2026-03-13T09:30", next=elsewhere)
    assert answer.url.startswith("/admin/agenda/")


def test_the_form_stands_there_without_any_script(administrator, client, push_at):
    push = push_at()
    text = client.get(reverse("campaigns_admin:agenda_week")).content.decode()
    address = reverse("campaigns_admin:agenda_move", args=["push", push.pk])
    assert f'href="{address}?next=' in text
    form = client.get(address).content.decode()
    assert 'value="2026-03-11T12:00:00"' in form
    assert "新疆时间 10:00" in form
