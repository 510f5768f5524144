"""The organisation's screens: regions in a tree, postings given and taken, people held apart."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from campaigns.regions.models import Posting, Region
from campaigns.regions.roles import Role

User = get_user_model()


@pytest.fixture
def administrator(client, person):
    user = person(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


@pytest.fixture
def provincial(client, person):
    user = person(Role.ADMINISTRATOR, "650000")
    client.force_login(user)
    return user


# --- Regions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["654321", "布尔津"])
def test_a_region_is_found_by_code_or_name(client, administrator, query):
    answer = client.get(reverse("region:index_results"), {"q": query})
    assert "布尔津支公司" in answer.content.decode()
    assert "芙蓉支公司" not in answer.content.decode()


def test_a_region_is_added_below_its_parent(client, administrator, tree):
    new = {
        "parent": tree["654300"].pk,
        "code": "654322",
        "name": "富蕴支公司",
        "name_kk": "",
        "level": "county",
    }
    client.post(reverse("region:add"), new)
    assert Region.objects.get(code="654322").get_parent() == tree["654300"]


def test_a_province_cannot_hang_below_a_city(client, administrator, tree):
    new = {"parent": tree["654300"].pk, "code": "654322", "name": "某省", "level": "province"}
    answer = client.post(reverse("region:add"), new)
    assert answer.status_code == 200
    assert not Region.objects.filter(code="654322").exists()


def test_nobody_adds_a_region_outside_the_own(client, provincial, tree):
    new = {"parent": tree["430100"].pk, "code": "430199", "name": "某县", "level": "county"}
    assert "parent" in client.post(reverse("region:add"), new).context["form"].errors


def test_a_region_is_closed_by_making_it_inactive(client, administrator, tree):
    county = tree["654321"]
    url = reverse("region:edit", args=[county.pk])
    client.post(url, {"name": county.name, "name_kk": ""})
    county.refresh_from_db()
    assert not county.is_active


def test_a_region_with_active_regions_below_is_not_closed(client, administrator, tree):
    city = tree["654300"]
    answer = client.post(reverse("region:edit", args=[city.pk]), {"name": city.name})
    assert "is_active" in answer.context["form"].errors


def test_a_region_outside_is_not_found(client, provincial, tree):
    assert client.get(reverse("region:edit", args=[tree["430100"].pk])).status_code == 404


# --- Postings -------------------------------------------------------------------------------------


def test_a_posting_is_given_and_taken_away(client, administrator, tree):
    user = User.objects.create_user("aigul")
    new = {"user": user.pk, "role": Role.EDITOR.value, "region": tree["000000"].pk}
    client.post(reverse("posting:add"), new)
    posting = Posting.objects.get(user=user)
    client.post(reverse("posting:delete", args=[posting.pk]))
    assert not user.groups.exists()


def test_postings_of_other_regions_are_neither_listed_nor_found(client, provincial, person):
    there = person(Role.MANAGER, "430000").postings.get()
    assert there not in client.get(reverse("posting:index")).context["object_list"]
    assert client.get(reverse("posting:delete", args=[there.pk])).status_code == 404


def test_a_region_gives_only_the_roles_that_end_at_its_border(client, provincial, tree):
    user = User.objects.create_user("aigul")
    new = {"user": user.pk, "role": Role.REVIEWER.value, "region": tree["654300"].pk}
    assert "role" in client.post(reverse("posting:add"), new).context["form"].errors
    client.post(reverse("posting:add"), new | {"role": Role.REGIONAL_COORDINATOR.value})
    assert user.groups.get().name == Role.REGIONAL_COORDINATOR


def test_a_region_gives_no_posting_outside_itself(client, provincial, tree):
    user = User.objects.create_user("aigul")
    new = {"user": user.pk, "role": Role.MANAGER.value, "region": tree["000000"].pk}
    assert "region" in client.post(reverse("posting:add"), new).context["form"].errors


# --- People ---------------------------------------------------------------------------------------

DETAILS = {
    "username": "aigul",
    "email": "a@example.com",
    "first_name": "A",
    "last_name": "B",
    "is_active": "on",
}


def test_an_administrator_makes_an_account_but_no_superuser_and_no_group(client, administrator):
    new = DETAILS | {
        "password1": "herding-Sheep-77",
        "password2": "herding-Sheep-77",
        "is_superuser": "on",
        "groups": [Group.objects.get(name="reviewer").pk],
    }
    client.post(reverse("wagtailusers_users:add"), new)
    user = User.objects.get(username="aigul")
    assert not user.is_superuser
    assert not user.groups.exists()


def test_an_administrator_lifts_nobody_by_editing_an_account(client, administrator):
    user = User.objects.create_user("aigul")
    url = reverse("wagtailusers_users:edit", args=[user.pk])
    reviewers = Group.objects.get(name="reviewer").pk
    client.post(url, DETAILS | {"first_name": "C", "is_superuser": "on", "groups": [reviewers]})
    user.refresh_from_db()
    assert user.first_name == "C"
    assert not user.is_superuser
    assert not user.groups.exists()


def test_editing_an_account_keeps_the_groups_of_its_postings(client, administrator, person):
    user = person(Role.EDITOR)
    url = reverse("wagtailusers_users:edit", args=[user.pk])
    client.post(url, DETAILS | {"username": user.username})
    assert user.groups.get().name == "editor"


def test_a_superusers_account_is_out_of_an_administrators_reach(client, administrator):
    root = User.objects.create_superuser("root")
    for name in ("edit", "delete", "history"):
        assert client.get(reverse(f"wagtailusers_users:{name}", args=[root.pk])).status_code == 404
    assert "root" not in client.get(reverse("wagtailusers_users:index")).content.decode()


def test_accounts_of_other_regions_are_out_of_reach(client, provincial, person):
    above = person(Role.MANAGER, "000000")
    assert client.get(reverse("wagtailusers_users:edit", args=[above.pk])).status_code == 404
    below = person(Role.MANAGER, "654300")
    assert client.get(reverse("wagtailusers_users:edit", args=[below.pk])).status_code == 200


@pytest.mark.parametrize("action", ["assign_role", "set_active_state"])
def test_bulk_actions_do_not_reach_further(client, provincial, person, action):
    outside = person(Role.MANAGER, "430000")
    url = reverse("wagtail_bulk_action", args=["auth", "user", action])
    role = Group.objects.get(name="administrator").pk
    client.post(f"{url}?id={outside.pk}", {"role": role, "mark_as_active": "False"})
    outside.refresh_from_db()
    assert outside.is_active
    assert outside.groups.get().name == "manager"


def test_nobody_assigns_roles_in_bulk_but_a_superuser(client, administrator):
    url = reverse("wagtail_bulk_action", args=["auth", "user", "assign_role"])
    role = Group.objects.get(name="reviewer").pk
    client.post(f"{url}?id={administrator.pk}", {"role": role})
    assert administrator.groups.get().name == "administrator"


def test_an_administrator_cannot_change_what_a_group_may(client, administrator):
    group = Group.objects.get(name="administrator")
    answer = client.get(reverse("wagtailusers_groups:edit", args=[group.pk]))
    assert answer.status_code == 302


def test_a_superuser_assigns_other_groups_in_bulk_but_no_role_without_a_posting(
    client, admin_user, person
):
    user = person(Role.EDITOR)
    url = reverse("wagtail_bulk_action", args=["auth", "user", "assign_role"])
    client.force_login(admin_user)
    for group in (Group.objects.create(name="网站改版小组"), Group.objects.get(name="reviewer")):
        client.post(f"{url}?id={user.pk}", {"role": group.pk})
    assert set(user.groups.values_list("name", flat=True)) == {"editor", "网站改版小组"}
