"""Keeps the list of pieces that were public and are no longer.

Whatever opens or closes a piece to the public comes by here: publishing, taking down (also by its
date), deleting, moving, and Wagtail's view restrictions on anything above it.
"""

from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from content.models import EducationPage, GonePiece
from content.models.base import open_to_all


def connect() -> None:
    """Listen to Wagtail. Called once, when the apps are ready."""
    for signal in (page_published, post_page_move):
        signal.connect(_on_page, dispatch_uid="gone_pieces")
    page_unpublished.connect(_on_taken_down, dispatch_uid="gone_pieces")
    post_delete.connect(_on_deleted, sender=EducationPage, dispatch_uid="gone_pieces")
    post_save.connect(_on_closed, sender=PageViewRestriction, dispatch_uid="gone_pieces")
    post_delete.connect(_on_opened, sender=PageViewRestriction, dispatch_uid="gone_pieces")


def _on_page(sender, instance: Page, **kwargs) -> None:
    _note(EducationPage.objects.filter(path__startswith=instance.path))


def _on_taken_down(sender, instance: Page, **kwargs) -> None:
    _remember(EducationPage.objects.filter(pk=instance.pk).select_related("locale"))


def _on_closed(sender, instance: PageViewRestriction, **kwargs) -> None:
    _note(EducationPage.objects.filter(path__startswith=instance.page.path))


def _on_opened(sender, instance: PageViewRestriction, **kwargs) -> None:
    pieces = EducationPage.objects.filter(path__startswith=instance.page.path)
    back = list(open_to_all(pieces).values_list("pk", flat=True))
    # To who keeps copies it is as if they were published now: only so are they told of them.
    Page.objects.filter(pk__in=back).update(last_published_at=timezone.now())
    _note(pieces)


def _on_deleted(sender, instance: EducationPage, **kwargs) -> None:
    if instance.live or instance.first_published_at:
        _remember([instance])


def _note(pieces) -> None:
    """Remember those of the pieces that were public, and forget those that are so again."""
    public = set(open_to_all(pieces).values_list("pk", flat=True))
    GonePiece.objects.filter(page_number__in=public).delete()
    were_public = pieces.exclude(pk__in=public).exclude(live=False, first_published_at__isnull=True)
    _remember(were_public.select_related("locale"))


def _remember(pieces) -> None:
    GonePiece.objects.bulk_create(
        [
            GonePiece(
                page_number=piece.pk,
                code=piece.code,
                language=piece.language,
                gone_at=timezone.now(),
            )
            for piece in pieces
        ],
        # The first going counts: who has dropped a copy has nothing more to drop.
        ignore_conflicts=True,
    )
