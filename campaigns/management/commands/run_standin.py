"""manage.py run_standin: WeChat and JPush on this machine, to try the product without accounts."""

import signal
import threading
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from campaigns.channels.standin.server import Standin


class Command(BaseCommand):
    help = (
        "Stands in for WeChat and JPush on 127.0.0.1 until it is interrupted. Point "
        "WECHAT_API_BASE and JPUSH_API_BASE at it."
    )
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--port", type=int, default=8790, help="where it listens (8790)")
        parser.add_argument(
            "--record",
            type=Path,
            metavar="FILE",
            help="append one JSON line per call, with whether it was accepted and its key; and one "
            "for what is refused later on",
        )
        parser.add_argument(
            "--state", type=Path, metavar="FILE", help="keep what was accepted over a restart"
        )
        parser.add_argument(
            "--publish-seconds",
            type=float,
            default=3,
            help="how long WeChat takes to publish what it has accepted (3)",
        )
        parser.add_argument(
            "--fault",
            action="append",
            default=[],
            metavar="CALL=KIND[:VALUE[:TIMES]]",
            help="let a call go wrong: freepublish/submit=cut_after, draft/add=code:45009",
        )

    def handle(self, *, port: int, record, state, publish_seconds: float, fault, **options) -> None:
        for path in filter(None, (record, state)):
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            standin = Standin(port, record, state, publish_seconds=publish_seconds)
        except OSError as error:
            raise CommandError(f"cannot listen on port {port}: {error.strerror}") from error
        for one in fault:
            _add_fault(standin, one)
        over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
        standin.start()
        self.stdout.write(f"Stand-in of WeChat and JPush: {standin.address}")
        self.stdout.flush()
        over.wait()
        standin.stop()


def _add_fault(standin: Standin, text: str) -> None:
    call, _equals, rest = text.partition("=")
    kind, *numbers = rest.split(":")
    try:
        standin.faults.add(call, kind, *(int(number) for number in numbers))
    except (ValueError, TypeError) as error:
        raise CommandError(f"--fault {text}: {error}") from error
