"""What the commands that bring files into the ledger share."""

import sys
from collections.abc import Callable
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from campaigns.reach.importing.problems import ImportReport


class ImportCommand(BaseCommand):
    """FILE [--dry-run]: says every problem and a summary. Exit status 1 where there is an error."""

    bring_in: Callable[..., ImportReport]

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="CSV (UTF-8 or GB18030) or XLSX")
        parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")

    def handle(self, *args, file: Path, dry_run: bool, **options) -> None:
        report = self.bring_in(file, dry_run=dry_run)
        for problem in report.problems:
            self.stdout.write(str(problem))
        if dry_run:
            self.stdout.write(_("dry run: nothing was written"))
        elif report.errors:
            self.stdout.write(_("nothing was imported"))
        self.stdout.write(report.summary)
        if report.errors:
            sys.exit(1)
