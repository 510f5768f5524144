"""The one answer to "what may this user see": a region sees itself and everything below it.

Pages, exports, APIs and jobs all ask here. What lies outside is absent: a look-up of it is a 404.
"""

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Rows = TypeVar("Rows", bound=QuerySet)


def visible_paths(user: "AbstractBaseUser") -> list[str]:
    """The tree paths that the user is posted at; the shortest that cover all the others.

    Kept on the user object for the length of a request, so that a screen asks once.
    """
    if not user.is_authenticated or not user.is_active:
        return []
    cached = getattr(user, "_visible_paths", None)
    if cached is None:
        cached = _covering(user.postings.values_list("region__path", flat=True))
        user._visible_paths = cached  # noqa: SLF001
    return cached


def sees_everything(user: "AbstractBaseUser") -> bool:
    """Superusers; everybody else sees by posting."""
    return user.is_authenticated and user.is_active and user.is_superuser


def scope_to(rows: Rows, user: "AbstractBaseUser", path: str = "region__path") -> Rows:
    """Those rows whose region is one of the user's or lies below it.

    `path` names the look-up that leads from a row to its region's tree path.
    """
    if sees_everything(user):
        return rows
    paths = visible_paths(user)
    if not paths:
        return rows.none()
    condition = Q()
    for prefix in paths:
        condition |= Q(**{f"{path}__startswith": prefix})
    return rows.filter(condition)


def _covering(paths) -> list[str]:
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(shorter) for shorter in kept):
            kept.append(path)
    return kept
