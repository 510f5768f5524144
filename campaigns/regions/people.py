"""Wagtail's screens for users, so that nobody lifts themselves by them.

Stock Wagtail lets everyone who may change users tick "superuser", put anybody into any group and
set a superuser's password. Here roles come from postings alone, only a superuser touches superusers
and the other groups, and an administrator sees the accounts of the own regions.
"""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views import users
from wagtail.users.views.bulk_actions import (
    AssignRoleBulkAction,
    DeleteBulkAction,
    SetActiveStateBulkAction,
)

from campaigns.regions.models import Posting
from campaigns.regions.postings import align_groups
from campaigns.regions.roles import Role
from campaigns.regions.scope import sees_everything, visible_paths

User = get_user_model()


def people_visible_to(user) -> QuerySet:
    """Accounts that the user may administer: no superuser's, and nobody posted outside the region.

    An account without any posting belongs to no region yet and is open to every administrator.
    """
    if sees_everything(user):
        return User.objects.all()
    if not visible_paths(user):
        return User.objects.none()
    outside = Posting.objects.exclude(pk__in=Posting.objects.visible_to(user).values("pk"))
    return User.objects.filter(is_superuser=False).exclude(pk__in=outside.values("user"))


class _PersonForm:
    """Shows groups and superuser status; whoever is no superuser cannot change them."""

    def __init__(self, *args, by, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        groups = self.fields["groups"]
        if by.is_superuser:
            groups.queryset = Group.objects.exclude(name__in=Role.values)
            groups.help_text = _("The roles' groups follow from the postings.")
            return
        groups.disabled = True
        groups.help_text = _("Roles are given by postings, under “Organisation”.")
        if "is_superuser" in self.fields:
            self.fields["is_superuser"].disabled = True

    def _save_m2m(self) -> None:
        super()._save_m2m()
        align_groups(self.instance)


class PersonCreationForm(_PersonForm, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        pass


class PersonEditForm(_PersonForm, UserEditForm):
    class Meta(UserEditForm.Meta):
        pass


class _FormKnowsWho:
    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "by": self.request.user}


class _OwnPeopleOnly:
    def get_object(self, queryset: QuerySet | None = None):
        pk = self.kwargs[self.pk_url_kwarg]
        return get_object_or_404(people_visible_to(self.request.user), pk=pk)


class PersonIndexView(users.IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset() & people_visible_to(self.request.user)


class PersonCreateView(_FormKnowsWho, users.CreateView):
    pass


class PersonEditView(_FormKnowsWho, _OwnPeopleOnly, users.EditView):
    pass


class PersonDeleteView(_OwnPeopleOnly, users.DeleteView):
    pass


class PersonHistoryView(_OwnPeopleOnly, users.HistoryView):
    pass


class PersonUsageView(_OwnPeopleOnly, users.UserViewSet.usage_view_class):
    pass


class PersonViewSet(users.UserViewSet):
    index_view_class = PersonIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    delete_view_class = PersonDeleteView
    history_view_class = PersonHistoryView
    usage_view_class = PersonUsageView
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type:
        return PersonEditForm if for_update else PersonCreationForm


class _BulkOnOwnPeople:
    def check_perm(self, obj) -> bool:
        mine = people_visible_to(self.request.user).filter(pk=obj.pk)
        return super().check_perm(obj) and mine.exists()


class PersonSetActiveStateBulkAction(_BulkOnOwnPeople, SetActiveStateBulkAction):
    pass


class PersonDeleteBulkAction(_BulkOnOwnPeople, DeleteBulkAction):
    pass


class PersonAssignRoleBulkAction(AssignRoleBulkAction):
    """Wagtail's "assign role" puts people into groups: for superusers only, roles are postings."""

    def check_perm(self, obj) -> bool:
        return self.request.user.is_superuser

    @classmethod
    def execute_action(cls, objects, role=None, **kwargs):
        done = super().execute_action(objects, role=role, **kwargs)
        for user in objects:
            align_groups(user)
        return done


BULK_ACTIONS = [
    PersonAssignRoleBulkAction,
    PersonDeleteBulkAction,
    PersonSetActiveStateBulkAction,
]
