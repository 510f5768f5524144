"""Whether the languages of a piece go together: by rule, or as somebody has chosen."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

from content.models import EducationPage, Release, TogetherChoice

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def goes_together(key: UUID) -> bool:
    """Whether approving one language of the piece waits for the others.

    As somebody has chosen; else while the piece is in several languages of which none is public.
    Once one is, an urgent correction of it must not wait: then staleness tells.
    """
    if choice := TogetherChoice.objects.filter(pk=key).first():
        return choice.together
    pages = EducationPage.objects.filter(translation_key=key)
    counted = pages.aggregate(all=models.Count("pk"), live=models.Count("pk", models.Q(live=True)))
    return counted["all"] > 1 and not counted["live"]


def choose(key: UUID, together: bool, by: "AbstractBaseUser | None") -> None:
    """Set it for the piece, whatever the rule says."""
    TogetherChoice.objects.update_or_create(
        pk=key, defaults={"together": together, "chosen_by": by}
    )


def bound_together(page_id: int) -> list[int]:
    """The pages whose date of going live is one with this page's, itself among them."""
    key = EducationPage.objects.values_list("translation_key", flat=True).get(pk=page_id)
    release = Release.objects.waiting().filter(translation_key=key).first()
    if release:
        bound = list(release.members.values_list("page_id", flat=True))
        return sorted(bound) if page_id in bound else [page_id]
    if not goes_together(key):
        return [page_id]
    pages = EducationPage.objects.filter(translation_key=key)
    return list(pages.order_by("pk").values_list("pk", flat=True))
