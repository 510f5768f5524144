"""manage.py import_return FILE [--dry-run]"""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from campaigns.reach.returns import import_return


class Command(BaseCommand):
    help = (
        "Bring the return form of a partner into the ledger, whole or not at all. Every row is "
        "checked and every problem named. Exit status 1 where there is an error."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="CSV (UTF-8 or GB18030) or XLSX")
        parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")

    def handle(self, *args, file: Path, dry_run: bool, **options) -> None:
        report = import_return(file, dry_run=dry_run)
        for problem in report.problems:
            self.stdout.write(str(problem))
        if dry_run:
            self.stdout.write("dry run: nothing was written")
        elif report.errors:
            self.stdout.write("nothing was imported")
        self.stdout.write(report.summary)
        if report.errors:
            sys.exit(1)
