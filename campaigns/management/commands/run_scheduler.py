"""The tick in a loop, every minute on the minute, for machines without cron."""

import logging
import signal
import threading
import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from campaigns import cron

logger = logging.getLogger(__name__)

SECONDS = 60


class Command(BaseCommand):
    help = "Tick now and then every minute, until SIGTERM or Ctrl-C."

    def handle(self, *args, **options) -> None:
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_args: stop.set())
        self.stdout.write("scheduler: started")
        self.stdout.flush()
        while not stop.is_set():
            _tick(stop)
            stop.wait(seconds_to_next_minute(time.time()))
        self.stdout.write("scheduler: stopped")


def seconds_to_next_minute(now: float) -> float:
    """Seconds from a Unix time to the next full minute: above 0, at most 60."""
    return SECONDS - now % SECONDS


def _tick(stop: threading.Event) -> None:
    # A connection that the database closed over night must not end the scheduler.
    close_old_connections()
    report = cron.tick(should_stop=stop.is_set)
    if report.pushes["due"] or report.errors:
        logger.info("tick: %s", report.as_dict())
