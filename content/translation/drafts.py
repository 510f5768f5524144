"""Writing a version's draft from its translated segments.

Not wagtail-localize's own save_target(publish=False): that saves the page's row before it makes the
revision, so that on a live page the public would read at once what nobody has reviewed.
"""

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState
from wagtail_localize.fields import copy_synchronised_fields
from wagtail_localize.models import StringTranslation, Translation, TranslationLog
from wagtail_localize.segments.ingest import ingest_segments


def write_draft(translation: Translation, user: AbstractBaseUser | None = None) -> Revision:
    """Make the version's newest revision say what its segments say; what is missing is Chinese.

    A version under review is then reviewed as it is now. Raises ValidationError where the page
    refuses a text; its segment bears the error from then on.
    """
    try:
        with transaction.atomic():
            return _write(translation, user)
    except ValidationError as error:
        _note(translation, error)
        raise


def _write(translation: Translation, user: AbstractBaseUser | None) -> Revision:
    source, locale = translation.source, translation.target_locale
    row = translation.get_target_instance()
    page = row.get_latest_revision_as_object()
    original = source.as_instance()
    copy_synchronised_fields(original, page)
    segments = source._get_segments_for_translation(locale, fallback=True)  # noqa: SLF001 as save_target does
    ingest_segments(original, page, source.locale, locale, segments)
    revision = page.save_revision(user=user, log_action=True)
    TranslationLog.objects.create(source=source, locale=locale, revision=revision)
    Translation.objects.filter(pk=translation.pk).update(destination_last_updated_at=timezone.now())
    source.update_target_view_restrictions(locale)
    if task_state := row.current_workflow_task_state:
        TaskState.objects.filter(pk=task_state.pk).update(revision=revision)
    return revision


def _note(translation: Translation, error: ValidationError) -> None:
    """Put what the page refuses to the segment it refuses."""
    if not hasattr(error, "error_dict"):
        return
    for name, errors in error.error_dict.items():
        rows = StringTranslation.objects.filter(
            context__object=translation.source.object_id,
            context__path=name,
            locale=translation.target_locale_id,
            translation_of__segments__source=translation.source_id,
        )
        for row in rows.distinct():
            row.set_field_error(errors)


def is_current(translation: Translation, page: Page) -> bool:
    """Whether the page's newest revision was written from the segments as they are now."""
    log = (
        TranslationLog.objects.filter(
            source=translation.source_id, locale=translation.target_locale_id
        )
        .order_by("-created_at")
        .first()
    )
    if log is None or log.revision_id is None or log.revision_id != page.latest_revision_id:
        return False
    newest = StringTranslation.objects.filter(
        context__object=translation.source.object_id, locale=translation.target_locale_id
    ).aggregate(at=Max("updated_at"))["at"]
    changed = [at for at in (newest, translation.source.last_updated_at) if at]
    return all(at <= log.created_at for at in changed)
