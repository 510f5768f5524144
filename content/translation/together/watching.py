"""Watching over releases that wait: what no longer stands is called off at once."""

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_save, pre_delete
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision
from wagtail.signals import page_published, page_unpublished

from content.models import EducationPage, Release, ReleaseMember
from content.translation.together.releases import call_off_because, why_not_standing
from content.translation.together.working import is_at_work, lock_piece


def connect() -> None:
    """Listen to what may undo a release. Called once, when the apps are ready."""
    post_save.connect(_on_revision, sender=Revision, dispatch_uid="releases")
    pre_delete.connect(_on_delete, sender=EducationPage, dispatch_uid="releases")
    page_unpublished.connect(_on_page, dispatch_uid="releases")
    page_published.connect(_on_page, dispatch_uid="releases")


def _on_revision(sender, instance: Revision, created: bool, **kwargs) -> None:
    if not is_at_work() and instance.base_content_type.model == "page":
        # The page does not name its new revision yet.
        _look_after(int(instance.object_id), _("It was edited after the decision.") * created)


def _on_page(sender, instance: Page, **kwargs) -> None:
    if not is_at_work():
        _look_after(instance.pk)


def _on_delete(sender, instance: EducationPage, **kwargs) -> None:
    _look_after(instance.pk, _("The page or its draft is deleted."))


def _look_after(page_pk: int, known: str = "") -> None:
    """Call the page's release off at once if it no longer stands, or for what is known already.

    What slips by here is seen at its hour.
    """
    member = ReleaseMember.objects.filter(
        page=page_pk, release__state=Release.State.WAITING
    ).first()
    if member is None:
        return
    with transaction.atomic():
        lock_piece(member.release.translation_key)
        release = Release.objects.select_for_update().get(pk=member.release_id)
        name = dict(settings.LANGUAGES).get(member.language, member.language)
        why = f"{name}: {known}" if known else why_not_standing(release)
        if why and release.state == Release.State.WAITING:
            call_off_because(release, why)
