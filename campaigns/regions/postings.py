"""A posting gives the group of its role; the last posting of a role takes the group away again.

Hung on signals and not on save() and delete(): a posting also goes with its user (cascade) and with
a queryset's delete(), and neither calls the model's own methods.
"""

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group

from campaigns.regions.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from campaigns.regions.models import Posting


def align_groups(user: "AbstractBaseUser") -> None:
    """Make the user's role groups those of the postings; other groups stay as they are."""
    wanted = set(user.postings.values_list("role", flat=True))
    held = set(user.groups.filter(name__in=Role.values).values_list("name", flat=True))
    if gone := held - wanted:
        user.groups.remove(*Group.objects.filter(name__in=gone))
    if new := wanted - held:
        user.groups.add(*Group.objects.filter(name__in=new))


def on_posting_changed(sender, instance: "Posting", raw: bool = False, **kwargs) -> None:
    """Receiver of post_save and post_delete of postings."""
    if not raw:
        align_groups(instance.user)
