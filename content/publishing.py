"""Pages go live and come down at their hour, each on its own.

What Wagtail's `publish_scheduled` does, but a page that cannot be published (a receiver of the
signal raises, say) is left as it was, for the next round, and stops no other. Languages that go
live together (content.translation.together) are one piece of work: all of them, or none.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

from content.models import Release
from content.translation.together import releases
from content.translation.together.releases import Held

logger = logging.getLogger(__name__)


def publish_due(is_held: Held | None = None, now: datetime | None = None) -> dict[str, str]:
    """Take down what has expired, publish what was approved for a time that has come.

    Returns what could not be done, by the name of the page; raises nothing for a single page.
    """
    now = now or timezone.now()
    failures: dict[str, str] = {}
    for model in _models_with_drafts():
        expired = model._default_manager.filter(live=True, expire_at__lte=now)  # noqa: SLF001
        for pk in expired.order_by("expire_at", "pk").values_list("pk", flat=True):
            _apart(failures, f"{model._meta.label} {pk}", _take_down, model, pk, now)  # noqa: SLF001
    for pk in Release.objects.due(now).order_by("at", "pk").values_list("pk", flat=True):
        name = f"release {pk}"
        if error := _apart(failures, name, releases.carry_out, pk, now, is_held):
            releases.note_failure(pk, error, now)
    due = Revision.objects.filter(approved_go_live_at__lte=now)
    for pk in due.order_by("approved_go_live_at", "pk").values_list("pk", flat=True):
        _apart(failures, f"revision {pk}", _publish, pk, now, is_held)
    return failures


def _models_with_drafts() -> list[type[models.Model]]:
    others = (
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    )
    return [Page, *others]


def _apart(failures: dict[str, str], name: str, work: Callable, *args) -> Exception | None:
    try:
        with transaction.atomic():
            work(*args)
    except Exception as error:
        logger.exception("%s: its hour has struck, and it could not be done", name)
        failures[name] = f"{type(error).__name__}: {error}"
        return error
    return None


def _take_down(model: type[models.Model], pk: int, now: datetime) -> None:
    row = model._default_manager.select_for_update().filter(pk=pk).first()  # noqa: SLF001
    if row and row.live and row.expire_at and row.expire_at <= now:
        row.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(pk: int, now: datetime, is_held: Held | None) -> None:
    revision = Revision.objects.filter(pk=pk).first()
    if revision is None:
        return
    thing = revision.content_object
    model = Page if isinstance(thing, Page) else type(thing)
    # Whoever gives the page another date holds this lock, too; what counts is read under it.
    model._base_manager.select_for_update().get(pk=thing.pk)  # noqa: SLF001
    revision = Revision.objects.get(pk=pk)
    at = revision.approved_go_live_at
    if at is None or at > now or releases.is_bound(pk):
        return
    if is_held and model is Page and is_held(thing, at, now):
        return
    revision.publish(log_action="wagtail.publish.scheduled")
