"""What is done every minute, by cron (django-crontab calls `tick`) or by `manage.py run_scheduler`.

Cron only wakes; what is due, claimed and done stands in the database. Each part is on its own: one
that breaks is logged and does not stop the others.
"""

import logging
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from campaigns.pushes import engine, statistics
from campaigns.pushes.models import Heartbeat
from campaigns.pushes.publishing import is_held_up
from campaigns.reach import collecting_counts, salts
from campaigns.reach.folding import fold_spools, fold_stream
from campaigns.reach.importing.working import start_for_neglected
from campaigns.reports import mailing
from campaigns.reports.evidence import making
from content.publishing import publish_due
from content.search import counting
from content.translation.staleness import keeping

logger = logging.getLogger(__name__)


class NotPublishedError(Exception):
    """Some pages could not be published or taken down; the next tick tries them again."""


@dataclass
class Report:
    """What a tick came to: a result per part that worked, an error per part that broke."""

    results: dict[str, dict] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def pushes(self) -> dict[str, int]:
        """The engine's counts; all 0 if it broke."""
        return self.results.get("pushes", engine.TickResult().as_dict())

    def as_dict(self) -> dict:
        """Flat: due, sent, failed, unknown, missed …, then the other parts and what broke."""
        others = {name: result for name, result in self.results.items() if name != "pushes"}
        return {**self.pushes, **others, "errors": self.errors}


def tick(should_stop: Callable[[], bool] = lambda: False) -> Report:
    """Do all that is due now. Late, repeated and parallel ticks do no harm. Raises nothing."""
    report = Report()
    if not _database_answers(report):
        return report
    parts = {
        "heartbeat": _beat,
        "publishing": _publish_scheduled,
        "staleness": keeping.reconcile,
        "pushes": lambda: engine.tick(should_stop=should_stop).as_dict(),
        "statistics": statistics.collect_due,
        "salts": salts.turn_over,
        "hits": lambda: asdict(fold_spools()),
        "hit_stream": lambda: asdict(fold_stream()) if settings.HIT_STREAM else {},
        "hits_turned_away": collecting_counts.gather,
        "reports": lambda: mailing.work(should_stop),
        "evidence": lambda: making.work(should_stop),
        "imports": start_for_neglected,
        "searches": counting.prune,
    }
    for name, part in parts.items():
        _do(report, name, part)
    _do(report, "heartbeat", lambda: _beat(report.as_dict()))
    for silent in ("heartbeat", "publishing", "staleness"):
        report.results.pop(silent, None)
    return report


def _database_answers(report: Report) -> bool:
    """Whether there is anything to work on; if not, one line says so, not a traceback per part."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        logger.error("tick: the database does not answer, nothing was done: %s", error)  # noqa: TRY400
        report.errors["database"] = f"{type(error).__name__}: {error}"
        return False
    return True


def _do(report: Report, name: str, part: Callable[[], dict]) -> None:
    try:
        report.results[name] = part()
    except Exception as error:
        logger.exception("tick: %s", name)
        report.errors[name] = f"{type(error).__name__}: {error}"


def _publish_scheduled() -> dict:
    """Pages whose hour of going live or coming down has struck, before what pushes them.

    Raises NotPublishedError at the end if some could not be; the others are done.
    """
    if failures := publish_due(is_held_up):
        raise NotPublishedError("; ".join(f"{name}: {why}" for name, why in failures.items()))
    return {}


def _beat(result: dict | None = None) -> dict:
    """Say that this machine ticks; before the work, which may take long, and after it."""
    Heartbeat.objects.update_or_create(
        host=socket.gethostname()[:128],
        defaults={"beat_at": timezone.now(), **({"result": result} if result else {})},
    )
    return {}
