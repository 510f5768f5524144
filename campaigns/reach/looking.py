"""Lists that are only looked at: what screens of this floor share."""

from wagtail.admin.ui.tables import Column
from wagtail.permissions import ModelPermissionPolicy

from campaigns.regions.viewsets import ScopedViewSet

_ONLY_LOOK = frozenset({"add", "edit", "delete", "usage", "history", "history_results"})


class LookOnlyPolicy(ModelPermissionPolicy):
    """Nobody adds, changes or deletes by hand, a superuser no more than others."""

    def user_has_permission(self, user, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)


class LookOnlyViewSet(ScopedViewSet):
    """List and details, nothing else."""

    withheld = _ONLY_LOOK
    inspect_view_enabled = True
    exclude_form_fields: list[str] = []

    @property
    def permission_policy(self) -> LookOnlyPolicy:
        return LookOnlyPolicy(self.model)


class InspectLinks:
    """The title of a row leads to its details, since there is nothing to edit."""

    def get_edit_url(self, instance) -> str | None:
        return self.get_inspect_url(instance)


class NumberColumn(Column):
    """A count with separators, set flush right."""

    def __init__(self, name: str, **kwargs) -> None:
        super().__init__(name, classname="figure", **kwargs)

    def get_value(self, instance) -> str:
        return f"{super().get_value(instance):,}"
