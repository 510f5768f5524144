"""Least rights: what each role may do beyond its own screens, and what none of them may."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.images.permissions import permission_policy as images
from wagtail.models import GroupPagePermission, Page, Workflow
from wagtailmedia import get_permission_policy as media_policy

from campaigns.regions import roles
from campaigns.regions.roles import PERMISSIONS, Role, sync_roles
from content.models import Audience, CaseWarningPage, Category, HomePage
from tests.factories import make_case, section

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def held_by(role: Role) -> set[str]:
    rows = Permission.objects.filter(group__name=role.value)
    pairs = rows.values_list("content_type__app_label", "codename")
    return {f"{app}.{name}" for app, name in pairs}


def test_the_groups_hold_what_the_table_says_and_nothing_else(db):
    Group.objects.get(name="editor").permissions.add(Permission.objects.get(codename="add_group"))
    sync_roles()
    assert {role: held_by(role) for role in Role} == {
        role: set(names) for role, names in PERMISSIONS.items()
    }


def test_a_permission_that_no_model_has_is_an_error(db, monkeypatch):
    monkeypatch.setitem(roles.PERMISSIONS, Role.EDITOR, ["content.view_categry"])
    with pytest.raises(LookupError, match="view_categry"):
        sync_roles()


@pytest.mark.parametrize(
    "name",
    [
        "auth.delete_user",  # people are deactivated: the ledger names them
        "auth.add_group",
        "auth.change_group",
        "auth.delete_group",
        "campaigns.delete_region",
        "campaigns.delete_fieldsession",
        "campaigns.delete_push",
        "campaigns.add_reachentry",
        "campaigns.change_reachentry",
        "campaigns.delete_reachentry",
    ],
)
def test_no_role_holds(name):
    assert not [role for role, names in PERMISSIONS.items() if name in names]


def test_only_the_reviewer_publishes(db):
    publishing = GroupPagePermission.objects.filter(permission__codename="publish_page")
    assert set(publishing.values_list("group__name", flat=True)) == {"reviewer"}


def test_wagtails_own_groups_that_could_publish_are_gone(db):
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    assert [workflow.name for workflow in Workflow.objects.all()] == ["发布前审核"]


@pytest.mark.parametrize(
    ("role", "language", "edits"),
    [
        (Role.EDITOR, "zh-hans", True),
        (Role.EDITOR, "kk-arab", True),
        (Role.TRANSLATOR, "zh-hans", False),
        (Role.TRANSLATOR, "kk-arab", True),
        (Role.TRANSLATOR, "kk", True),
        (Role.REVIEWER, "zh-hans", False),
        (Role.CAMPAIGN_ADMINISTRATOR, "zh-hans", False),
        (Role.ADMINISTRATOR, "kk", True),
    ],
)
def test_who_edits_pages(person, role, language, edits):
    piece = make_case("piece", language=language)
    assert piece.permissions_for_user(person(role)).can_edit() is edits


@pytest.mark.parametrize("role", list(Role))
def test_the_page_explorer_is_for_those_who_work_on_pages(client, person, role):
    client.force_login(person(role))
    home = HomePage.objects.get(locale__language_code="kk")
    answer = client.get(reverse("wagtailadmin_explore", args=[home.pk]))
    works = {Role.EDITOR, Role.TRANSLATOR, Role.REVIEWER, Role.ADMINISTRATOR}
    assert answer.status_code == (200 if role in works else 302)


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        (Role.EDITOR, {"add", "change", "choose"}),
        (Role.TRANSLATOR, {"add", "choose"}),
        (Role.REVIEWER, set()),
        (Role.CAMPAIGN_ADMINISTRATOR, set()),
        (Role.REGIONAL_COORDINATOR, set()),
        (Role.MANAGER, set()),
        (Role.ADMINISTRATOR, {"add", "change", "choose", "delete"}),
    ],
)
def test_who_works_on_pictures_and_media(person, role, verbs):
    user = person(role)
    asked = ("add", "change", "choose", "delete")
    assert {verb for verb in asked if images.user_has_permission(user, verb)} == (
        verbs | ({"change", "delete"} if "add" in verbs else set())  # their own
    )
    assert media_policy().user_has_permission(user, "add") is ("add" in verbs)


# --- The whole way of a piece ---------------------------------------------------------------------


def case_form(**changes) -> dict:
    """What the browser sends for a case with one section."""
    return {
        "title": "代理退保骗局",
        "summary": "",
        "image": "",
        "category": "",
        "code": "",
        "date": "2026-03-09",
        "source": "",
        "slug": "",
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "comment_form": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "case",
        "body-0-id": "",
        "body-0-value-heading": "",
        "body-0-value-text-count": "1",
        "body-0-value-text-0-deleted": "",
        "body-0-value-text-0-order": "0",
        "body-0-value-text-0-type": "markdown",
        "body-0-value-text-0-id": "",
        "body-0-value-text-0-value": "李某接到一个电话。",
        "legal_basis-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    } | changes


def add_url() -> str:
    cases = section("cases").pk
    return reverse("wagtailadmin_pages:add", args=["content", "casewarningpage", cases])


def test_an_editor_submits_a_reviewer_approves_and_the_piece_is_live(client, person):
    client.force_login(person(Role.EDITOR))
    client.post(add_url(), case_form(**{"action-submit": "1"}))
    piece = CaseWarningPage.objects.get()
    assert not piece.live
    state = piece.current_workflow_task_state
    client.force_login(person(Role.REVIEWER))
    assert client.get(reverse("wagtailadmin_pages:edit", args=[piece.pk])).status_code == 200
    action = reverse("wagtailadmin_pages:workflow_action", args=[piece.pk, "approve", state.pk])
    client.post(action, {"comment": ""})
    piece.refresh_from_db()
    assert piece.live
    assert client.get(piece.url).status_code == 200


def test_an_editor_cannot_publish(client, person):
    client.force_login(person(Role.EDITOR))
    client.post(add_url(), case_form(**{"action-publish": "1"}))
    assert not CaseWarningPage.objects.filter(live=True).exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMINISTRATOR, Role.MANAGER])
def test_nobody_but_a_reviewer_approves(client, person, role):
    client.force_login(person(Role.EDITOR, username="author"))
    client.post(add_url(), case_form(**{"action-submit": "1"}))
    piece = CaseWarningPage.objects.get()
    client.force_login(person(role, username="other"))
    state = piece.current_workflow_task_state
    action = reverse("wagtailadmin_pages:workflow_action", args=[piece.pk, "approve", state.pk])
    client.post(action, {"comment": ""})
    assert not Page.objects.get(pk=piece.pk).live


# --- Subjects and readers -------------------------------------------------------------------------


def test_subjects_are_searched_and_show_how_many_pieces_use_them(client, person):
    category = Category.objects.get(slug="elder-scam")
    make_case("one", category=category)
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
    index = reverse(Category.snippet_viewset.get_url_name("list_results"))
    found = client.get(index, {"q": "养老"}).context["object_list"]
    assert [(row.slug, row.piece_count) for row in found] == [("elder-scam", 1)]


def test_a_reader_group_that_pieces_use_is_not_deleted(client, admin_user):
    audience = Audience.objects.first()
    make_case("one", audiences=[audience])
    client.force_login(admin_user)
    client.post(reverse(Audience.snippet_viewset.get_url_name("delete"), args=[audience.pk]))
    assert Audience.objects.filter(pk=audience.pk).exists()
