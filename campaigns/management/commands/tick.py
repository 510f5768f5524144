"""Run the tick once, as cron would."""

import json

from django.core.management.base import BaseCommand, CommandError

from campaigns import cron


class Command(BaseCommand):
    help = "Send what is due and fold the hits, once. Exit status 1 only if the tick itself broke."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on one line")

    def handle(self, *args, **options) -> None:
        report = cron.tick()
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, default=str))
        else:
            self.stdout.write(" ".join(f"{key}={value}" for key, value in report.pushes.items()))
        if report.errors:
            broken = "; ".join(f"{part}: {error}" for part, error in report.errors.items())
            raise CommandError(f"the tick broke: {broken}")
