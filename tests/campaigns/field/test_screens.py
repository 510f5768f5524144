"""The screens: the own region and below, and the road from plan to approval on them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.field.models import FieldSession
from campaigns.reach.models import ReachEntry
from campaigns.regions.roles import Role
from tests.factories import EditionFactory, make_case

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def plan_data(tree):
    def make(region="654321", **changes):
        return {
            "edition": "",
            "region": tree[region].pk,
            "form": "horseback",
            "venue_class": "rural",
            "place": "春牧场",
            "starts_at": "2026-03-15T12:00",
            "language": "kk-arab",
            "audience": "",
            "expected_attendance": "30",
            "token": "abc",
        } | changes

    return make


def url(name: str, session: FieldSession | None = None) -> str:
    return reverse(f"fieldsession:{name}", args=[session.pk] if session else [])


def listed(client, **query) -> set[FieldSession]:
    return set(client.get(url("index"), query).context["object_list"])


# --- The road -------------------------------------------------------------------------------------


def test_a_session_is_planned_reported_approved_and_counted(
    client, coordinator, city_manager, plan_data
):
    edition, piece = EditionFactory(), make_case("livestock-claim")
    client.force_login(coordinator)
    client.post(url("add"), plan_data(edition=edition.pk, pieces=[piece.pk]))
    session = FieldSession.objects.get()
    assert session.pieces.get().code == "livestock-claim"
    client.post(url("report", session), {"attendance": "24", "leaflets": "48", "notes": ""})
    assert not ReachEntry.objects.exists()
    client.force_login(city_manager)
    client.post(url("approve", session))
    entry = ReachEntry.objects.get(metric="attendance")
    assert (entry.count, entry.edition, entry.region) == (24, edition, session.region)
    again = client.post(url("approve", session), follow=True)
    assert [message.level_tag for message in again.context["messages"]][-1] == "info"
    assert ReachEntry.objects.count() == 2


def test_a_time_is_beijing_time_whatever_zone_the_profile_names(client, coordinator, plan_data):
    from wagtail.users.models import UserProfile

    UserProfile.objects.create(user=coordinator, current_time_zone="Asia/Urumqi")
    client.force_login(coordinator)
    client.post(url("add"), plan_data())
    session = FieldSession.objects.get()
    assert session.starts_at == datetime(2026, 3, 15, 4, 0, tzinfo=UTC)
    assert 'value="2026-03-15T12:00"' in client.get(url("edit", session)).content.decode()
    page = client.get(url("inspect", session)).content.decode()
    assert "2026-03-15 12:00" in page
    assert "10:00" in page  # the informal time of Xinjiang


def test_a_session_elsewhere_shows_no_informal_time(plan_session):
    assert plan_session("430102").informal_time is None
    assert plan_session("654321").informal_time.at.utcoffset() == timedelta(hours=6)


def test_a_plan_sent_twice_over_a_bad_line_is_one_session(client, coordinator, plan_data):
    client.force_login(coordinator)
    client.post(url("add"), plan_data())
    client.post(url("add"), plan_data())
    assert FieldSession.objects.count() == 1


def test_a_second_session_at_the_same_place_and_time_is_refused(client, coordinator, plan_data):
    client.force_login(coordinator)
    client.post(url("add"), plan_data())
    answer = client.post(url("add"), plan_data(token="def"))
    assert "place" in answer.context["form"].errors


def test_only_live_pieces_can_be_chosen(client, coordinator, plan_data):
    draft = make_case("draft", live=False)
    client.force_login(coordinator)
    answer = client.post(url("add"), plan_data(pieces=[draft.pk]))
    assert "pieces" in answer.context["form"].errors


def test_the_picker_finds_live_pieces_by_title(client, coordinator):
    make_case("a", title="退保骗局")
    make_case("b", title="退保黑产", live=False)
    make_case("c", title="养羊骗局")
    client.force_login(coordinator)
    found = client.get(url("pieces"), {"q": "退保"}).json()["pieces"]
    assert [piece["title"] for piece in found] == ["退保骗局"]
    assert client.get(url("pieces"), {"q": "\0%'\""}).json() == {"pieces": []}


def test_unusual_figures_want_a_tick(client, coordinator, plan_session):
    session = plan_session()
    client.force_login(coordinator)
    figures = {"attendance": "10", "leaflets": "400", "notes": ""}
    answer = client.post(url("report", session), figures)
    assert "confirmed" in answer.context["form"].errors
    client.post(url("report", session), figures | {"confirmed": "on"})
    assert session.report.leaflets == 400


@pytest.mark.parametrize(
    "figures",
    [
        {"attendance": "", "leaflets": "0"},
        {"attendance": "-1", "leaflets": "0"},
        {"attendance": "0", "leaflets": "5"},
        {"attendance": "99999999999999999999", "leaflets": "0"},
        {"attendance": "十", "leaflets": "0"},
    ],
)
def test_impossible_figures_are_refused_at_their_field(client, coordinator, plan_session, figures):
    client.force_login(coordinator)
    answer = client.post(url("report", plan_session()), figures)
    assert "attendance" in answer.context["form"].errors


def test_a_session_to_come_takes_no_report(client, coordinator, plan_session):
    session = plan_session(starts_at=timezone.now() + timedelta(days=1))
    client.force_login(coordinator)
    assert client.get(url("report", session)).status_code == 302
    client.post(url("report", session), {"attendance": "1", "leaflets": "1"})
    assert not hasattr(FieldSession.objects.get(), "report")


def test_sending_back_wants_a_reason_which_the_team_reads(
    client, reported, city_manager, coordinator
):
    client.force_login(city_manager)
    empty = client.post(url("send_back", reported), {"reason": " "})
    assert "reason" in empty.context["form"].errors
    client.post(url("send_back", reported), {"reason": "人数与照片不符"})
    client.force_login(coordinator)
    assert "人数与照片不符" in client.get(url("inspect", reported)).content.decode()
    assert reported in listed(client, show="to_report")


def test_a_session_is_cancelled_with_a_reason(client, coordinator, plan_session):
    session = plan_session()
    client.force_login(coordinator)
    client.post(url("cancel", session), {"reason": "大雪封山"})
    session.refresh_from_db()
    assert session.state == FieldSession.State.CANCELLED


def test_a_reported_plan_can_no_longer_be_changed(client, reported, coordinator, plan_data):
    client.force_login(coordinator)
    assert client.post(url("edit", reported), plan_data(place="别处")).status_code == 302
    reported.refresh_from_db()
    assert reported.place != "别处"


def test_nobody_decides_on_their_own_level(client, reported, person):
    client.force_login(person(Role.MANAGER, "654321"))
    for name in ("approve", "send_back"):
        client.post(url(name, reported), {"reason": "x"})
    reported.refresh_from_db()
    assert reported.state == FieldSession.State.REPORTED
    assert not ReachEntry.objects.exists()


def test_approval_is_never_a_link(client, reported, city_manager):
    client.force_login(city_manager)
    assert client.get(url("approve", reported)).status_code == 405


# --- The own region and below ---------------------------------------------------------------------

ON_A_SESSION = ["inspect", "edit", "report", "approve", "send_back", "cancel"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ON_A_SESSION)
def test_a_session_of_another_region_is_not_found(client, reported, person, name, method):
    client.force_login(person(Role.REGIONAL_COORDINATOR, "430000"))
    assert getattr(client, method)(url(name, reported)).status_code == 404


def test_the_list_holds_the_own_region_and_what_is_below(client, plan_session, person):
    own, below = plan_session("654300"), plan_session("654321")
    plan_session("650000")
    plan_session("430102")
    client.force_login(person(Role.REGIONAL_COORDINATOR, "654300"))
    assert listed(client) == {own, below}


def test_a_filter_by_another_region_finds_nothing(client, plan_session, tree, person):
    plan_session("430102")
    client.force_login(person(Role.REGIONAL_COORDINATOR, "654300"))
    answer = client.get(url("index"), {"region": tree["430100"].pk})
    assert not set(answer.context["object_list"])


def test_a_plan_outside_the_own_region_is_refused(client, coordinator, plan_data):
    client.force_login(coordinator)
    answer = client.post(url("add"), plan_data("430102"))
    assert "region" in answer.context["form"].errors
    assert not FieldSession.objects.exists()


def test_a_plan_cannot_be_moved_out_of_the_own_region(client, coordinator, plan_session, plan_data):
    session = plan_session("654321")
    client.force_login(coordinator)
    answer = client.post(url("edit", session), plan_data("430102"))
    assert "region" in answer.context["form"].errors


def test_a_closed_region_takes_no_new_plan(client, person, tree, plan_data):
    tree["654321"].is_active = False
    tree["654321"].save()
    client.force_login(person(Role.REGIONAL_COORDINATOR, "654300"))
    assert "region" in client.post(url("add"), plan_data()).context["form"].errors


# --- The list -------------------------------------------------------------------------------------


def test_the_list_is_filtered_and_searched(client, plan_session, person, tree):
    yurt = plan_session(place="库甫乡春牧场")
    stall = plan_session("430102", form="stall", venue_class="community", place="五一广场")
    client.force_login(person(Role.MANAGER, "000000"))
    assert listed(client, form="stall") == {stall}
    assert listed(client, venue_class="rural") == {yurt}
    assert listed(client, region=tree["650000"].pk) == {yurt}
    assert listed(client, state="approved") == set()
    assert listed(client, q="广场") == {stall}
    assert listed(client, starts_at_to="2020-01-01") == set()


def test_approvers_find_what_awaits_them(client, reported, plan_session, city_manager):
    plan_session(place="另一处")
    client.force_login(city_manager)
    assert listed(client, show="awaiting") == {reported}
    assert reported.place in client.get(reverse("wagtailadmin_home")).content.decode()


def test_an_empty_list_says_what_to_do(client, coordinator):
    client.force_login(coordinator)
    assert url("add") in client.get(url("index")).content.decode()


def test_the_list_costs_the_same_with_more_sessions(
    client, plan_session, person, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(person(Role.MANAGER, "000000"))
    plan_session(place="0")
    client.get(url("index"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("index"))
    for number in range(1, 10):
        plan_session(place=str(number))
    with django_assert_num_queries(len(few)):
        client.get(url("index"))
