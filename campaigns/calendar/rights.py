"""Who changes what belongs to every region: campaigns, their series, their templates.

One answer for screens and verbs: campaign administrators posted at head office. Others who may see
a campaign look at it; what a region may change of its own hangs on its own models and is scoped.
"""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from wagtail.permissions import ModelPermissionPolicy

from campaigns.regions.models import HEAD_OFFICE
from campaigns.regions.roles import Role
from campaigns.regions.scope import sees_everything

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def changes_campaigns(user: "AbstractBaseUser") -> bool:
    """Whether the user may change what belongs to every region.

    Kept on the user object for the length of a request, so that a screen asks once.
    """
    if sees_everything(user):
        return True
    if not user.is_authenticated or not user.is_active:
        return False
    known = getattr(user, "_changes_campaigns", None)
    if known is None:
        known = user.postings.filter(
            role=Role.CAMPAIGN_ADMINISTRATOR, region__code=HEAD_OFFICE
        ).exists()
        user._changes_campaigns = known  # noqa: SLF001
    return known


def require_head_office(by: "AbstractBaseUser | None") -> None:
    """Raises PermissionDenied; nobody, whoever runs commands on the machine, may."""
    if by is not None and not changes_campaigns(by):
        raise PermissionDenied(_("Head office changes campaigns; a region changes its own part."))


class HeadOfficePolicy(ModelPermissionPolicy):
    """Whoever has the right looks; of these, head office's administrators change."""

    def user_has_permission(self, user: "AbstractBaseUser", action: str) -> bool:
        return super().user_has_permission(user, action) and (
            action == "view" or changes_campaigns(user)
        )
