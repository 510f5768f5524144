"""Who may act on an uploaded file, and see what it comes to as a whole."""

from typing import TYPE_CHECKING

from campaigns.reach.models import ImportBatch, ReachEntry
from campaigns.regions.models import HEAD_OFFICE, Region
from campaigns.regions.scope import scope_to, sees_everything, visible_paths

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def may_handle(batch: ImportBatch, user: "AbstractBaseUser") -> bool:
    """Whether all that the batch holds is the user's to decide on.

    What stands in the ledger is that, where it lies in their regions as a whole. What does not
    stand yet is its sender's, who alone knows what it is. Rows that wrote nothing, because their
    figure was there already, are told in the file with all others.
    """
    if is_of_head_office(user):
        return True
    if not batch.is_settled:
        return batch.staged_by_id == user.pk
    return not (
        _lies_outside(ReachEntry.objects.filter(batch=batch), user)
        or _lies_outside(batch.held.all(), user)
        or _lies_outside(batch.rows.all(), user)
    )


def may_see_totals(batch: ImportBatch, user: "AbstractBaseUser") -> bool:
    """Whether the channels' totals are the user's to see: they are of what its sender could see."""
    return is_of_head_office(user) or batch.staged_by_id == user.pk


def is_of_head_office(user: "AbstractBaseUser") -> bool:
    """Whether the user sees the whole tree."""
    if sees_everything(user):
        return True
    head = Region.objects.filter(code=HEAD_OFFICE).values_list("path", flat=True)
    return bool(set(head) & set(visible_paths(user)))


def _lies_outside(rows, user: "AbstractBaseUser") -> bool:
    own = scope_to(rows, user).order_by().values("pk")
    return rows.exclude(pk__in=own).exists()
