"""A posting gives the role's group; the last posting of a role takes it away."""

from django.contrib.auth.models import Group

from campaigns.regions.models import Posting
from campaigns.regions.roles import Role


def groups_of(user) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_a_posting_gives_the_group_of_its_role(person):
    assert groups_of(person(Role.EDITOR)) == {"editor"}


def test_the_group_stays_until_the_last_posting_of_the_role_goes(person, tree):
    user = person(Role.MANAGER, "650000")
    second = Posting.objects.create(user=user, role=Role.MANAGER, region=tree["430000"])
    second.delete()
    assert groups_of(user) == {"manager"}
    user.postings.all().delete()
    assert groups_of(user) == set()


def test_a_posting_whose_role_changes_changes_the_group(person):
    user = person(Role.MANAGER)
    posting = user.postings.get()
    posting.role = Role.EDITOR
    posting.save()
    assert groups_of(user) == {"editor"}


def test_groups_that_are_no_role_stay_as_they_are(person):
    user = person(Role.EDITOR)
    user.groups.add(Group.objects.create(name="网站改版小组"))
    user.postings.all().delete()
    assert groups_of(user) == {"网站改版小组"}


def test_a_person_who_is_deleted_takes_the_postings_along(person):
    user = person(Role.EDITOR)
    user.delete()
    assert not Posting.objects.exists()
