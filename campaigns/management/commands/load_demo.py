"""manage.py load_demo: the imaginary group, its content, campaigns, figures and field work."""

import time

from django.core.management.base import BaseCommand, CommandError

from campaigns.demo import loader


class Command(BaseCommand):
    help = (
        "Load the demo into a migrated database. Doing it twice, or again after an interruption, "
        "does no harm. Passwords of the demo accounts are in VAR_DIR/demo-logins.json."
    )

    def handle(self, *args, **options) -> None:
        started = time.monotonic()

        def say(line: str) -> None:
            self.stderr.write(f"[{time.monotonic() - started:5.1f} s] {line}")

        try:
            loader.load(say)
        except loader.DemoError as error:
            raise CommandError(str(error)) from error
        say("the demo is loaded")
